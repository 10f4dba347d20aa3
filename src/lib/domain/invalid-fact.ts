/** A fact that cannot be: names the field at fault and, in a stream, the fact's index (from 0). */
export class InvalidFact extends Error {
	readonly field: string;
	index: number | undefined;

	constructor(field: string, message: string) {
		super(message);
		this.name = 'InvalidFact';
		this.field = field;
	}
}
