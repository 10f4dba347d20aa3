/** The IANA time zones that this machine knows, for choosing from. */
export const zones: readonly string[] = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];

/** The zone of this machine: the first guess before anybody has chosen. */
export function ownZone(): string {
	return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
