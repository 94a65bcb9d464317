import * as fs from 'node:fs';
import path from 'node:path';
import type { CommandResult } from '@stopgap/machine';
import { exchangeFiles, hasExchange } from '../../../hosts/iis/testing/exchange.ts';
import { hostFile } from '../../../hosts/iis/testing/lay-out.ts';
import { exchangeHost, frontEndFolders, kept } from '../../../hosts/iis/testing/layout-exchange.ts';
import { StandInAppcmd } from '../../../hosts/iis/testing/stand-in-appcmd.ts';
import type { LanguageName } from '../../../hosts/windows-service/testing/languages.ts';
import type { StandInValue } from '../../../hosts/windows-service/testing/stand-in-registry.ts';
import { type StandInService, standInService } from '../../../hosts/windows-service/testing/stand-in-services.ts';
import { StandInWindows } from '../../../hosts/windows-service/testing/stand-in-windows.ts';
import { checkout, run, type Said } from '../command-line.ts';
import { temporaryFolder } from '../trial.ts';
import { type Call, Programs } from './programs.ts';

/** What kills the agent: this many changes more, and whether the last of them is still made. */
export interface Kill {
  readonly changes: number;
  readonly made: boolean;
}

/** An Exchange on a Windows that is made of files and of programs. */
export interface StandInExchange {
  readonly image: string;
  /** Runs `stopgap` there. */
  stopgap(...args: readonly string[]): Promise<Said>;
  /** Lets the agent die at its nth change of a service, of the registry or of a pool; `made`: right after it. */
  killAt(kill: Kill | undefined): void;
  wasKilled(): boolean;
  /** Lets the pools refuse to stop, or not any more. */
  refusePools(refuse: boolean): void;
  loseJournal(): void;
  /** Files byte for byte, services, registry and pools. */
  snapshot(): ReadonlyMap<string, string>;
  service(name: string): StandInService | undefined;
  pool(name: string): string | undefined;
  close(): Promise<void>;
}

const exchange = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\ExchangeServer\\v15';
const dword = (value: number) => ({ type: 'REG_DWORD', data: `0x${value.toString(16)}` });

/** The registry of an Exchange 2019 CU8 without security updates. */
const registry: readonly (readonly [string, Readonly<Record<string, StandInValue | string>>])[] = [
  [
    `${exchange}\\Setup`,
    {
      MsiProductMajor: dword(15),
      MsiProductMinor: dword(2),
      MsiBuildMajor: dword(792),
      MsiBuildMinor: dword(3),
      MsiInstallPath: 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\',
    },
  ],
  [`${exchange}\\MailboxRole`, { ConfiguredVersion: '15.2.792.3' }],
  [`${exchange}\\ClientAccessRole`, { ConfiguredVersion: '15.2.792.3' }],
];

const services: readonly StandInService[] = [
  standInService('MSExchangeADTopology'),
  standInService('MSExchangeHM', { start: 'delayed-auto', needs: ['MSExchangeADTopology'], pendingLooks: 2 }),
  standInService('MSExchangeHMRecovery', { needs: ['MSExchangeADTopology'] }),
  standInService('Monitoring Agent', { needs: ['MSExchangeHM'], start: 'demand' }),
  standInService('Fax Service', { state: 1, start: 'demand', triggers: 1 }),
];

const pools = ['msexchangeecpapppool', 'msexchangeoabapppool', 'msexchangeowaapppool'];

/** Makes one; `real`: with the files of the real Exchange 2019, where they are at hand. */
export function standInExchange(language: LanguageName, real: boolean): StandInExchange {
  const [image, state, world] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  for (const [file, bytes] of real && hasExchange ? exchangeFiles() : madeFiles()) {
    fs.mkdirSync(path.dirname(path.join(image, file)), { recursive: true });
    fs.writeFileSync(path.join(image, file), bytes);
  }
  const machine = new Machine(language);
  const programs = new Programs(world, ['sc', 'reg', 'appcmd', 'powershell'], (call) => machine.answer(call));
  const hosts = [
    { kind: 'windows-service', sc: path.join(world, 'sc.exe'), reg: path.join(world, 'reg.exe') },
    { kind: 'iis', root: image, appcmd: path.join(world, 'appcmd.exe') },
  ];
  const config = { hosts, products: [{ product: 'exchange', detector: 'exchange' }] };
  fs.writeFileSync(path.join(state, 'agent.json'), JSON.stringify(config));
  const environment = { STOPGAP_STATE_DIR: state, PATH: `${world}:${process.env.PATH}` };
  return {
    image,
    stopgap: (...args) => run(path.join(checkout, 'bin', 'stopgap'), args, environment),
    killAt: (kill) => {
      machine.kill = kill;
    },
    wasKilled: () => machine.kill?.changes === 0,
    refusePools: (refuse) => {
      machine.poolsRefuse = refuse;
    },
    loseJournal: () => {
      for (const name of fs.readdirSync(state)) if (name.includes('journal')) fs.rmSync(path.join(state, name));
    },
    snapshot: () => new Map([...filesIn(image), ...machine.snapshot()]),
    service: (name) => machine.windows.services.find(name),
    pool: (name) => machine.appcmd.pools.get(name),
    close: async () => {
      await programs.close();
      for (const folder of [image, state, world]) fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What is behind the programs. */
class Machine {
  readonly windows = new StandInWindows();
  readonly appcmd = new StandInAppcmd();
  kill: Kill | undefined;
  poolsRefuse = false;

  constructor(language: LanguageName) {
    this.windows.language = language;
    for (const one of services) this.windows.services.add(standInService(one.name, one));
    for (const [key, values] of registry) this.windows.registry.set(key, values);
    for (const name of pools) this.appcmd.pools.set(name, 'Started');
  }

  snapshot(): ReadonlyMap<string, string> {
    return new Map([
      ...this.windows.snapshot(),
      ...[...this.appcmd.pools].map(([name, state]) => [`pool ${name}`, state] as const),
    ]);
  }

  async answer(call: Call): Promise<CommandResult> {
    const last = /^(config|stop|start|pause|add|delete)$/.test(call.args[0] ?? '') && this.#countDown();
    const made = !last || this.kill?.made === true;
    const result = made ? await this.#run(call) : { code: 1, stdout: '', stderr: '' };
    // The agent that called is gone between two instructions, as a power cut would have it.
    if (last) process.kill(call.caller, 'SIGKILL');
    return result;
  }

  #countDown(): boolean {
    if (!this.kill || this.kill.changes === 0) return false;
    this.kill = { ...this.kill, changes: this.kill.changes - 1 };
    return this.kill.changes === 0;
  }

  #run({ program, args }: Call): Promise<CommandResult> {
    if (program === 'powershell') return Promise.resolve({ code: 0, stdout: '15.02.0792.003\r\n', stderr: '' });
    if (program !== 'appcmd') return this.windows.run(`${program}.exe`, args);
    this.appcmd.fails = this.poolsRefuse && args[0] !== 'list' ? 5 : undefined;
    return this.appcmd.run(program, args);
  }
}

function madeFiles(): Iterable<readonly [string, string]> {
  const installed = 'Program Files/Microsoft/Exchange Server/V15';
  return [
    [hostFile, exchangeHost()],
    ['inetpub/wwwroot/web.config', kept()],
    ...frontEndFolders.map((folder) => [`${installed}/${folder}/web.config`, kept()] as const),
  ];
}

function filesIn(folder: string): readonly (readonly [string, string])[] {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(folder, file), `${fs.statSync(file).mode} ${fs.readFileSync(file, 'base64')}`] as const;
  });
}
