import { fileURLToPath } from 'node:url';
import { recordsCommand } from '#lib/server/records-command.ts';
import './unexpected.ts';

/** `npm run -s records`: what the next daily run of the records would take away. */

const { env, stdout: out, stderr: error } = process;
const migrations = fileURLToPath(new URL('../../drizzle', import.meta.url));
process.exitCode = recordsCommand({ args: process.argv.slice(2), env, migrations, out, error, now: Date.now() });
