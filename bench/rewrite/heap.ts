import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compileMatcher, type Matcher } from '@stopgap/rewrite';
import { asMitigations, attacks, benign, publishedRules } from './rules.ts';

/** Bytes that compiled rules hold, their parsed configuration counted, after traffic that makes V8 compile what it compiles late. */
export function heapOfRules(count: number): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const rules = publishedRules(count);
  const requests = [...benign, ...attacks(rules)];
  exercise(compileMatcher(asMitigations(publishedRules(10))), requests);
  const before = held(collect);
  const matcher = compileMatcher(asMitigations(rules));
  exercise(matcher, requests);
  const after = held(collect);
  exercise(matcher, requests);
  return after - before;
}

function exercise(matcher: Matcher, requests: Parameters<Matcher['inbound']>[0][]): void {
  for (let round = 0; round < 50; round += 1) for (const request of requests) matcher.inbound(request);
}

function held(collect: () => void): number {
  for (let round = 0; round < 3; round += 1) collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}
