import * as fs from 'node:fs';
import type { HostContract } from '@stopgap/agent/contract';
import { autodiscover, refusing, withProvider } from '../../../tests/rule-hosts/actions.ts';
import { type NginxBed, unknownDirective } from './contract-bed.ts';

/** The contract of this kind of host, on servers laid out by `setUp`. */
export const contractOn = <B extends NginxBed>(setUp: HostContract<B>['setUp']): HostContract<B> => ({
  setUp,
  actions: [refusing('one'), autodiscover, refusing('three')],
  sharing: { skip: 'rules are not shared: each mitigation has its own' },
  unsupported: [
    { action: withProvider, word: /provider|rewrite map/ },
    { action: { ...refusing('one'), action: { kind: 'appPool', name: 'p' } }, word: /appPool/ },
  ],
  observing: 'held',
  drifts: [
    { name: 'a deleted file of ours', do: ({ at }) => fs.rmSync(at.file('stopgap/server.conf')) },
    {
      name: 'all of our files deleted',
      do: ({ at }) => fs.rmSync(at.file('stopgap'), { recursive: true }),
    },
    {
      name: 'a rule of ours changed',
      do: ({ edit }) => edit('stopgap/server.conf', (text) => text.replace('return 444', 'return 200')),
    },
    {
      name: 'an include line taken out',
      do: ({ edit }) => edit('sites-available/b', (text) => text.replace(/^.*# stopgap\n/m, '')),
    },
  ],
  edits: [
    {
      name: 'another name for the site',
      do: ({ edit }) => edit('sites-available/a', (text) => text.replace('a.example;', 'a.example www.a.example;')),
    },
    {
      name: 'another site',
      do: ({ edit }) => edit('sites-available/b', (text) => `${text}server {\n\tlisten 18183;\n}\n`),
    },
    { name: 'a comment in http', do: ({ edit }) => edit('nginx.conf', (text) => text.replace('mine', 'mine, 2026')) },
  ],
  conflict: {
    name: "a stranger's file in the place of ours",
    do: ({ at }) => {
      fs.mkdirSync(at.file('stopgap'));
      fs.writeFileSync(at.file('stopgap/http.conf'), '# somebody else wrote this\n');
    },
  },
  adoption: { skip: 'nginx rules of the same effect cannot be told from others' },
  breakage: {
    break: {
      name: 'an unknown directive',
      do: ({ edit }) => edit('sites-available/b', (text) => unknownDirective + text),
    },
    mend: { name: 'it is gone', do: ({ edit }) => edit('sites-available/b', (text) => text.replace('oops on;\n', '')) },
  },
  absence: { name: 'nginx is uninstalled', do: ({ uninstall }) => uninstall() },
});
