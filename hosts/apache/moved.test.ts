import * as fs from 'node:fs';
import { Keeper } from '@stopgap/agent/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusing } from '../../tests/rule-hosts/actions.ts';
import { type ApacheBed, standInBed } from './testing/contract-bed.ts';

const wanted = [refusing('one')];
const include = 'IncludeOptional conf-enabled/*.conf\n';

describe('where the place of our file moves, because the admin edits what is included', () => {
  let bed: ApacheBed;
  let keeper: Keeper;
  const here = () =>
    ['conf-enabled/zz-stopgap.conf', 'stopgap.conf'].filter((name) => fs.existsSync(bed.at.file(name)));
  const lines = () => fs.readFileSync(bed.at.file('apache2.conf'), 'utf8').match(/stopgap\.con\[f\]/g)?.length ?? 0;
  const restart = () => keeper.restart(bed.host());
  const presence = async () => (await keeper.plan(wanted)).findings[0]?.presence;

  beforeEach(() => {
    bed = standInBed('folder');
    keeper = new Keeper(bed.host());
  });
  afterEach(() => bed.close());

  it('is read from its new place, and nothing is left at the old one', async () => {
    await keeper.bring(wanted);
    expect([here(), lines()]).toEqual([['conf-enabled/zz-stopgap.conf'], 0]);
    bed.at.edit('apache2.conf', (text) => text.replace(include, ''));
    restart();
    expect(await presence()).toBe('absent');
    await keeper.bring(wanted);
    expect([here(), lines(), await presence()]).toEqual([['stopgap.conf'], 1, 'in-place']);
    bed.at.edit('apache2.conf', (text) => text.replace('Include ports.conf\n', `Include ports.conf\n${include}`));
    restart();
    expect(await presence()).toBe('absent');
    await keeper.bring(wanted);
    expect([here(), lines(), await presence()]).toEqual([['conf-enabled/zz-stopgap.conf'], 0, 'in-place']);
  });

  it('is removed from wherever it stood', async () => {
    const before = bed.snapshot();
    await keeper.bring(wanted);
    bed.at.edit('apache2.conf', (text) => text.replace(include, ''));
    restart();
    await keeper.bring([]);
    expect([here(), lines()]).toEqual([[], 0]);
    bed.at.edit('apache2.conf', (text) => text.replace('Include ports.conf\n', `Include ports.conf\n${include}`));
    expect(bed.snapshot()).toEqual(before);
  });

  it('leaves a file of the same name alone that is not ours', async () => {
    fs.writeFileSync(bed.at.file('stopgap.conf'), '# mine\n');
    await keeper.bring(wanted);
    await keeper.bring([]);
    expect(here()).toEqual(['stopgap.conf']);
  });
});
