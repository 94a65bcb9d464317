import { encodeLoose, encodePath } from '../../url/encode.ts';
import type { InboundVerdict } from '../../verdict.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** An answer in the words of a verdict. `own`: nginx refused the request before any rule, as HTTP.sys may, too. */
export function answerWords(answer: WireAnswer): string {
  const { status, headers, body } = answer;
  if (status === 0) return 'abort';
  if (status === 299) return passedOn(body);
  const location = headers.find(([name]) => name === 'location')?.[1];
  // What no URL may hold comes back raw from nginx; README names it.
  if (location !== undefined) return `redirect ${status} ${encodeLoose(location)}`;
  if (body.includes('<center>nginx')) return `own ${status}`;
  return `custom ${status} ${body}`;
}

/** Where the rules that are tried rewrite to; no request asks for it. */
export const elsewhere = '/rewritten';

/** A site that shows where a request got to: decoded path, query. */
export const showingSite = 'location / {\n    return 299 "$uri\n$args";\n}\n';

function passedOn(body: string): string {
  const [bytes = '', query = ''] = body.split('\n');
  const path = Buffer.from(bytes, 'latin1').toString();
  if (!path.startsWith(elsewhere)) return 'pass';
  // What no URL may hold comes over raw from the query of the request; README names it.
  return `rewrite ${encodePath(path, true)}${query === '' ? '' : `?${encodeLoose(query)}`}`;
}

/** A verdict in the same words. */
export function verdictWords(verdict: InboundVerdict): string {
  switch (verdict.outcome) {
    case 'custom':
      return `custom ${verdict.status} ${verdict.body}`;
    case 'redirect':
      return `redirect ${verdict.status} ${verdict.location}`;
    case 'rewrite':
      return `rewrite ${verdict.url}`;
    default:
      return verdict.outcome;
  }
}

/** Requests that nginx may refuse although IIS lets them pass; README names the same. */
export function broaderClass(request: WireRequest, seen = ''): string | undefined {
  const { url } = request;
  const all = [url, ...request.headers.map(([, value]) => value)].join(' ');
  if (seen.startsWith('custom 400 the target names another host') && /^https?:/i.test(url)) return 'two hosts';
  if (seen === 'custom 400 ' && /[^\w.~!$&'()*+,;=:@/?-]/.test(all)) return 'Location that cannot be made';
  if (/%25/.test(url)) return 'escaped more than once';
  if (/%0[ad]|%e2%80%a[89]/i.test(all)) return 'line end';
  if (/#|^[^?]*(?:\\|%5c|(?:\/|%2f){2,}(?:\.|%2e){2})/i.test(url)) return 'odd path';
  if (/[\x80-\xff]|%[89a-f][0-9a-f]/i.test(all)) return 'beyond ASCII';
  return undefined;
}
