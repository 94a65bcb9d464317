import { type HostContract, hostContract } from '@stopgap/agent/contract';
import { aborting, addingPolicy, holding, onPath, refusing } from './testing/actions.ts';
import { type IisBed, iisBed, stopping } from './testing/contract-bed.ts';
import { hostFile } from './testing/lay-out.ts';
import { root } from './testing/server.ts';

const rulesStart = /<rules>/;

const contract: HostContract<IisBed> = {
  setUp: iisBed,
  actions: [refusing('evil'), addingPolicy(onPath('/owa')), stopping('Portal')],
  sharing: [stopping('Portal', 'A'), stopping('PORTAL', 'B')],
  unsupported: [
    { action: refusing('evil', { level: 'site', site: 'Nobody' }), word: /Nobody/ },
    { action: stopping('NoPool'), word: /"NoPool"/ },
    { action: { ...refusing('evil'), action: { kind: 'service', name: 'S', shared: false } }, word: /service/ },
    {
      action: holding(
        'M',
        '<globalRules><rule name="g"><match url="g" /><action type="AbortRequest" /></rule></globalRules>',
      ),
      word: /globalRules/,
    },
  ],
  observing: 'refused',
  drifts: [
    { name: 'the rule taken out', do: ({ edit }) => edit(root, /\s*<!-- Stopgap[\s\S]*?<\/rule>/i, '') },
    {
      name: 'the rule disabled',
      do: ({ edit }) => edit(root, '<rule name="refuse evil"', '<rule name="refuse evil" enabled="false"'),
    },
    { name: 'what it does changed', do: ({ edit }) => edit(root, 'type="AbortRequest"', 'type="None"') },
  ],
  edits: [
    { name: 'a comment', do: ({ edit }) => edit(root, '</configuration>', '<!-- mine -->\n</configuration>') },
    {
      name: 'another section',
      do: ({ edit }) => edit(root, '<system.webServer>', '<system.webServer>\n    <urlCompression />'),
    },
    { name: 'their own rule changed', do: ({ edit }) => edit(root, 'url="x"', 'url="xyz"') },
    {
      name: 'another rule at the end',
      do: ({ edit }) =>
        edit(root, '</rules>', '  <rule name="new"><match url="n" /><action type="None" /></rule>\n      </rules>'),
    },
  ],
  conflict: {
    name: "another rule of our rule's name",
    do: ({ edit }) => edit(root, rulesStart, `<rules>${aborting('refuse evil', 'other')}`),
  },
  adoption: {
    name: 'the same rule under another name',
    do: ({ edit }) => edit(root, rulesStart, `<rules>${aborting('Mine', 'evil')}`),
  },
  breakage: {
    break: {
      name: 'a tag of applicationHost.config that is not closed',
      do: ({ edit }) => edit(hostFile, '</globalModules>', '</globalmodules>'),
    },
    mend: { name: 'the tag put right', do: ({ edit }) => edit(hostFile, '</globalmodules>', '</globalModules>') },
  },
  absence: { name: 'no applicationHost.config', do: ({ laid }) => laid.erase(hostFile) },
};

hostContract('hosts/iis (files, and an appcmd.exe in memory)', contract);
