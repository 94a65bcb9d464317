import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it } from 'vitest';

const command = path.join(import.meta.dirname, '..', 'bin', 'stopgap');

/** The exit code of a command whose output nobody reads. */
async function unread(...args: readonly string[]): Promise<unknown> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  return code;
}

it.each([
  ['what was done', ['help'], 0],
  ['what was refused', ['nonsense', '--json'], 2],
  ['what prints a lot', ['rewrite', '--help'], 0],
  ['what could not be read', ['history', '--json', '--state-dir', '/nonexistent'], 1],
])(
  'the exit code says what became of it though nobody reads the output: %s',
  async (_name, args, expected) => {
    expect(await unread(...args)).toBe(expected);
  },
  30_000,
);
