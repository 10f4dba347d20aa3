/** A length in words: `41 min`, `2 h 48`, `4 h`. Minutes; a part of one is left out. */
export function durationWords(minutes: number): string {
	const whole = Math.max(0, Math.floor(minutes));
	const hours = Math.floor(whole / 60);
	const rest = whole % 60;
	if (hours === 0) return `${rest} min`;
	return rest === 0 ? `${hours} h` : `${hours} h ${String(rest).padStart(2, '0')}`;
}
