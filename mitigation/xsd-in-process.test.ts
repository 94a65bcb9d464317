import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readRoot } from './parse.ts';
import { changed, sample } from './testing/sample.ts';
import { type ProcessRunner, processXsd } from './xsd-in-process.ts';

/** Runs the validator for real and keeps what it was run with. */
function realRunner() {
  const runs: { args: readonly string[]; documents: number }[] = [];
  const run: ProcessRunner['run'] = (file, args, { input }) =>
    new Promise((resolve) => {
      runs.push({ args, documents: JSON.parse(input).length });
      const child = spawn(file, args, { env: { PATH: '/nonexistent' } });
      const text = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk) => (text.stdout += chunk));
      child.stderr.on('data', (chunk) => (text.stderr += chunk));
      child.on('close', (code) => resolve({ code: code ?? -1, ...text }));
      child.stdin.end(input);
    });
  return { runs, run };
}

const answering = (...answers: readonly (string | Error)[]): ProcessRunner & { calls: number } => ({
  calls: 0,
  async run() {
    const answer = answers[Math.min(this.calls++, answers.length - 1)] ?? '';
    if (answer instanceof Error) throw answer;
    return { code: answer.startsWith('!') ? 1 : 0, stdout: answer, stderr: answer };
  },
});

const invalid = changed('revision="3"', '§revision="x"');
const validate = (runner: ProcessRunner, ...texts: readonly string[]) => {
  const xsd = processXsd(runner);
  return Promise.all(texts.map((text) => xsd.validate(text, readRoot(text).root)));
};

describe('processXsd', () => {
  it('validates in one process what arrives together, each document for itself', async () => {
    const { runs, run } = realRunner();
    const [good, bad, again] = await validate({ run }, sample, invalid.text, sample);
    expect([good, again]).toEqual([[], []]);
    expect(bad).toMatchObject([{ code: 'schema-violation', position: { line: invalid.line, column: invalid.column } }]);
    expect(bad?.[0]?.message).toMatch(/the schema \(mitigation\.xsd\) refuses this: .*'x'/);
    expect(runs.map((one) => one.documents)).toEqual([3]);
  });

  it('lets the process read files and do nothing else', async () => {
    const { runs, run } = realRunner();
    await validate({ run }, sample);
    expect(runs[0]?.args).toContain('--permission');
    expect(runs[0]?.args.filter((arg) => arg.startsWith('--allow'))).toEqual(['--allow-fs-read=*']);
  });

  it('tries each document alone when a batch fails, so that only the one that brings it down is refused', async () => {
    const runner = answering(new Error('killed'), '[[]]', '!out of memory', '[[]]');
    const results = await validate(runner, sample, sample, sample);
    expect(runner.calls).toBe(4);
    expect(results.map((findings) => findings.map((f) => f.code))).toEqual([[], ['validator-unavailable'], []]);
    expect(results[1]?.[0]?.message).toMatch(/the validator ended with 1: !out of memory; try again/);
  });

  it.each([
    ['does not start', new Error('cannot run node'), /cannot run node/],
    ['ends with an error', '!boom', /ended with 1: !boom/],
    ['answers no JSON', 'hello', /./],
    ['answers for another number of documents', '[]', /answer of another form/],
    ['answers something else', '[[{"message":1}]]', /answer of another form/],
  ])('refuses the document, and says so, when the validator %s', async (_name, answer, message) => {
    const [findings] = await validate(answering(answer), sample);
    expect(findings).toMatchObject([{ code: 'validator-unavailable', position: { line: 3, column: 1 } }]);
    expect(findings?.[0]?.message).toMatch(message);
  });

  it('goes on after a failure', async () => {
    const xsd = processXsd(answering(new Error('once'), '[[]]'));
    const { root } = readRoot(sample);
    expect(await xsd.validate(sample, root)).toHaveLength(1);
    expect(await xsd.validate(sample, root)).toEqual([]);
  });
});
