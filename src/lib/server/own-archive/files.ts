import { accountFiles } from './account-files.ts';
import type { ArchiveFile } from './file.ts';
import { recordFiles } from './record-files.ts';
import { supporterFiles } from './supporter-files.ts';

/** What the archive holds, in the order of the files. Every column that is not here stands in `left-out.ts`, with the reason. */
export const files: readonly ArchiveFile[] = [...recordFiles, ...accountFiles, ...supporterFiles];
