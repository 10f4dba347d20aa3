const channel = 'signed-in';

/** Tells the other windows of this browser that somebody is signed in. */
export function tellWindows(): void {
	const windows = new BroadcastChannel(channel);
	windows.postMessage(null);
	windows.close();
}

/** Calls `goOn` once somebody has signed in in another window of this browser. Returns how to stop. */
export function awaitSignIn(goOn: () => void): () => void {
	const windows = new BroadcastChannel(channel);
	windows.onmessage = goOn;
	return () => windows.close();
}
