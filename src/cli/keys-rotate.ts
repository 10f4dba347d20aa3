import { fileURLToPath } from 'node:url';
import { rotateKeys } from '#lib/server/key-rotation-command.ts';
import './unexpected.ts';

/** `npm run -s keys:rotate`: a new key for everything, while the server runs. */

const { env, stdout: out, stderr: error } = process;
const migrations = fileURLToPath(new URL('../../drizzle', import.meta.url));

process.exitCode = await rotateKeys({ args: process.argv.slice(2), env, migrations, out, error });
