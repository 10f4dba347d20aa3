const pictures = 'jpe?g|jpe|jfif|png|gif|bmp|tiff?|webp|hei[cf]|avif|cr[23]|nef|dng|arw|svg|psd|ico';
const recordings = 'mp4|m4v|mov|avi|mkv|wmv|flv|webm|mpe?g|3gp|3g2|mts|m2ts|vob|ogv|divx|rmvb|mp3|wav|m4a|aac|ogg|opus|flac|wma|amr|aiff?';
const documents =
	'docx?|docm|dotx|rtf|od[tsp]|txt|pdf|epub|xlsx?|xlsm|csv|tsv|pptx?|eml|msg|pst|mbox|html?|xml|json|yaml|vcf|ics|sqlite|mdb|accdb';
const collections =
	'zip|rar|7z|tar|t?gz|bz2|xz|iso|dmg|cab|torrent|crdownload|e01|ex01|l01|ad1|aff4?|ufdr|ufd|vmdk|vhdx?|ova|dmp|pcap(?:ng)?|evtx|exe|dll|apk|ipa|lnk|bak|tmp|db';
const endingIn = (endings: string) => new RegExp(`[\\p{L}\\p{N})\\]_-]\\.(?:${endings})(?![\\p{L}\\p{N}_])`, 'iu');
const unread = endingIn(`${pictures}|${recordings}|${collections}`);
const named = endingIn(`${pictures}|${recordings}|${documents}|${collections}`);
/** Endings that are words as well: with a capital they begin a sentence. */
const wordly =
	/[\p{L}\p{N})\]_-]\.(?:raw|log|key|pages|img|part|bat|dat|bin|ini|url|ts|mem|RAW|LOG|KEY|PAGES|IMG|PART|BAT|DAT|BIN|URL|TS|MEM)(?![\p{L}\p{N}_])/u;
/** What cameras and telephones call what they take. */
const numbered = /(?<![\p{L}\p{N}])(?:IMG|DSC|DSCF|DSCN|VID|MVI|PXL|GOPR|PICT|SAM|Screenshot|Bildschirmfoto)[-_]?\d{4}/iu;

const paths = [
	/(?<![\p{L}\p{N}])[a-z]:(?:\\|\/(?!\/))[\p{L}\p{N}_$]/iu,
	/(?<!:)\\\\[\p{L}\p{N}]/u,
	/(?<![\p{L}\p{N}])file:\//iu,
	/(?<![\p{L}\p{N}.:/~)-])(?:~\/[\p{L}\p{N}._-]|\/[\p{L}\p{N}._-]+\/[\p{L}\p{N}._-])/u
];

/** Whether a path of a file or folder stands in the text. */
export function holdsPath(text: string): boolean {
	return /[\\/]/.test(text) && paths.some((pattern) => pattern.test(text));
}

/** Whether the name of a file stands in the text. */
export function holdsFileName(text: string): boolean {
	return named.test(text) || wordly.test(text) || numbered.test(text);
}

/** Whether the name of a picture, a recording or a collection of files stands in the text: of what is no page to read. */
export function holdsRecording(text: string): boolean {
	return unread.test(text) || numbered.test(text);
}
