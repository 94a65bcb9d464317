import * as fs from 'node:fs';
import type { HeldAction } from '@stopgap/agent';
import { type HostContract, hostContract } from '@stopgap/agent/contract';
import { aborting, addingPolicy, onPath, refusing } from './testing/actions.ts';
import { type IisBed, iisBed } from './testing/contract-bed.ts';
import { hostFile } from './testing/lay-out.ts';
import { configuration, root } from './testing/server.ts';

const rules = (text: string) => configuration(`<rules>${text}</rules>`);
const pool = (name: string, mitigation: string): HeldAction => ({
  mitigation,
  revision: 1,
  index: 0,
  mode: 'enforce',
  action: { kind: 'appPool', name },
});

const common = {
  setUp: iisBed,
  edits: [
    {
      name: 'a setting',
      do: ({ edit }) => edit(root, (text) => text.replace('<rewrite>', '<urlCompression/>\n<rewrite>')),
    },
    { name: 'a comment', do: ({ edit }) => edit(root, (text) => text.replace('theirs', 'theirs, 2026')) },
    {
      name: 'a pool of their own',
      do: ({ edit }) =>
        edit(hostFile, (text) => text.replace('</applicationPools>', '<add name="New"/></applicationPools>')),
    },
  ],
  breakage: { skip: 'what is not XML any more cannot be changed at all: hosts/iis/move.test.ts' },
  absence: { name: 'applicationHost.config is gone', do: ({ laid }) => fs.rmSync(laid.at(hostFile)) },
} as const satisfies Partial<HostContract<IisBed>>;

hostContract('hosts/iis, rules (files of an IIS that does not run)', {
  ...common,
  actions: [refusing('evil'), addingPolicy(onPath('/owa')), refusing('third', { level: 'server' })],
  sharing: { skip: 'rules are not shared: each mitigation has its own' },
  unsupported: [
    { action: refusing('evil', { level: 'site', site: 'No Such Site' }), word: /No Such Site/ },
    { action: { ...refusing('evil'), action: { kind: 'service', name: 's', shared: true } }, word: /service/ },
  ],
  observing: 'refused',
  drifts: [
    {
      name: 'our rule disabled',
      do: ({ edit }) =>
        edit(root, (text) => text.replace('<rule name="refuse evil"', '<rule name="refuse evil" enabled="false"')),
    },
    {
      name: 'our rule changed',
      do: ({ edit }) => edit(root, (text) => text.replace('pattern="evil"', 'pattern="good"')),
    },
    {
      name: 'our rule deleted',
      do: ({ edit }) => edit(root, (text) => text.replace(/\s*<rule name="refuse evil"[\s\S]*?<\/rule>/, '')),
    },
  ],
  conflict: { name: 'a rule of our name', do: ({ laid }) => laid.write(root, rules(aborting('refuse evil', 'other'))) },
  adoption: { name: 'a rule that does the same', do: ({ laid }) => laid.write(root, rules(aborting('Mine', 'evil'))) },
} satisfies HostContract<IisBed>);

hostContract('hosts/iis, application pools (files, and a stand-in for appcmd)', {
  ...common,
  actions: [pool('Always', 'A'), pool('Plain', 'B'), refusing('evil')],
  sharing: [pool('Always', 'A'), pool('always', 'B')],
  unsupported: [{ action: pool('No Such Pool', 'A'), word: /pool/ }],
  observing: { skip: 'the agent never asks a pool to be observed: a stopped one cannot be' },
  drifts: [
    { name: 'the pool started again', do: ({ appcmd }) => void appcmd.pools.set('always', 'Started') },
    {
      name: 'automatic start switched on again',
      do: ({ edit }) =>
        edit(hostFile, (text) =>
          text.replace('autoStart="false"', 'autoStart="true"').replace("autoStart='false'", "autoStart='true'"),
        ),
    },
  ],
  conflict: { skip: 'a pool has one name, and it is either there or not' },
  adoption: { skip: 'a pool that somebody has stopped is claimed all the same' },
} satisfies HostContract<IisBed>);
