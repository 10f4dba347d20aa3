/** Whatever begins as a telephone number does, up to its last digit; of one class of characters, so that each is read once. */
const begun = /(?<![\p{L}\p{N}.,/_-])(?:\+|\(?0)[\d ()/.-]*\d(?![\p{L}\p{N}_])/gu;
/** "1-800-273-8255", "(800) 273-8255", "800.273.8255": of North America; without the 1 only where the call costs nothing, or in brackets. */
const northAmerican =
	/(?<![\p{L}\p{N}.,/_-])(?:1[ .-](?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])|\([2-9]\d\d\) ?|8(?:00|33|44|55|66|77|88)[ .-])\d{3}[ .-]\d{4}(?![\p{L}\p{N}_]|[ ./-]\d)/gu;
/** "call 717003717", in the four languages, without accents. */
const afterWord = new RegExp(
	`(?<![\\p{L}\\p{N}])(?:${[
		...['call', 'called', 'calling', 'ring', 'rang', 'dial', 'phone', 'telephone', 'tel', 'mobile', 'fax', 'help ?line', 'sms'],
		...['ruf', 'rufe', 'rufen', 'telefon', 'handy', 'mobil', 'durchwahl'],
		...['appeler', 'appelle', 'appelez', 'portable', 'llamar', 'llama', 'llame', 'llamad', 'telefono', 'movil']
	].join(
		'|'
	)})(?:\\.? ?: ?|\\. ?| )(?:(?:on|at|au|le|al|el|die|unter) )?(?:[2-9]\\d\\d-\\d{3}-\\d{4}|\\d(?: ?\\d){6,12})(?![\\p{L}\\p{N}_]|[ ./-]{1,2}\\d)`,
	'giu'
);

/** The text without the telephone numbers in it. */
export function withoutTelephoneNumbers(text: string): string {
	return text
		.replace(begun, (run) => (isTelephoneNumber(run) ? ' ' : run))
		.replace(northAmerican, ' ')
		.replace(afterWord, ' ');
}

/** With the code of a country, or with a 0 before the area or the service. The length in digits is that of ITU-T E.164, 15 at most. */
function isTelephoneNumber(run: string): boolean {
	const parts = run.match(/\d+/g) ?? [];
	const digits = parts.join('');
	const [first = ''] = parts;
	if (digits.length > 15) return false;
	if (run.startsWith('+')) return digits.length >= 8;
	if (parts.length === 1) return /^(?:0[1-9]\d{8,10}|00[1-9]\d{8,}|0(?:800|808|805|300|345|845|900)\d{4,7})$/.test(digits);
	// "0417/2026" and "04-2026-00417" are numbers of cases.
	if (run.includes('/') && (!/^[^/]{3,6}\/[^/]+$/.test(run) || digits.length - first.length < 5)) return false;
	// In pairs, as in France; of two digits before the rest, as in Belgium and of Dutch mobiles.
	if (/^\(?(?:0[1-9](?:[ .-]\d\d){4}|0[1-9](?: \d{2,4}){2,3}|06-[1-9]\d{7})$/.test(run)) return true;
	return /^0(?:[1-9]\d{1,3}|0[1-9]\d{0,2})$/.test(first) && digits.length >= 7 && digits.length <= 15;
}
