import type { Clock } from './clock.ts';

/** Values that may stand beside a log message. Never pass a secret: there is no redaction to rely on. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The one logger. Passed in; a line an event, so that journald and grep both read it. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A log that writes `time level message key=value …` lines through `write`; drops what is below `least`. */
export function lineLog(clock: Clock, write: (line: string) => void, least: LogLevel = 'info'): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (order[level] < order[least]) return;
    write(`${new Date(clock.now()).toISOString()} ${level.padEnd(5)} ${oneLine(message)}${formatFields(fields)}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that keeps nothing. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function formatFields(fields: LogFields | undefined): string {
  if (!fields) return '';
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${quoteIfNeeded(String(value))}`)
    .join('');
}

function quoteIfNeeded(value: string): string {
  return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}

/** Log injection ends here: a message from outside cannot start a line of its own. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f]/g, (c) => JSON.stringify(c).slice(1, -1));
}
