// Fuzzes one reader of untrusted bytes, some, or all:
//
//   node fuzz/run.ts TARGET… | all [--inputs N] [--seed N] [--keep]
//   node fuzz/run.ts TARGET --input FILE       one input, for a failure that was found
//
// `--keep` writes the corpus, cut down to what is needed, to fuzz/corpus. Failing inputs are written to the folder of `--failures`.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Failure } from './engine/fuzzer.ts';
import { readCorpus, readFound, writeCorpus } from './engine/kept.ts';
import { type Run, watched } from './engine/watched.ts';
import { targets } from './targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
    input: { type: 'string' },
    failures: { type: 'string', default: path.join(tmpdir(), 'stopgap-fuzz') },
  },
});
const module = import.meta.resolve('./targets.ts');
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const names = positionals.includes('all') ? [...targets.keys()] : positionals;
const unknown = names.filter((name) => !targets.has(name));
if (names.length === 0 || unknown.length > 0 || !Number.isSafeInteger(inputs) || !Number.isSafeInteger(seed)) {
  const list = [...targets].map(([name, { what }]) => `  ${name.padEnd(18)} ${what}`);
  console.error(
    `usage: npm run fuzz -- TARGET… | all [--inputs N] [--seed N] [--keep] [--input FILE]\n\n${list.join('\n')}`,
  );
  process.exit(2);
}

let failed = 0;
for (const name of names) {
  const started = performance.now();
  const run = await (values.input === undefined ? fuzz(name) : once(name, values.input));
  console.log(lineOf(name, run, (performance.now() - started) / 1000));
  for (const failure of run.failures) report(name, failure);
  failed += run.failures.length;
}
process.exitCode = failed > 0 ? 1 : 0;

async function fuzz(target: string): Promise<Run> {
  const start = [...readCorpus(target), ...readFound(target).map((found) => found.input)];
  const run = await watched({ targets: module, target, start, inputs, seed, minimise: values.keep });
  if (values.keep && run.figures)
    writeCorpus(
      target,
      run.figures.corpus.map((input) => Buffer.from(input)),
    );
  return run;
}

function once(target: string, file: string): Promise<Run> {
  return watched({ targets: module, target, start: [readFileSync(file)], inputs: 0, seed, minimise: false });
}

function lineOf(name: string, { figures, failures, memory }: Run, seconds: number): string {
  const end = `${failures.length === 0 ? 'no failure' : `${failures.length} FAILED`}, seed ${seed}`;
  if (!figures) return `${name}: stopped after ${seconds.toFixed(0)} s, ${end}`;
  const parts = [
    `${figures.inputs.toLocaleString('en')} inputs in ${seconds.toFixed(0)} s`,
    `${Math.round((100 * figures.accepted) / figures.inputs)} % accepted`,
    `${figures.reached.toLocaleString('en')} of ${figures.points.toLocaleString('en')} points reached`,
    `corpus ${figures.found}${values.keep ? ` → ${figures.corpus.length}` : ''}`,
    `slowest ${figures.slowestMs.toFixed(0)} ms`,
    `memory +${Math.round(memory / 2 ** 20)} MB`,
    end,
  ];
  return `${name}: ${parts.join(', ')}`;
}

function report(name: string, { input, why }: Failure): void {
  mkdirSync(values.failures, { recursive: true });
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const file = path.join(values.failures, `${name}-${digest}`);
  writeFileSync(file, input);
  console.log(`\n${why}\n  ${input.length} bytes: ${JSON.stringify(input.subarray(0, 200).toString('latin1'))}`);
  console.log(`  npm run fuzz -- ${name} --input ${file}\n`);
}
