const mark = 'Break due · ';

/**
 * Has the tab's title begin with "Break due", or not, whatever page sets it: it is all that can be seen of a tab in the background. Returns how
 * to stop.
 */
export function markTitle(isDue: boolean): () => void {
	const set = () => {
		const { title } = document;
		const isMarked = title.startsWith(mark);
		if (isDue && !isMarked) document.title = mark + title;
		if (!isDue && isMarked) document.title = title.slice(mark.length);
	};
	set();
	const watching = new MutationObserver(set);
	watching.observe(document.head, { childList: true, subtree: true, characterData: true });
	return () => watching.disconnect();
}
