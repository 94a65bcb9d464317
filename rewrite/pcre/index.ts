/** Verdicts of IIS's patterns as PCRE over bytes, in linear time or bounded time with "refuse" for an answer. */
export { captureText } from './capture.ts';
export { Inexpressible, otherSide, type Side } from './node.ts';
export { literalText, matchesAnything, type SearchText, searchText } from './search.ts';
export type { TextForm } from './symbol.ts';
