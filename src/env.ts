import { defineEnvVars } from '@sveltejs/kit/env';
import { settingSchemas } from '#lib/server/settings.ts';

/** Every setting of the server; the list with defaults and descriptions is `lib/server/settings.ts`. */
export const variables = defineEnvVars(settingSchemas);
