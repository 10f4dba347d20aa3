import type { Settings } from '../settings.ts';

type Addresses = Pick<Settings, 'ORIGIN' | 'PORT' | 'ALLOWED_HOSTS'>;

/**
 * Whether this server answers to the name in the `Host` header: that of ORIGIN, this machine's own with our port, or one of
 * ALLOWED_HOSTS (with a port: exactly; without: on any). Anything else is a wrong turn, or DNS rebinding.
 */
export function knowsHost(host: string | null, settings: Addresses): boolean {
	if (!host) return false;
	const asked = host.toLowerCase();
	const name = asked.replace(/:\d+$/, '');
	if (settings.ORIGIN !== '' && asked === hostOf(settings.ORIGIN)) return true;
	// Port 0 is whichever one was free: tests alone use it.
	if (['localhost', '127.0.0.1', '[::1]'].includes(name)) {
		return settings.PORT === 0 || asked === `${name}:${settings.PORT}` || (asked === name && [80, 443].includes(settings.PORT));
	}
	const allowed = settings.ALLOWED_HOSTS.toLowerCase()
		.split(',')
		.map((entry) => entry.trim());
	return allowed.some((entry) => entry !== '' && (entry === asked || entry === name));
}

/**
 * Whether one of our own pages sent this. Browsers say so in `Sec-Fetch-Site`; over plain http between machines they leave it out,
 * and `Origin` is compared. A request that says nothing at all is not from a page of ours.
 */
export function isSameOrigin(headers: Headers, settings: Addresses): boolean {
	const site = headers.get('sec-fetch-site');
	if (site !== null) return site === 'same-origin';
	const origin = headers.get('origin');
	if (origin === null) return false;
	if (settings.ORIGIN !== '' && origin === originOf(settings.ORIGIN)) return true;
	const host = headers.get('host')?.toLowerCase();
	return host !== undefined && hostOf(origin) === host;
}

/** Where to go after signing in: a path of ours, or null for anything that could lead elsewhere. */
export function ownPath(to: string): string | null {
	if (!/^\/(?![/\\])/.test(to) || /[\\\p{Cc}]/u.test(to) || to.length > 2000) return null;
	const url = URL.parse(to, 'http://own.invalid');
	// Once more on what is left: `/.//elsewhere` becomes `//elsewhere`.
	return url?.host === 'own.invalid' && !url.pathname.startsWith('//') ? url.pathname + url.search : null;
}

function hostOf(origin: string): string | null {
	return URL.parse(origin)?.host.toLowerCase() ?? null;
}

function originOf(address: string): string | null {
	return URL.parse(address)?.origin ?? null;
}
