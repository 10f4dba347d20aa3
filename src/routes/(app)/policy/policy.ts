import type { PolicyChange, ShownTheme } from '#lib/domain/policy-shown.ts';

/** A policy for reading, as the server gives it. */
export interface PolicyPage {
	team: { id: string; name: string } | null;
	fields: ShownTheme[];
	versions: { id: string; who: string; when: string; why: string; changes: PolicyChange[] }[];
	mayChange: boolean;
	teams: { id: string; name: string; own: boolean; closed: boolean }[];
}

/** The form of a policy, as the server gives it. */
export interface PolicyEdit {
	team: { id: string; name: string } | null;
	fields: ShownTheme[];
	values: Record<string, string>;
	version: string | null;
}

/** What a form of a policy came back with. */
export type PolicyOutcome =
	| {
			form?: string;
			message?: string;
			errors?: Record<string, string>;
			values?: Record<string, string | string[]>;
			looked?: { changes: PolicyChange[]; people: number; values: Record<string, string> } | undefined;
	  }
	| null
	| undefined;
