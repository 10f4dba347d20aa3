import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/server/settings.ts';

const mail = { SMTP_URL: 'smtps://post%40office:pass@mail.example.org:465', MAIL_FROM: 'Breakwater <breakwater@example.org>' };
const trail = { AUDIT_WEBHOOK_URL: 'https://witness.example.org/heads', AUDIT_WEBHOOK_SECRET: 'b'.repeat(32) };
const webhook = { WEBHOOK_URL: 'https://chat.example.org/hook', WEBHOOK_SECRET: 'a'.repeat(32) };

describe('settings', () => {
	it('without any, nothing is sent', () => {
		expect(readSettings({})).toMatchObject({ SMTP_URL: '', WEBHOOK_URL: '', WEBHOOK_ALLOW_PRIVATE: false });
	});

	it.each<[Record<string, string>]>([
		[mail],
		[{ ...mail, MAIL_FROM: 'breakwater@example.org' }],
		[{ ...mail, SMTP_URL: 'smtp://localhost:587' }],
		[webhook],
		[{ ...webhook, WEBHOOK_URL: 'http://10.0.0.7/hook', WEBHOOK_ALLOW_PRIVATE: 'yes' }],
		[trail],
		[{ ...trail, AUDIT_WEBHOOK_URL: 'http://10.0.0.8/heads', WEBHOOK_ALLOW_PRIVATE: 'yes' }]
	])('takes %o', (env) => expect(readSettings(env)).toMatchObject({ ...env, WEBHOOK_ALLOW_PRIVATE: env.WEBHOOK_ALLOW_PRIVATE === 'yes' }));

	it.each([
		[{ ...mail, SMTP_URL: 'mail.example.org' }, /^The setting SMTP_URL must be an address such as smtps:/],
		[{ ...mail, SMTP_URL: 'https://mail.example.org' }, /^The setting SMTP_URL must be/],
		[{ ...mail, SMTP_URL: 'smtps://a%zz:b@mail.example.org' }, /^The setting SMTP_URL must be/],
		[{ ...mail, MAIL_FROM: '' }, /^The setting MAIL_FROM must be a sender .*, because SMTP_URL is set\.$/],
		[{ ...mail, MAIL_FROM: 'Breakwater' }, /^The setting MAIL_FROM must be/],
		[{ ...mail, MAIL_FROM: 'B\r\nBcc: x <breakwater@example.org>' }, /^The setting MAIL_FROM must be/],
		[{ ...webhook, WEBHOOK_URL: 'ftp://chat.example.org' }, /^The setting WEBHOOK_URL must be an address such as https:/],
		[{ ...webhook, WEBHOOK_SECRET: 'a'.repeat(31) }, /^The setting WEBHOOK_SECRET must have 32 characters or more/],
		[{ ...webhook, WEBHOOK_URL: 'http://chat.example.org' }, /^The setting WEBHOOK_URL must begin with https/],
		[{ ...trail, AUDIT_WEBHOOK_SECRET: 'b'.repeat(31) }, /^The setting AUDIT_WEBHOOK_SECRET must have 32 characters or more/],
		[{ ...trail, AUDIT_WEBHOOK_URL: 'http://witness.example.org' }, /^The setting AUDIT_WEBHOOK_URL must begin with https/],
		[{ ...webhook, WEBHOOK_ALLOW_PRIVATE: 'true' }, /^The setting WEBHOOK_ALLOW_PRIVATE must be yes or no\.$/]
	])('refuses %o in one line', (env, sentence) => {
		expect(() => readSettings(env)).toThrow(sentence);
	});
});
