import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMitigation, withdrawn } from './index.ts';

const catalog = path.join(import.meta.dirname, '..', 'catalog');
const ids = readdirSync(catalog).filter((name) => /^[A-Z]/.test(name) && !name.endsWith('.md'));
const document = (id: string) => readFileSync(path.join(catalog, id, 'mitigation.xml'));

/** What it says, wherever its lines stand. */
const said = (mitigation: unknown) =>
  JSON.parse(JSON.stringify(mitigation, (key, value) => (key === 'position' ? undefined : value)));

describe('withdrawing a mitigation', () => {
  it.each(ids)('gives %s the next revision and the reason, and changes nothing else', async (id) => {
    const before = await parseMitigation(document(id));
    const reason = 'It refused <ordinary> mail & more.';
    const after = await parseMitigation(await withdrawn(document(id), reason));
    expect(said(after)).toEqual(said({ ...before, revision: before.revision + 1, withdrawn: reason }));
  });

  it('gives another reason to one that is withdrawn already', async () => {
    const once = await withdrawn(document('PING1'), 'First.');
    const twice = await parseMitigation(await withdrawn(once, 'Second.'));
    expect(twice).toMatchObject({ withdrawn: 'Second.' });
    expect(twice.revision).toBe((await parseMitigation(once)).revision + 1);
  });

  it('refuses a reason that could not be shown', async () => {
    await expect(withdrawn(document('PING1'), '')).rejects.toThrow();
    await expect(withdrawn(document('PING1'), '\u0001')).rejects.toThrow();
  });
});
