import { rmSync } from 'node:fs';
import { type HostContract, hostContract } from '@stopgap/agent/contract';
import { systemFiles } from '@stopgap/machine';
import { type GatewayBed, gatewayBed } from './testing/contract-bed.ts';
import { aborting, held } from './testing/gateway-folder.ts';

const first = held('CVE-1', aborting('one', '^one'));
const provider = `<rewrite><providers><provider name="P" type="T"/></providers><rules><rule name="p"><match url=".*" />
  <conditions><add input="{P:{URL}}" pattern="a" /></conditions><action type="AbortRequest" /></rule></rules></rewrite>`;
const text = ({ rulesFile }: GatewayBed) => systemFiles.read(rulesFile)?.bytes.toString() ?? '';
const own = ({ ownRules }: GatewayBed, rules: string) => systemFiles.write(ownRules, rules);
const ownText = '<rewrite>\n  <rules />\n</rewrite>\n';

const contract: HostContract<GatewayBed> = {
  setUp: gatewayBed,
  actions: [first, held('CVE-2', aborting('two', '^two')), held('CVE-3', aborting('three', '^three'))],
  sharing: { skip: 'rules are not shared: each mitigation has its own' },
  unsupported: [
    { action: held('P', provider), word: /provider|rewrite map/ },
    { action: { ...first, action: { kind: 'appPool', name: 'pool' } }, word: /pool/ },
  ],
  observing: 'held',
  drifts: [
    { name: 'the rules file deleted', do: ({ rulesFile }) => rmSync(rulesFile) },
    { name: 'an entry switched to observe', do: (bed) => rewrite(bed, text(bed).replace('"enforce"', '"observe"')) },
    { name: 'the file cut short', do: (bed) => rewrite(bed, text(bed).slice(0, -40)) },
  ],
  edits: [{ name: "a rule of the administrator's own", do: (bed) => own(bed, aborting('Mine', '^mine')) }],
  conflict: { name: 'an own rule of that name', do: (bed) => own(bed, aborting('one', '^other')) },
  adoption: { name: 'an own rule that does the same', do: (bed) => own(bed, aborting('Mine', '^one')) },
  breakage: {
    break: { name: 'own rules that are no XML', do: (bed) => own(bed, '<rewrite><rules>') },
    mend: { name: 'they are mended', do: (bed) => own(bed, ownText) },
  },
  absence: { name: 'its configuration is gone', do: ({ configFile }) => rmSync(configFile) },
};

function rewrite({ rulesFile }: GatewayBed, edited: string): void {
  systemFiles.write(rulesFile, edited);
}

hostContract('hosts/gateway (a real gateway)', contract);
