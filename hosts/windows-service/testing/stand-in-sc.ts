import type { CommandResult } from '@stopgap/machine';
import type { StartType } from '../sc-output.ts';
import type { Language } from './languages.ts';
import type { StandInService, StandInServices } from './stand-in-services.ts';

const stateWords = [
  '',
  'STOPPED',
  'START_PENDING',
  'STOP_PENDING',
  'RUNNING',
  'CONTINUE_PENDING',
  'PAUSE_PENDING',
  'PAUSED',
];
const startCodes: Readonly<Record<StartType, string>> = {
  boot: '0   BOOT_START',
  system: '1   SYSTEM_START',
  auto: '2   AUTO_START',
  'delayed-auto': '2   AUTO_START',
  demand: '3   DEMAND_START',
  disabled: '4   DISABLED',
};

/** What `sc.exe` prints, and the number that it ends with, for its services in a language of Windows. */
export class StandInSc {
  readonly #services: StandInServices;
  readonly #language: Language;
  /** Services that fit into one page of a list. */
  readonly #page: number;

  constructor(services: StandInServices, language: Language, page = 1000) {
    this.#services = services;
    this.#language = language;
    this.#page = page;
  }

  run(args: readonly string[]): CommandResult {
    const [verb = '', name = '', ...rest] = args;
    if (verb.toLowerCase() === 'query' && name === 'type=') return this.#list(rest);
    const service = this.#services.look(name);
    if (!service) return this.#fails(callOf(verb), 1060);
    const denied = service.refuses.query;
    if (denied !== undefined) return this.#fails(callOf(verb), denied);
    switch (verb.toLowerCase()) {
      case 'query':
      case 'queryex':
        return done(`\n${this.#status(service, verb.toLowerCase() === 'queryex')}\n`);
      case 'qc':
        return Number(rest[0] ?? '1024') < 4096 ? this.#fails('QueryServiceConfig', 122) : done(this.#config(service));
      case 'qtriggerinfo':
        return done(this.#triggers(service));
      case 'enumdepend':
        return this.#dependents(service, Number(rest[0] ?? '1024'));
      case 'config':
        return this.#answer('ChangeServiceConfig', this.#services.setStart(name, startOf(rest)));
      case 'stop':
      case 'pause':
        return this.#order('ControlService', service, verb.toLowerCase() as 'stop' | 'pause');
      case 'start':
        return this.#order('StartService', service, 'start');
      default:
        return { code: 87, stdout: 'USAGE:\r\n', stderr: '' };
    }
  }

  #list(rest: readonly string[]): CommandResult {
    const from = rest.includes('ri=') ? Number(rest[rest.indexOf('ri=') + 1]) : 0;
    const all = [...this.#services.all.values()];
    const shown = all.slice(from, from + this.#page);
    const blocks = shown.map((one) => `\n${this.#heading(one, true)}${this.#status(one, false, '')}`);
    const next = from + this.#page;
    const more = next < all.length ? `\nEnum: more data, need 1822 bytes start resume at index ${next}\n` : '';
    return done(blocks.join('') + more);
  }

  #dependents(service: StandInService, size: number): CommandResult {
    const found = this.#services.dependents(service.name);
    if (found.length * 400 > size) return this.#fails('EnumDependentServices', 234);
    const blocks = found.map((one) => `\n${this.#heading(one, true)}${this.#status(one, false, '')}`);
    return done(`[SC] EnumDependentServices: entriesread = ${found.length}\n${blocks.join('')}`);
  }

  #order(call: string, service: StandInService, verb: 'stop' | 'start' | 'pause'): CommandResult {
    const code = this.#services[verb](service.name);
    if (code !== 0) return this.#fails(call, code);
    const now = this.#services.find(service.name) ?? { ...service, state: 1, coming: undefined };
    return done(`\n${this.#status(now, verb === 'start')}\n`);
  }

  #answer(call: string, code: number): CommandResult {
    return code === 0 ? done(`${this.#language.success(call)}\n`) : this.#fails(call, code);
  }

  #fails(call: string, code: number): CommandResult {
    const sentence = this.#language.sentences.get(code) ?? `(${code})`;
    return { ...done(`${this.#language.failed(call, code)}\n\n${sentence}\n\n`), code };
  }

  #heading({ name }: StandInService, display: boolean): string {
    const [service, shown] = this.#language.labels;
    return `${service}: ${name}\n${display ? `${shown}: Display name of ${name}: it has a colon\n` : ''}`;
  }

  #status(service: StandInService, extended: boolean, heading = this.#heading(service, false)): string {
    const { type, state, coming, waitHint, progresses, pid } = service;
    const values = [
      `${type.toString(16)}  WIN32_OWN_PROCESS  `,
      `${state}  ${stateWords[state]} `,
      '0  (0x0)',
      '0  (0x0)',
      `0x${coming ? (progresses ? coming.seen : 0).toString(16) : '0'}`,
      `0x${(coming ? waitHint : 0).toString(16)}`,
      ...(extended ? [String(pid), ''] : []),
    ];
    const lines = values.map((value, index) => field(this.#language.labels[index + 2] ?? '', value));
    lines.splice(2, 0, `${' '.repeat(32)}(STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)`);
    return `${heading}${lines.join('\n')}\n`;
  }

  #config(service: StandInService): string {
    const { name, type, start, needs } = service;
    const [startLabel = '', errorLabel = '', path = '', group = '', tag = '', needed = '', account = ''] =
      this.#language.configLabels;
    const delayed = start === 'delayed-auto' ? `  ${this.#language.delayed}` : '';
    const dependencies =
      needs.length === 0 ? [field(needed, '')] : needs.map((one, at) => field(at === 0 ? needed : '', one));
    return [
      this.#language.success('QueryServiceConfig'),
      '',
      this.#heading(service, false).trimEnd(),
      field(this.#language.labels[2] ?? '', `${type.toString(16)}  WIN32_OWN_PROCESS `),
      field(startLabel, startCodes[start] + delayed),
      field(errorLabel, '1   NORMAL'),
      field(path, `"C:\\Program Files\\${name}\\service.exe" /in:1 : 2`),
      field(group, ''),
      field(tag, '0'),
      field(this.#language.labels[1] ?? '', `Display name of ${name}`),
      ...dependencies,
      field(account, 'LocalSystem'),
      '',
    ].join('\n');
  }

  #triggers(service: StandInService): string {
    const found = Array.from({ length: service.triggers }, (_, at) => {
      const id = `1ce20aba-9851-4421-9430-1ddeb766e80${at}`;
      return `        START SERVICE\n          DOMAIN JOINED STATUS         : ${id} [DOMAIN JOINED]\n`;
    });
    const start = `${this.#language.success('QueryServiceConfig2')}\n\n`;
    if (found.length === 0) return `${start}${this.#language.noTriggers(service.name)}\n`;
    return `${start}${this.#heading(service, false)}\n${found.join('')}`;
  }
}

function field(label: string, value: string): string {
  return `        ${label.padEnd(19)}: ${value}`;
}

function startOf(rest: readonly string[]): StartType {
  const value = rest[rest.indexOf('start=') + 1];
  const known = Object.keys(startCodes).find((one) => one === value);
  if (known === undefined) throw new Error(`sc config: start= ${value}`);
  return known as StartType;
}

function callOf(verb: string): string {
  return verb.toLowerCase() === 'query' || verb.toLowerCase() === 'queryex'
    ? 'EnumQueryServicesStatus:OpenService'
    : 'OpenService';
}

function done(text: string): CommandResult {
  return { code: 0, stdout: text.replaceAll('\n', '\r\n'), stderr: '' };
}
