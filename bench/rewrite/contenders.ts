import { compileMatcher, evaluateInbound, prepareRules, type RewriteRequest, urlDecode } from '@stopgap/rewrite';
import { RE2JS, RE2Set } from 're2js';
import { asMitigations, type PublishedRule } from './rules.ts';

/** Something that says of a request whether it is refused. */
export interface Contender {
  readonly name: string;
  refuses(request: RewriteRequest): boolean;
}

const uriOf = (request: RewriteRequest) => urlDecode(request.url);
const cookieOf = (request: RewriteRequest) => String(request.headers.cookie ?? '');

/** Our matcher: all of IIS's semantics. */
export function ourMatcher(rules: readonly PublishedRule[]): Contender {
  const matcher = compileMatcher(asMitigations(rules));
  return { name: 'matcher', refuses: (request) => matcher.inbound(request).outcome === 'abort' };
}

/** Our evaluator, rule after rule. */
export function ourEvaluator(rules: readonly PublishedRule[]): Contender {
  const prepared = prepareRules(asMitigations(rules));
  return { name: 'evaluator, no screen', refuses: (request) => evaluateInbound(prepared, request).outcome === 'abort' };
}

/** The published patterns, one after the other, inputs worked out once: what one would write by hand. */
export function plainLoop(rules: readonly PublishedRule[]): Contender {
  const uri = rules.filter((rule) => rule.input === 'uri').map((rule) => new RegExp(rule.pattern, 'i'));
  const cookie = rules.filter((rule) => rule.input === 'cookie').map((rule) => new RegExp(rule.pattern, 'i'));
  return {
    name: 'plain RegExp loop',
    refuses: (request) => {
      const [text, cookies] = [uriOf(request), cookieOf(request)];
      return uri.some((regex) => regex.test(text)) || cookie.some((regex) => regex.test(cookies));
    },
  };
}

/** re2js, which has no look-ahead: two patterns for each that is joined of two. */
export function re2Loop(rules: readonly PublishedRule[]): Contender {
  const compile = (pattern: string) => RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  const uri = rules.filter((rule) => rule.input === 'uri').map(({ words }) => words.map(compile));
  const cookie = rules.filter((rule) => rule.input === 'cookie').map((rule) => compile(rule.pattern));
  return {
    name: 're2js loop',
    refuses: (request) => {
      const [text, cookies] = [uriOf(request), cookieOf(request)];
      return uri.some((pair) => pair.every((word) => word.test(text))) || cookie.some((regex) => regex.test(cookies));
    },
  };
}

/** re2js with all patterns of an input in one set. */
export function re2Set(rules: readonly PublishedRule[]): Contender {
  const uriRules = rules.filter((rule) => rule.input === 'uri');
  const uri = setOf(uriRules.flatMap(({ words }) => words));
  const cookie = setOf(rules.filter((rule) => rule.input === 'cookie').map((rule) => rule.pattern));
  return {
    name: 're2js set',
    refuses: (request) => {
      const found = new Set(uri(uriOf(request)));
      const both = uriRules.some((_, at) => found.has(2 * at) && found.has(2 * at + 1));
      return both || cookie(cookieOf(request)).length > 0;
    },
  };
}

function setOf(patterns: readonly string[]): (text: string) => readonly number[] {
  if (patterns.length === 0) return () => [];
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE);
  for (const pattern of patterns) set.add(pattern);
  set.compile();
  return (text) => set.match(text);
}
