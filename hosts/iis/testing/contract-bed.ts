import type { HostBed, World } from '@stopgap/agent/contract';
import { type Clock, silentLog, systemFiles, systemFolders } from '@stopgap/machine';
import { createIisHost } from '../host.ts';
import { applicationHost } from './application-host.ts';
import { hostFile, type Laid, layOut } from './lay-out.ts';
import { configuration, owa, root } from './server.ts';
import { StandInAppcmd } from './stand-in-appcmd.ts';

/** The configuration files of an IIS with Exchange's form, and application pools in memory. */
export interface IisBed extends HostBed {
  readonly laid: Laid;
  readonly appcmd: StandInAppcmd;
  /** Changes one file, as an editor does. */
  edit(name: string, change: (text: string) => string): void;
}

const pools = `<system.applicationHost>
        <applicationPools>
            <add name="Plain" />
            <add name="Always" autoStart='true' startMode="AlwaysRunning" />
        </applicationPools>`;

/** Lays it out: one `web.config` with rules of the administrator's own, one without any, none at the rest. */
export function iisBed(): IisBed {
  const host = applicationHost().replace('<system.applicationHost>', pools);
  const laid = layOut([
    [hostFile, host],
    [root, configuration('<rules>\r\n<!-- theirs -->\r\n</rules>')],
    [owa, '\ufeff<?xml version="1.0"?>\r\n<configuration>\r\n\t<appSettings/></configuration>'],
    ['inetpub/inner/a', ''],
    ['Data/Files/a', ''],
  ]);
  const appcmd = new StandInAppcmd();
  for (const name of ['plain', 'always']) appcmd.pools.set(name, 'Started');
  const world: World = {
    files: systemFiles,
    folders: systemFolders,
    commands: appcmd,
    clock: quickClock(),
    log: silentLog,
  };
  const config = { kind: 'iis', root: laid.root, appcmd: 'appcmd.exe' } as const;
  const machine = { platform: 'linux', environment: new Map(), hostname: 'machine' } as const;
  return {
    laid,
    appcmd,
    host: (between = (one) => one) => createIisHost(config, { ...between(world), ...machine }),
    snapshot: () => new Map([...laid.snapshot(), ...runningPools(appcmd)]),
    complaint: () => laid.host.activate().then(() => undefined, String),
    edit: (name, change) => laid.write(name, change(laid.read(name).toString('latin1'))),
    close: laid.remove,
  };
}

/** What is on its way counts as there already. */
function runningPools({ pools: states }: StandInAppcmd): ReadonlyMap<string, string> {
  const settled = (state: string) => state.replace('Stopping', 'Stopped').replace('Starting', 'Started');
  return new Map([...states].map(([name, state]) => [`pool ${name}`, settled(state)]));
}

/** Time passes by sleeping only. */
function quickClock(): Clock {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { now: () => now, elapsed: () => now, sleep };
}
