import type { Clock } from './clock.ts';
import { visible } from './visible.ts';

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

/**
 * A log that writes `time level message key=value …` lines through `write`; drops what is below `least`. Log injection ends
 * here: a message from outside cannot start a line of its own, nor reach a terminal with more than text.
 */
export function lineLog(clock: Clock, write: (line: string) => void, least: LogLevel = 'info'): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (order[level] < order[least]) return;
    write(`${new Date(clock.now()).toISOString()} ${level.padEnd(5)} ${visible(message)}${formatFields(fields)}\n`);
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
  return /^[\w./:@+-]+$/.test(value) ? value : visible(JSON.stringify(value));
}
