import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';

const pageBytes = 4096;
/** Initialisation vector and HMAC-SHA-512 at the end of each page. */
const reservedBytes = 80;
const saltBytes = 16;

/** Every page of a SQLCipher file with a raw key, decrypted, with what was deleted and not yet overwritten: without SQLite, which would leave that out. */
export function rawPages(file: string, key: Buffer): Buffer {
	const content = readFileSync(file);
	const pages: Buffer[] = [];
	for (let at = 0; at < content.length; at += pageBytes) {
		const page = content.subarray(at, at + pageBytes);
		const iv = page.subarray(pageBytes - reservedBytes, pageBytes - reservedBytes + 16);
		const cipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
		pages.push(cipher.update(page.subarray(at === 0 ? saltBytes : 0, pageBytes - reservedBytes)), cipher.final());
	}
	return Buffer.concat(pages);
}
