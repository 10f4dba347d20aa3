import { fileURLToPath } from 'node:url';
import { auditCommand } from '#lib/server/audit-command.ts';
import './unexpected.ts';

/** `npm run -s audit:verify`: proves the audit trail, or names its first broken entry. */

const { sentence, holds } = auditCommand(process.argv.slice(2), process.env, fileURLToPath(new URL('../../drizzle', import.meta.url)));
(holds ? console.log : console.error)(sentence);
process.exitCode = holds ? 0 : 1;
