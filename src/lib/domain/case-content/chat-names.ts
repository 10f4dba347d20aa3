import { holdsHiddenNetwork, holdsNetworkAddress } from './addresses.ts';
import { holdsFileName } from './file-names.ts';
import { holdsFingerprint } from './fingerprints.ts';
import { holdsReferenceNumber } from './reference-numbers.ts';

/** "mara.li": a full stop between two parts of a name. */
const dotted = /^@?\p{L}[\p{L}\p{N}_-]*(?:\.\p{L}[\p{L}\p{N}_-]*){1,3}$/u;
/** "mara#4821" */
const numbered = /^@?(\p{L}[\p{L}\p{N}._-]{0,31})#\d{4}$/u;
/** "@mara:example.org", of Matrix. */
const ofServer = /^@([\p{L}\p{N}._=/+-]{1,64}):([\p{L}\p{N}.-]{1,255})(?::\d{1,5})?$/u;
/** The ids that chats give to everybody, and that bridges ask for: of Slack, of Telegram and Discord, of Mattermost, of Google, of Teams. */
const ids = [
	/^[UW](?=\d*[A-Z])[0-9A-Z]{8,10}$/,
	/^\d{8,20}$/,
	/^(?=[a-z]*\d)[a-z0-9]{26}$/,
	/^users\/\d{10,30}$/,
	/^8:orgid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
];

/** Whether a text is, as a whole, what somebody is called in a chat, in a form that would be taken for something else. */
export function isChatName(text: string): boolean {
	if (ids.some((id) => id.test(text))) return true;
	if (dotted.test(text)) return !holdsFileName(text) && !holdsHiddenNetwork(text);
	const [, name] = numbered.exec(text) ?? [];
	if (name !== undefined) return isNameAlone(name);
	const [, local, host] = ofServer.exec(text) ?? [];
	return local !== undefined && host !== undefined && isNameAlone(local) && !holdsNetworkAddress(host) && !holdsHiddenNetwork(host);
}

/** A word before a number ("ref#0417") makes it that of a case. */
function isNameAlone(name: string): boolean {
	const holds = [holdsFileName, holdsFingerprint, holdsReferenceNumber];
	return !holds.some((each) => each(name)) && !holdsReferenceNumber(`${name} 4821`);
}
