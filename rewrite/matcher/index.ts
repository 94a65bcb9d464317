/** Rules compiled for a proxy: exact verdicts at a cost that hardly depends on the number of rules. */
export { longestInput } from './limits.ts';
export { compileMatcher, type Matcher, matcherOf } from './matcher.ts';
