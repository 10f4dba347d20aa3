// A plugin of Stryker: what people read is no rule, so a changed sentence, label or source is no mutant.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const texts = new Set(['sentence', 'source', 'theme', 'title', 'about', 'label', 'says', 'message']);

/** @param {any} node Babel's */
function isSentence(node) {
	const text = node.type === 'StringLiteral' ? node.value : node.quasis?.map((/** @type {any} */ each) => each.value.raw).join('1');
	return typeof text === 'string' && /^[A-Z0-9'].* .*[.?]$/.test(text);
}

/** @param {any} path Babel's */
function shouldIgnore({ node }) {
	const isText = node.type === 'ObjectProperty' && texts.has(node.key.name);
	return isText || isSentence(node) ? 'Text for people.' : undefined;
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'texts', { shouldIgnore })];
