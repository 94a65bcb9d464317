import type { RequestHead } from './request-head.ts';

const codings: ReadonlySet<string> = new Set(['accept-encoding', 'range', 'if-range']);

/**
 * A request that asks for the whole response, and not compressed: rules can neither look into a coded body nor into a part of one.
 * A server need not honour what is left out here (RFC 9110 sections 12.5.3 and 14.2).
 */
export function askingForPlainBody(head: RequestHead): RequestHead {
  const fields: string[] = [];
  for (let n = 0; n < head.fields.length; n += 2) {
    const name = head.fields[n] ?? '';
    if (!codings.has(name.toLowerCase())) fields.push(name, head.fields[n + 1] ?? '');
  }
  return { ...head, fields };
}
