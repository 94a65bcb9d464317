import { type Decoder, listOf, MachineError, object, oneOf, optional, text, whole } from '@stopgap/machine';

/** How much a target wants to hear. `worse`: what needs a person; `better`: what is well again or protected; `other`: the rest. */
export type Weight = 'worse' | 'better' | 'other';

interface AnyTarget {
  /** Unique in the list; what has been told is remembered by it. */
  readonly name: string;
  readonly about: readonly Weight[];
  readonly timeoutMs: number;
}

/** A program that gets the event as JSON on standard input, and exits with 0 when it has taken it. */
export interface CommandTarget extends AnyTarget {
  readonly kind: 'command';
  readonly command: readonly string[];
}

/** An address that the event is posted to as JSON, and that answers with a status of success. */
export interface WebhookTarget extends AnyTarget {
  readonly kind: 'webhook';
  readonly url: string;
  /** First line: a bearer token. Read at each delivery, so that it can be exchanged. */
  readonly tokenFile: string | undefined;
  /** PEM file with the only authorities that are believed. */
  readonly caFile: string | undefined;
}

/** The system's log, by `logger`. */
export interface SyslogTarget extends AnyTarget {
  readonly kind: 'syslog';
}

/** Somebody to tell. */
export type NotifyTarget = CommandTarget | WebhookTarget | SyslogTarget;

const shared = {
  name: optional(text(64)),
  about: optional(listOf(oneOf('worse', 'better', 'other'), 3), ['worse', 'better', 'other'] as const),
  timeoutSeconds: optional(whole(1, 120), 10),
};

const command = object({ kind: oneOf('command'), ...shared, command: listOf(text(), 64) });
const webhook = object({
  kind: oneOf('webhook'),
  ...shared,
  url: webhookUrl,
  tokenFile: optional(text()),
  caFile: optional(text()),
});
const syslog = object({ kind: oneOf('syslog'), ...shared });

const target: Decoder<NotifyTarget> = (value, place) => {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  if (kind === 'command') return decodeCommand(value, place);
  if (kind === 'webhook') return named(webhook(value, place));
  if (kind === 'syslog') return named(syslog(value, place));
  throw new MachineError('invalid-json', `${place}.kind: expected "command", "webhook" or "syslog"`);
};

/** Decodes `notify` of `agent.json`. Throws `MachineError` `invalid-json` naming the place. */
export const decodeNotify: Decoder<readonly NotifyTarget[]> = (value, place) => {
  const targets = listOf(target, 16)(value, place);
  const names = targets.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return targets;
  throw new MachineError(
    'invalid-json',
    `${place}: two entries are called "${twice}"; give one of them another "name"`,
  );
};

function decodeCommand(value: unknown, place: string): NotifyTarget {
  const decoded = command(value, place);
  if (decoded.command.length > 0) return named(decoded);
  throw new MachineError('invalid-json', `${place}.command: expected a program and its arguments`);
}

interface Decoded {
  readonly kind: string;
  readonly name: string | undefined;
  readonly timeoutSeconds: number;
}

function named<T extends Decoded>(decoded: T): T & { readonly name: string; readonly timeoutMs: number } {
  return { ...decoded, name: decoded.name ?? decoded.kind, timeoutMs: decoded.timeoutSeconds * 1000 };
}

/** Plain HTTP would show the token and the state of this server to the network; on this machine there is no network. */
function webhookUrl(value: unknown, place: string): string {
  const given = text(2000)(value, place);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const local = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url && (url.protocol === 'https:' || local) && url.username === '') return given;
  throw new MachineError('invalid-json', `${place}: expected an https address without user and password`);
}
