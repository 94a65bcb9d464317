import type { HeldAction } from '@stopgap/agent';
import type { HostBed, World } from '@stopgap/agent/contract';
import { silentLog, systemFiles, systemFolders } from '@stopgap/machine';
import { openDrive } from '../drive/drive.ts';
import { usualVariables } from '../drive/windows-path.ts';
import { createIisHost } from '../host.ts';
import { readServer } from '../server/server.ts';
import { Shelf } from '../server/shelf.ts';
import { validate } from '../validate.ts';
import { applicationHost } from './application-host.ts';
import { hostFile, type Laid, layOut } from './lay-out.ts';
import { configuration, owa, root } from './server.ts';
import { StandInAppcmd } from './stand-in-appcmd.ts';

/** The files of an IIS under a folder, and an `appcmd.exe` that knows its pools. */
export interface IisBed extends HostBed {
  readonly laid: Laid;
  readonly appcmd: StandInAppcmd;
  /** Puts other words into a file. */
  edit(name: string, from: string | RegExp, to: string): void;
}

const pools = `<system.applicationHost>
        <applicationPools>
            <add name="DefaultAppPool" />
            <add name="Portal" autoStart="true" startMode="AlwaysRunning" />
        </applicationPools>`;

/** A site with rules of its own, an application with none, and two pools. */
export function iisBed(): IisBed {
  const laid = layOut([
    [hostFile, applicationHost().replace('<system.applicationHost>', pools)],
    [
      root,
      configuration(
        '<rules>\n        <rule name="theirs"><match url="x" /><action type="None" /></rule>\n      </rules>',
      ),
    ],
    [owa, '<configuration>\r\n  <!-- theirs -->\r\n  <appSettings />\r\n</configuration>\r\n'],
    ['inetpub/inner/a', ''],
    ['Data/Files/a', ''],
  ]);
  const appcmd = new StandInAppcmd();
  appcmd.looksBetween = 0;
  appcmd.pools.set('defaultapppool', 'Started').set('portal', 'Started');
  let now = 0;
  const clock = {
    now: () => now,
    elapsed: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const world: World = { files: systemFiles, folders: systemFolders, commands: appcmd, clock, log: silentLog };
  return {
    laid,
    appcmd,
    edit: (name, from, to) => laid.write(name, laid.read(name).toString().replace(from, to)),
    host: (between = (one) => one) =>
      createIisHost(
        { kind: 'iis', root: laid.root, appcmd: 'appcmd.exe' },
        { ...between(world), platform: 'linux', environment: new Map(), hostname: 'machine' },
      ),
    snapshot: () =>
      new Map([...laid.snapshot(), ...[...appcmd.pools].map(([name, state]) => [`pool ${name}`, state] as const)]),
    complaint: async () => complaintOf(laid),
    close: laid.remove,
  };
}

/** What IIS would say of the files, as far as this room knows. */
function complaintOf({ root: folder }: Laid): string | undefined {
  try {
    const drive = openDrive({ root: folder, variables: usualVariables('C'), folders: systemFolders });
    validate(readServer(drive, new Shelf(systemFiles), undefined));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** An action that takes a pool out. */
export function stopping(pool: string, mitigation = `M-${pool}`): HeldAction {
  return { mitigation, revision: 1, index: 0, mode: 'enforce', action: { kind: 'appPool', name: pool } };
}
