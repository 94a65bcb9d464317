import { RewriteError } from '@stopgap/rewrite';
import { GatewayError } from '../../gateway/errors.ts';
import { type BadRequest, type RawRequest, type RequestHead, readHead } from '../../gateway/request/request-head.ts';
import { joinedFields, RequestView } from '../../gateway/request/request-view.ts';
import { rewriteEngine } from '../../gateway/rules/rewrite-engine.ts';
import { formatRulesFile, parseEditedRulesFile, parseRulesFile } from '../../gateway/rules/rules-file.ts';
import { parseGatewayConfig } from '../../gateway/settings/config.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, type Outcome, outcomeOf } from '../engine/target.ts';
import { catalogRewrites } from './catalog.ts';

const peer = { address: '192.0.2.1', scheme: 'https' as const, localPort: 443 };
const limits = { urlBytes: 8192, headerFields: 100 };
const framing = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'expect',
]);

/**
 * Heads as Node's parser hands them over. What is passed on has no framing of the client's, one Host, the URL as it came, and no
 * character that would end a line; rules see that same URL and host.
 */
export function openHead(): OpenTarget {
  const matcher = rewriteEngine.compile(
    catalogRewrites()
      .slice(0, 2)
      .map((text, index) => ({
        owner: `o${index}`,
        level: '/',
        mode: 'enforce',
        configuration: rewriteEngine.parse(text),
      })),
  );
  return {
    seeds: [
      'GET /owa/?a=b HTTP/1.1\nHost: mail.example.org\nConnection: close, X-A\nX-A: 1\nCookie: a=b\nCookie: c=d',
      'POST http://h:80/x HTTP/1.1\nHost: other\nTransfer-Encoding: chunked\nTrailer: x\nTE: trailers\nExpect: 100-continue',
      'OPTIONS * HTTP/1.0\nX-Forwarded-For: 1.2.3.4\nForwarded: for=1\nUpgrade: websocket\nConnection: Upgrade',
      'GET / HTTP/1.1\nHost: a\nHost: b\nContent-Length: 99999999999999999999',
    ],
    words: [
      'Transfer-Encoding: ',
      'Content-Length: ',
      'Host: ',
      'Connection: ',
      'X-Forwarded-Host: ',
      'http://',
      '@',
      '%00',
    ],
    most: 16 * 1024,
    run: (input) => {
      const raw = rawIn(input.toString('latin1'));
      if (!raw) return 'refused';
      const outcomes = (['append', 'replace'] as const).map((forwarded) =>
        checkHead(raw, readHead(raw, peer, { forwarded, limits }), matcher),
      );
      return outcomes[0] ?? 'refused';
    },
  };
}

function checkHead(
  raw: RawRequest,
  head: RequestHead | BadRequest,
  matcher: ReturnType<typeof rewriteEngine.compile>,
): Outcome {
  if ('status' in head) {
    must(head.reason !== '', 'a refusal without a reason');
    return 'refused';
  }
  const names = head.fields.filter((_one, index) => index % 2 === 0).map((name) => name.toLowerCase());
  for (const name of names) must(!framing.has(name), `${name} of the client is passed on`);
  must(head.url === '*' || head.url.startsWith('/'), `the URL ${head.url} is no path`);
  must(
    (raw.url ?? '').endsWith(head.url) ||
      head.url === '*' ||
      head.url.startsWith('/?') ||
      head.url === '/' ||
      head.url.startsWith('/#'),
    'the URL is another',
  );
  must(!(head.chunked && head.contentLength !== undefined), 'two lengths');
  const view = new RequestView(head, raw.rawHeaders, peer, 16 * 1024);
  mustEqual(view.headers.host, head.host, 'rules see another host');
  mustEqual([view.url, view.method], [head.url, head.method], 'rules see another request');
  mustEqual(joinedFields(raw.rawHeaders, head.host), view.headers, 'rules see other fields');
  for (const name in view.headers) mustEqual(view.header(name), view.headers[name], `rules see another ${name}`);
  matcher.inbound(view);
  return 'accepted';
}

/** What Node's parser would let through: tokens as names, no control characters in values, white space around them gone. */
function rawIn(text: string): RawRequest | undefined {
  const [first = '', ...lines] = text.split('\n');
  const [, method, url, major, minor] =
    /^([A-Z-]{1,20}) ([\u0021-\u007e\u0080-\u00ff]+) HTTP\/(\d)\.(\d)$/.exec(first) ?? [];
  if (method === undefined || url === undefined) return undefined;
  const rawHeaders: string[] = [];
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\u0020-\u007e\u0080-\u00ff]*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    rawHeaders.push(name, value);
  }
  return { method, url, httpVersionMajor: Number(major), httpVersionMinor: Number(minor), rawHeaders };
}

/** Settings (before a NUL: none) and rules files: what is read is written and read again as the same, and its rules parse or are refused. */
export function openGatewayFiles(): OpenTarget {
  const entries = catalogRewrites()
    .slice(0, 2)
    .map((rewrite, index) => ({
      owner: `CVE-2022-${index}`,
      revision: 1,
      index: 0,
      level: '/',
      mode: 'enforce' as const,
      rewrite,
    }));
  return {
    seeds: [
      formatRulesFile([{ owner: 'a', revision: 1, index: 0, level: '/', mode: 'observe', rewrite: '<rewrite/>' }]),
      formatRulesFile(entries),
      '{"listen":{"host":"::","port":443},"upstream":"https://127.0.0.1:8443","upstreamTls":{"caFile":"a","serverName":"b"},"rulesFile":"/r","controlSocket":"/s","ownRules":"/o","tls":{"certFile":"c","keyFile":"k"},"forwarded":"append","upgrades":["websocket"],"limits":{"headerBytes":16384}}',
    ],
    words: ['"digest":"', '"rules":[', '"upstream":"', '"__proto__":', '"limits":{', 'http://user@h', '"port":-1'],
    most: 64 * 1024,
    run: (input) => {
      const settings = outcomeOf(() => parseGatewayConfig(input.toString('utf8'), 'gateway.json'), GatewayError);
      const edited = outcomeOf(() => {
        const read = parseEditedRulesFile(input, 'rules.json');
        mustEqual(
          parseRulesFile(Buffer.from(formatRulesFile(read)), 'rules.json').entries,
          read,
          'written and read again, it is another',
        );
        for (const { rewrite } of read) outcomeOf(() => rewriteEngine.parse(rewrite), RewriteError);
      }, GatewayError);
      return settings === 'accepted' || edited === 'accepted' ? 'accepted' : 'refused';
    },
  };
}
