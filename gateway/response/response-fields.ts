import type { HeaderEdits } from '@stopgap/rewrite';
import { wireText } from './wire-text.ts';

/** Response fields by lower-case name, as `undici` and Node give them. */
export type ResponseFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Fields of the upstream's connection, not of its response (RFC 9110 section 7.6.1). */
const hops: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
]);

/**
 * The response fields as they go to the client: name, value, name, value, …, duplicates (`Set-Cookie`) kept apart, and
 * `edits` of outbound rules made, those in `without` left out. A Content-Length beside a Transfer-Encoding is dropped: the body is as long as it
 * turned out to be.
 */
export function passedResponseFields(
  fields: ResponseFields,
  edits?: HeaderEdits,
  without?: ReadonlySet<string>,
): string[] {
  const passed: string[] = [];
  const listed = listedBy(fields.connection);
  const encoded = fields['transfer-encoding'] !== undefined;
  for (const name in fields) {
    if (
      hops.has(name) ||
      (encoded && name === 'content-length') ||
      listed?.has(name) ||
      edits?.has(name) ||
      without?.has(name)
    )
      continue;
    push(passed, name, fields[name]);
  }
  if (edits) for (const [name, value] of edits) push(passed, name, onWire(value));
  return passed;
}

function push(passed: string[], name: string, value: string | readonly string[] | undefined): void {
  if (typeof value === 'string') passed.push(name, value);
  else if (value !== undefined) for (const one of value) passed.push(name, one);
}

function onWire(value: string | readonly string[] | undefined): string | readonly string[] | undefined {
  return typeof value === 'object' ? value.map(wireText) : value && wireText(value);
}

function listedBy(connection: string | readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  const names = String(connection).toLowerCase().split(',');
  return new Set(names.map((name) => name.trim()).filter((name) => name !== 'content-length'));
}
