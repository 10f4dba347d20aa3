import type { HTMLDetailsAttributes } from 'svelte/elements';

/**
 * What makes a `<details>` stand open where `open` says so. To be spread: Svelte then touches it only where `open` changes. As a plain
 * attribute it is written anew with whatever else changes on the page, and folds away what somebody has just unfolded.
 */
export function unfolded(open: boolean): HTMLDetailsAttributes {
	return open ? { open } : {};
}
