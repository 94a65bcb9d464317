import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { HeldAction } from '@stopgap/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onPath, refusing } from './testing/actions.ts';
import { hostFile, type Laid, performAll } from './testing/lay-out.ts';
import { cleanUp, configuration, none, owa, root, server } from './testing/server.ts';

cleanUp();

const evil = refusing('evil');
const below = refusing('evil', onPath('/owa'));
const section = '<rules></rules>';

/** What somebody has put into the files of a server to have us read or write outside of them. */
const traps: readonly (readonly [string, HeldAction, RegExp, (at: Laid, outside: string) => void])[] = [
  ['a folder that is a link', below, /leads out of/, (at, outside) => relink(at, path.dirname(owa), outside)],
  [
    'a folder that is a link to where no web.config is yet',
    below,
    /leads out of/,
    (at, outside) => relink(at, path.dirname(owa), path.join(outside, 'empty')),
  ],
  [
    'a web.config that is a link',
    evil,
    /leads out of/,
    (at, outside) => relink(at, root, path.join(outside, 'web.config')),
  ],
  [
    'a web.config that is a link to nothing',
    evil,
    /leads nowhere/,
    (at, outside) => relink(at, root, path.join(outside, 'new.config')),
  ],
  ['a pipe for a web.config', evil, /not a regular file/, (at) => pipe(at.at(root))],
  [
    'a section kept in a file above',
    evil,
    /in or below this folder/,
    (at, outside) => kept(at, `${'..\\'.repeat(20)}${path.join(outside, 'rules.config').slice(1)}`),
  ],
  [
    'a section kept at a full path',
    evil,
    /in or below this folder/,
    (at, outside) => kept(at, path.join(outside, 'rules.config')),
  ],
  ['a section kept on a drive', evil, /in or below this folder/, (at) => kept(at, 'C:\\rules.config')],
  [
    'a section kept in a file that is a link',
    evil,
    /leads out of/,
    (at, outside) => {
      relink(at, 'inetpub/wwwroot/rules.config', path.join(outside, 'rules.config'));
      kept(at, 'rules.config');
    },
  ],
  [
    'another applicationHost.config by a link',
    evil,
    /leads out of/,
    (at, outside) => relink(at, hostFile, path.join(outside, 'applicationHost.config')),
  ],
  [
    'a redirection of it that is a link',
    evil,
    /leads out of/,
    (at, outside) => relink(at, hostFile.replace('applicationHost', 'redirection'), path.join(outside, 'web.config')),
  ],
];

function relink(at: Laid, name: string, target: string): void {
  fs.rmSync(at.at(name), { recursive: true, force: true });
  fs.symlinkSync(target, at.at(name));
}

function pipe(file: string): void {
  fs.rmSync(file, { force: true });
  execFileSync('mkfifo', [file]);
}

function kept(at: Laid, source: string): void {
  at.write(root, configuration(`<rules configSource="${source}" />`));
}

describe('files of a server that lead out of them', () => {
  let outside: string;
  beforeEach(() => {
    outside = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'stopgap-outside-'));
    fs.mkdirSync(path.join(outside, 'empty'));
    for (const [name, text] of [
      ['web.config', configuration(section)],
      ['rules.config', section],
      ['applicationHost.config', '<configuration/>'],
    ] as const)
      fs.writeFileSync(path.join(outside, name), text);
  });
  afterEach(() => fs.rmSync(outside, { recursive: true, force: true }));
  const everything = () =>
    fs.readdirSync(outside).map((name) => {
      const file = path.join(outside, name);
      return [name, fs.statSync(file).isFile() ? fs.readFileSync(file, 'utf8') : fs.readdirSync(file)];
    });

  it.each(traps)('%s: is refused by name, and nothing there is touched', async (_name, held, why, lay) => {
    const at = server({ [root]: configuration(section) });
    lay(at, outside);
    const before = everything();
    const survey = await at.host.survey();
    expect(at.host.accepts(held, survey)).toMatchObject({
      accepted: false,
      state: expect.stringMatching(/^(unsupported|prerequisite-missing)$/),
      reason: expect.stringMatching(why),
    });
    const plan = await at.host.plan([held], none).catch(() => undefined);
    if (plan) await performAll(at.host, plan).catch(() => undefined);
    expect(everything()).toEqual(before);
  });

  it('links among the folders of a site are not followed out of the root, nor round in circles', async () => {
    const at = server({ [root]: configuration(section) });
    fs.symlinkSync(outside, at.at('inetpub/wwwroot/out'));
    for (const name of ['one', 'two', 'three']) fs.symlinkSync('.', at.at(`inetpub/wwwroot/${name}`));
    const rule = section.replace('></', '><rule name="refuse evil"><match url="x"/><action type="None"/></rule></');
    fs.writeFileSync(path.join(outside, 'web.config'), configuration(rule));
    const before = at.read(root);
    const plan = await at.host.plan([evil], none);
    expect(plan).toMatchObject({ findings: [{ presence: 'absent' }], changes: [{ path: at.at(root) }] });
    await performAll(at.host, plan);
    await performAll(at.host, await at.host.plan([], none));
    expect(at.read(root)).toEqual(before);
  });
});
