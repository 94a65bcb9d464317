// Makes the table of docs/fuzzing.md out of the lines that runs print, the newest of each target, most inputs first:
//
//   node fuzz/table.ts FILE…
import { readFileSync } from 'node:fs';
import { targets } from './targets.ts';

const line =
  /([a-z-]+): ([\d,]+) inputs in \d+ s, (\d+) % accepted, .*slowest (\d+) ms, memory \+(\d+) MB, (no failure|\d+ FAILED), seed (\d+)/;

const rows = new Map<string, { readonly inputs: number; readonly text: string }>();
for (const text of process.argv.slice(2).flatMap((file) => readFileSync(file, 'utf8').split('\n'))) {
  const [, target = '', inputs = '', accepted, slowest, memory, end, seed] = line.exec(text) ?? [];
  if (!targets.has(target)) continue;
  const failures = end === 'no failure' ? 'none' : end;
  const cells = [`\`${target}\``, inputs, `${accepted} %`, `${slowest} ms`, `${memory} MB`, failures, seed];
  rows.set(target, { inputs: Number(inputs.replaceAll(',', '')), text: `| ${cells.join(' | ')} |` });
}
const sorted = [...rows.values()].sort((a, b) => b.inputs - a.inputs);
console.log('| target | inputs | accepted | slowest | memory above ready | failures | seed |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const { text } of sorted) console.log(text);
const missing = [...targets.keys()].filter((name) => !rows.has(name));
if (missing.length > 0) console.log(`\nNot in it: ${missing.join(', ')}.`);
