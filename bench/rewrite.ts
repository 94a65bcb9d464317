import os from 'node:os';
import type { RewriteRequest } from '@stopgap/rewrite';
import { type Contender, ourEvaluator, ourMatcher, plainLoop, re2Loop, re2Set } from './rewrite/contenders.ts';
import { heapOfRules } from './rewrite/heap.ts';
import { patternGrowth } from './rewrite/patterns.ts';
import { attacks, benign, heavier, padded, publishedRules } from './rewrite/rules.ts';

/**
 * What rules cost: our matcher beside a loop of RegExp as one would write it and beside re2js, in one process, rounds interleaved, medians. Only the
 * ratios mean anything.
 *
 * node bench/rewrite.ts [rounds] [milliseconds a round]
 */
const rounds = Number(process.argv[2] ?? 5);
const milliseconds = Number(process.argv[3] ?? 100);
const counts = [1, 10, 100, 1000];
const contenders = [ourMatcher, ourEvaluator, plainLoop, re2Loop, re2Set];

/** Figures of one kind of traffic: microseconds a request, by contender and number of rules. */
type Figures = ReadonlyMap<string, number>;

function run(contender: Contender, requests: readonly RewriteRequest[]): number {
  let done = 0;
  const start = performance.now();
  let now = start;
  do {
    for (const request of requests) contender.refuses(request);
    done += requests.length;
    now = performance.now();
  } while (now - start < milliseconds);
  return ((now - start) * 1000) / done;
}

function measure(
  traffic: string,
  requestsFor: (count: number) => readonly RewriteRequest[],
  among = contenders,
): Figures {
  const runs = counts.flatMap((count) => {
    const rules = publishedRules(count);
    return among.map((make) => ({
      count,
      contender: make(rules),
      requests: requestsFor(count),
      found: [] as number[],
    }));
  });
  for (let round = -1; round < rounds; round += 1) {
    for (const one of runs) {
      const cost = run(one.contender, one.requests);
      if (round >= 0) one.found.push(cost);
    }
  }
  const figures = new Map(runs.map((one) => [`${one.contender.name} ${one.count}`, median(one.found)]));
  report(
    traffic,
    runs.map((one) => one.contender.name),
    figures,
  );
  return figures;
}

function report(traffic: string, names: readonly string[], figures: Figures): void {
  console.log(`\n${traffic}`.padEnd(24), counts.map((count) => `${count} rules`.padStart(21)).join(''));
  for (const name of new Set(names)) {
    const cells = counts.map((count) => {
      const micro = figures.get(`${name} ${count}`) ?? Number.NaN;
      const ratio = micro / (figures.get(`${ourMatcherName} ${count}`) ?? Number.NaN);
      return `${Math.round(1e6 / micro).toLocaleString('en')}/s ${`x${ratio.toPrecision(3)}`.padStart(8)}`.padStart(21);
    });
    console.log(name.padEnd(23), cells.join(''));
  }
}

const ourMatcherName = 'matcher';

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const ratio = (figures: Figures, over: string, under: string) => (figures.get(over) ?? 0) / (figures.get(under) ?? 1);
const heap = heapOfRules(1000);
console.log(
  `Node ${process.version}, ${os.cpus()[0]?.model}, ${os.cpus().length} cores; evaluations per second, and time as a multiple of the matcher's`,
);
const ordinary = measure('ordinary traffic', () => benign);
const heavy = measure('heavier traffic', () => heavier, [ourMatcher, ourEvaluator, re2Set]);
measure('attacks', (count) => attacks(publishedRules(count)));
// A loop of RegExp takes minutes for one such request; below, it is asked shorter ones.
measure('costly, 8 KiB', (count) => padded(publishedRules(count)), [ourMatcher, ourEvaluator, re2Loop, re2Set]);
console.log('\ntargets');
console.log(
  `  1,000 rules on ordinary traffic: ${ratio(ordinary, 'matcher 1000', 'matcher 10').toFixed(2)} times the time of 10 (at most 2)`,
);
console.log(
  `  1,000 rules on heavier traffic: ${ratio(heavy, 'matcher 1000', 'matcher 10').toFixed(2)} times the time of 10 (at most 2)`,
);
console.log(
  `  1,000 rules on ordinary traffic: ${ratio(ordinary, 'plain RegExp loop 1000', 'matcher 1000').toFixed(0)} times as fast as a plain loop (at least 20)`,
);
console.log(`  1,000 compiled rules hold ${(heap / 1e6).toFixed(1)} MB (under 20)`);
patternGrowth();
