import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../main.ts';
import { styleFor } from '../print/style.ts';

const heartbeat = fs.readFileSync(path.join(import.meta.dirname, '../../catalog/PING1/mitigation.xml'), 'utf8');

let state: string;
beforeEach(() => {
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-apply-'));
  write('agent.json', '{"feeds":[],"hosts":[],"products":[]}');
});
afterEach(() => fs.rmSync(state, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = path.join(state, name);
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function apply(...files: readonly string[]) {
  let out = '';
  const code = await main(['apply', ...files.flatMap((file) => ['--file', file]), '--json', '--state-dir', state], {
    env: {},
    clock: systemClock,
    style: styleFor({}, {}),
    width: undefined,
    print: (text) => {
      out += text;
    },
    tell: () => {},
    signal: new AbortController().signal,
    actor: 'test',
  });
  return { code, given: JSON.parse(out) as { said?: string; code?: string; message?: string } };
}

describe('stopgap apply --file', () => {
  it('applies every file that is named, not the last alone', async () => {
    const files = ['PING1', 'PING2'].map((id) => write(`${id}.xml`, heartbeat.replace('id="PING1"', `id="${id}"`)));
    expect(await apply(...files)).toMatchObject({ code: 0, given: { said: 'applied by hand: PING1, PING2' } });
  });

  it('says by its exit code that a file is no mitigation', async () => {
    const file = write('half.xml', heartbeat.slice(0, 200));
    const { code, given } = await apply(file);
    expect([code, given.code]).toEqual([2, 'invalid-document']);
    expect(given.message).toMatch(/half\.xml: line \d+, column \d+/);
  });
});
