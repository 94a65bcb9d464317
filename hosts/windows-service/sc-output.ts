import { HostError } from '@stopgap/agent';

/**
 * What `sc.exe` prints is in the language of Windows, words and labels alike; the order of the lines and the numbers in them are
 * not. So everything here is read by position and by number.
 */

/** One service of a list: what stands in front, and the values of the lines below, in order. */
interface Block {
  readonly headings: readonly string[];
  readonly values: readonly string[];
}

/** A service as `queryex`, `query` and `EnumDepend` show it. */
export interface ServiceStatus {
  /** As it is spelt there. */
  readonly name: string;
  /** SERVICE_STATUS dwServiceType: bit 0x40 for a per-user service. */
  readonly type: number;
  readonly state: StateCode;
  /** Rises while a pending service gets on. */
  readonly checkpoint: number;
  /** Milliseconds that the service says its next step takes. */
  readonly waitHint: number;
  /** 0: it does not run, or was not asked for. */
  readonly pid: number;
}

/** SERVICE_STATUS dwCurrentState. */
export const states = {
  stopped: 1,
  startPending: 2,
  stopPending: 3,
  running: 4,
  continuePending: 5,
  pausePending: 6,
  paused: 7,
} as const;

export type StateCode = (typeof states)[keyof typeof states];

/** What starts a service. */
export type StartType = 'boot' | 'system' | 'auto' | 'delayed-auto' | 'demand' | 'disabled';

/** QUERY_SERVICE_CONFIG dwStartType, in its order; `delayed-auto` is an `auto` with a word in brackets behind it. */
const startTypes: readonly StartType[] = ['boot', 'system', 'auto', 'demand', 'disabled'];

/** Reads the services of `query`, `queryex` and `EnumDepend`, in the order printed. Throws `HostError` `unreachable`. */
export function parseStatuses(printed: string): readonly ServiceStatus[] {
  return blocksOf(printed).map((block) => {
    // TYPE, STATE, WIN32_EXIT_CODE, SERVICE_EXIT_CODE, CHECKPOINT, WAIT_HINT, and of queryex PID and FLAGS.
    const [type = '', state = '', , , checkpoint = '', waitHint = '', pid = ''] = block.values;
    const name = block.headings[0];
    const code = Object.values(states).find((one) => one === number(state, 10));
    if (name === undefined || code === undefined) throw unreadable(printed);
    return {
      name,
      type: number(type, 16) ?? 0,
      state: code,
      checkpoint: number(checkpoint, 16) ?? 0,
      waitHint: number(waitHint, 16) ?? 0,
      pid: number(pid, 10) ?? 0,
    };
  });
}

/** Reads the one service of `queryex`. Throws `HostError` `unreachable`. */
export function parseStatus(printed: string): ServiceStatus {
  const [status] = parseStatuses(printed);
  if (!status) throw unreadable(printed);
  return status;
}

/** Reads the services of `EnumDepend`: where there are none, a first line that ends with 0 says so. Throws `HostError` `unreachable`. */
export function parseDependents(printed: string): readonly ServiceStatus[] {
  const found = parseStatuses(printed);
  if (found.length === 0 && !/\D0\s*$/.test(printed)) throw unreadable(printed);
  return found;
}

/** Reads the start type out of `qc`. Throws `HostError` `unreachable`. */
export function parseStartType(printed: string): StartType {
  // TYPE, START_TYPE, ERROR_CONTROL, …
  const said = blocksOf(printed)[0]?.values[1] ?? '';
  const start = startTypes[number(said, 10) ?? -1];
  if (start === undefined) throw unreadable(printed);
  return start === 'auto' && /[(（]/.test(said) ? 'delayed-auto' : start;
}

/** How many triggers `qtriggerinfo` shows: each has the id of its kind. */
export function countTriggers(printed: string): number {
  return printed.match(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi)?.length ?? 0;
}

/**
 * The index at which a list goes on that did not fit: a last line on its own such as `Enum: more data, need 1822 bytes start
 * resume at index 79`.
 */
export function resumeIndex(printed: string): number | undefined {
  const last = printed.trimEnd().split(/\r?\n/).at(-1) ?? '';
  const numbers = /^\s/.test(last) ? [] : (last.match(/\d+/g) ?? []);
  return numbers.length === 2 ? Number(numbers[1]) : undefined;
}

/** The Windows error number of a call that failed: `[SC] OpenService FAILED 1060:`, in any language; else the exit code. */
export function errorNumber(code: number, printed: string): number {
  const said = /^\[SC\][^\r\n]*?(\d{1,5})\s*[:：]\s*$/m.exec(printed)?.[1];
  return said === undefined ? code : Number(said);
}

function blocksOf(printed: string): readonly Block[] {
  const blocks: { headings: string[]; values: string[] }[] = [];
  let open: { headings: string[]; values: string[] } | undefined;
  for (const line of printed.split(/\r?\n/)) {
    if (line.trim() === '') {
      open = undefined;
      continue;
    }
    if (line.startsWith('[SC]')) continue;
    const colon = line.search(/[:：]/);
    // What a service accepts stands in brackets on a line of its own.
    if (colon < 0) continue;
    const value = line.slice(colon + 1).trim();
    if (!open) {
      open = { headings: [], values: [] };
      blocks.push(open);
    }
    (/^\s/.test(line) ? open.values : open.headings).push(value);
  }
  return blocks.filter(({ values }) => values.length > 0);
}

function number(text: string, base: 10 | 16): number | undefined {
  const digits = (base === 16 ? /^(?:0x)?([0-9a-f]+)/i : /^([0-9]+)/).exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, base);
}

function unreadable(printed: string): HostError {
  const start = JSON.stringify(printed.trim().slice(0, 200));
  return new HostError('unreachable', `what sc.exe printed is not understood: ${start}; please report it`);
}
