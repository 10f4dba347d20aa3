import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { decrypt, derive, encrypt } from './encryption.ts';
import { removeSafely, writeSafely } from './safe-file.ts';

/**
 * A rotation of the secret that is under way: a small file in which each of the two secrets stands encrypted under the other. As long as it is there
 * either of them opens everything, whatever is under which; and without one of them it opens nothing.
 */
export interface Rotation {
	old: Buffer;
	new: Buffer;
	/** Whether both files are under the new one. */
	rekeyed: boolean;
}

const schema = v.object({
	old: v.string(),
	new: v.string(),
	rekeyed: v.boolean()
});

/** Where a data directory keeps what a rotation of its secret needs while it is under way. */
export function rotationFileOf(dataDir: string): string {
	return join(dataDir, 'key-rotation.json');
}

/** @param secret the old or the new one. @returns null where none is under way, or one of other secrets */
export function readRotation(dataDir: string, secret: Buffer): Rotation | null {
	const stored = storedIn(dataDir);
	if (!stored) return null;
	const newest = opened(secret, stored.new, 'new');
	if (newest) return { ...stored, old: secret, new: newest };
	const oldest = opened(secret, stored.old, 'old');
	return oldest && { ...stored, old: oldest, new: secret };
}

/** The secrets that may open things. The first of them is for what is made now: once everything is under the new one, nothing may come under the old one. */
export function secretsOf(dataDir: string, secret: Buffer): readonly Buffer[] {
	const rotation = readRotation(dataDir, secret);
	if (!rotation) return [secret];
	return rotation.rekeyed ? [rotation.new, rotation.old] : [rotation.old, rotation.new];
}

/** Writes down both secrets, each sealed under the other: whichever is set after a crash, the rotation can be ended. Replaces what was there. */
export function writeRotation(dataDir: string, rotation: Rotation): void {
	const sealed = {
		...rotation,
		old: encrypt(wrapKeyOf(rotation.new), rotation.old, 'rotation|old').toString('base64'),
		new: encrypt(wrapKeyOf(rotation.old), rotation.new, 'rotation|new').toString('base64')
	};
	writeSafely(rotationFileOf(dataDir), `${JSON.stringify(sealed, null, '\t')}\n`);
}

/** The rotation is over: neither secret is written down any more. */
export function removeRotation(dataDir: string): void {
	removeSafely(rotationFileOf(dataDir));
}

const wrapKeyOf = (secret: Buffer) => derive(secret, 'rotation');

function storedIn(dataDir: string): v.InferOutput<typeof schema> | null {
	const file = rotationFileOf(dataDir);
	if (!existsSync(file)) return null;
	try {
		return v.parse(schema, JSON.parse(readFileSync(file, 'utf8')));
	} catch {
		// It is replaced in one step: what is no rotation was put there by somebody else.
		return null;
	}
}

function opened(secret: Buffer, sealed: string, which: 'old' | 'new'): Buffer | null {
	try {
		return decrypt(wrapKeyOf(secret), Buffer.from(sealed, 'base64'), `rotation|${which}`);
	} catch {
		return null;
	}
}
