import { fileURLToPath } from 'node:url';
import { replayCommand } from '#lib/server/replay/command.ts';
import './unexpected.ts';

/** `npm run -s replay`: the rules as a command, and whether the database agrees with them. */

const { env, stdout: out, stderr: error } = process;
const migrations = fileURLToPath(new URL('../../drizzle', import.meta.url));

// Whoever reads our output may close it early (`| head`): the write itself says so, and nobody needs to hear of it again.
out.on('error', () => {});
process.exitCode = await replayCommand({ args: process.argv.slice(2), env, migrations, out, error });
