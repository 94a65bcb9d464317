import type { OpenTarget, Target } from '../engine/target.ts';

const target = (what: string, run: OpenTarget['run'], words: readonly string[] = []): Target => ({
  what,
  open: async () => ({ seeds: ['seed'], words, most: 2048, run }),
});

const held: Buffer[] = [];

/** Readers with a fault each, that the fuzzer must find, and one without. */
export const targets: ReadonlyMap<string, Target> = new Map([
  ['sound', target('nothing is wrong', () => 'accepted')],
  ['throws', target('throws at three letters in a row', (input) => throwAt(input))],
  [
    'beside',
    {
      what: 'throws at three letters in a row, read beside others',
      open: async () => ({ seeds: ['seed'], most: 2048, atOnce: 32, run: async (input) => throwAt(input) }),
    },
  ],
  ['hangs', target('never ends at an exclamation mark', (input) => hangAt(input), ['!'])],
  ['slow', target('takes more than a second at an exclamation mark', (input) => slowAt(input), ['!'])],
  ['grows', target('keeps 300 MB at an exclamation mark', (input) => growAt(input), ['!'])],
  [
    'guided',
    { what: 'behind nested conditions in a room', open: async () => (await import('./guided.ts')).openGuided() },
  ],
]);

function throwAt(input: Buffer): 'refused' {
  if (input.includes('ee') && input.length > 6) throw new TypeError('two and more');
  return 'refused';
}

function hangAt(input: Buffer): 'refused' {
  while (input.includes('!'));
  return 'refused';
}

function slowAt(input: Buffer): 'refused' {
  const started = process.threadCpuUsage().user;
  while (input.includes('!') && process.threadCpuUsage().user - started < 1_400_000);
  return 'refused';
}

function growAt(input: Buffer): 'refused' {
  if (input.includes('!')) held.push(Buffer.alloc(300 * 2 ** 20, 1));
  return 'refused';
}
