import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomFillSync } from 'node:crypto';

const formatVersion = 1;

const nonceBytes = 12;
const nonces = Buffer.alloc(nonceBytes * 1024);
let usedNonceBytes = nonces.length;

/** 96 random bits, drawn a thousand at a time: each is used once. */
function freshNonce(): Buffer {
	if (usedNonceBytes === nonces.length) {
		randomFillSync(nonces);
		usedNonceBytes = 0;
	}
	return nonces.subarray(usedNonceBytes, (usedNonceBytes += nonceBytes));
}

/** AES-256-GCM with a fresh 96-bit nonce: `version | nonce | tag | ciphertext`. `context` is the additional data. */
export function encrypt(key: Buffer, plain: Buffer, context: string): Buffer {
	const nonce = freshNonce();
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(Buffer.from(context));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([Buffer.of(formatVersion), nonce, cipher.getAuthTag(), body]);
}

/** The reverse of {@link encrypt}. @throws Error where key, context or bytes are not the ones it was made with. */
export function decrypt(key: Buffer, sealed: Buffer, context: string): Buffer {
	if (sealed[0] !== formatVersion) throw new Error('unknown format of a sealed value');
	const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
	decipher.setAAD(Buffer.from(context));
	decipher.setAuthTag(sealed.subarray(13, 29));
	return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
}

/** HMAC-SHA-256 in hexadecimal: recognises a value without keeping it. */
export function keyedHash(key: Buffer, value: string): string {
	return createHmac('sha256', key).update(value).digest('hex');
}

/** 32 bytes for one purpose out of a secret (HKDF-SHA-256). */
export function derive(secret: Buffer, label: string): Buffer {
	return Buffer.from(hkdfSync('sha256', secret, 'breakwater', label, 32));
}
