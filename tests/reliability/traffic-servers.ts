import type { HeldAction, Host } from '@stopgap/agent';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { realBed as realApache } from '../../hosts/apache/testing/contract-bed.ts';
import { gatewayBed } from '../../hosts/gateway/testing/contract-bed.ts';
import { aborting, held } from '../../hosts/gateway/testing/gateway-folder.ts';
import { nginxHost } from '../../hosts/nginx/index.ts';
import { layOut } from '../../hosts/nginx/testing/lay-out.ts';
import { binary, confined, RealNginx, sitesOn } from '../../hosts/nginx/testing/real-nginx.ts';
import { refusing, refusing as refusingOnApache } from '../../tests/rule-hosts/actions.ts';
import { freePorts } from '../rule-hosts/free-ports.ts';
import type { Asked } from './load.ts';

/** A server that runs and is asked, and the mitigations that come and go on it. */
export interface Serving {
  readonly host: Host;
  readonly actions: readonly HeldAction[];
  readonly asked: Asked;
  snapshot(): ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** Debian's nginx with two sites. */
export async function servingNginx(): Promise<Serving> {
  const [port = 0] = await freePorts(1);
  const at = layOut(sitesOn(port));
  const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
  const { configFile } = at.source;
  const nginx = await RealNginx.start(at);
  return {
    host: nginxHost({ kind: 'nginx', binary, configFile, globalDirectives: confined(at) }, machine),
    actions: [refusing('one'), refusing('two')],
    asked: { port, path: '/owa/', host: 'a.example', expect: /^200 a\.example\n$/ },
    snapshot: at.snapshot,
    stop: async () => {
      await nginx.stop();
      at.remove();
    },
  };
}

/** Debian's Apache with two sites. */
export async function servingApache(): Promise<Serving> {
  const [port = 0] = await freePorts(1);
  const bed = await realApache(port, 'folder', true);
  return {
    host: bed.host(),
    actions: [refusingOnApache('one'), refusingOnApache('two')],
    asked: { port, path: '/', host: 'a.example', expect: /^200 / },
    snapshot: bed.snapshot,
    stop: async () => await bed.close(),
  };
}

/** Our gateway in front of a server that says `ok`. */
export async function servingGateway(): Promise<Serving> {
  const bed = await gatewayBed();
  return {
    host: bed.host(),
    actions: [held('CVE-1', aborting('one', '^one')), held('CVE-2', aborting('two', '^two'))],
    asked: { port: bed.gateway.address.port, path: '/owa/', host: 'a.example', expect: /^200 ok$/ },
    snapshot: bed.snapshot,
    stop: async () => await bed.close(),
  };
}
