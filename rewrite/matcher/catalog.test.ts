import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RewriteError } from '../errors.ts';
import { evaluateInbound } from '../evaluate/inbound.ts';
import { evaluateOutbound } from '../evaluate/outbound.ts';
import { openConfiguration } from '../lines/line-rules.ts';
import { readRequestLine } from '../lines/read-request.ts';
import type { ScopedRules } from '../model.ts';
import { parseRewrite } from '../parse/parse-rewrite.ts';
import type { RewriteRequest } from '../request.ts';
import { compileMatcher, matcherOf } from './index.ts';

interface Vector {
  readonly id: string;
  readonly cve?: string;
  readonly product: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

const fixtures = new URL('../../../shared/fixtures/', import.meta.url);

function read<T>(name: string): readonly T[] {
  const file = new URL(name, fixtures);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

/** The rules of a mitigation of the catalog, level `/`. */
function mitigation(id: string): ScopedRules {
  const document = readFileSync(new URL(`../../catalog/${id}/mitigation.xml`, import.meta.url), 'utf8');
  const [rewrite = ''] = /<rewrite>.*?<\/rewrite>/s.exec(document) ?? [];
  return { owner: id, level: '/', mode: 'enforce', configuration: parseRewrite(rewrite) };
}

function requestOf({ request }: Vector, url = request.url): RewriteRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { method: request.method, scheme: 'https', host: headers.host ?? '', url, headers };
}

const refused = ['CVE-2022-41040', 'CVE-2021-26855'];
const matcher = compileMatcher(refused.map(mitigation));
const attacks = read<Vector>('vectors/attacks.json');
const benign = read<Vector>('vectors/benign.json');

describe.skipIf(attacks.length === 0)(
  'the two blocking mitigations of the catalog, on ../shared/fixtures/vectors',
  () => {
    test('refuse their own attacks and none of the others', () => {
      const hits = attacks.flatMap((vector) => {
        const verdict = matcher.inbound(requestOf(vector));
        return verdict.outcome === 'abort' ? [{ id: vector.id, cve: vector.cve, by: verdict.by.owner }] : [];
      });
      const own = attacks.filter((vector) => refused.includes(vector.cve ?? ''));
      console.log(
        `vectors: ${hits.length} of ${attacks.length} attacks refused; ${own.length} are of the two vulnerabilities`,
      );
      for (const hit of hits) expect(hit.by, hit.id).toBe(hit.cve);
      expect(hits.map((hit) => hit.id)).toEqual(own.map((vector) => vector.id));
      expect(own.length).toBeGreaterThan(0);
    });

    test('refuse no ordinary request to Exchange, and elsewhere only what has both words in its URL', () => {
      const hits = benign.filter((vector) => matcher.inbound(requestOf(vector)).outcome !== 'pass');
      const searches = benign.filter(({ request }) =>
        /autodiscover.*powershell|powershell.*autodiscover/i.test(request.url),
      );
      console.log(`vectors: ${benign.length} ordinary requests, ${hits.length} refused: ${hits.map((hit) => hit.id)}`);
      expect(hits).toEqual(searches);
      expect(hits.filter((hit) => hit.product.includes('Exchange'))).toEqual([]);
      expect(benign.length).toBeGreaterThan(100);
    });

    test('refuse their attacks padded before and behind up to what Node lets through', () => {
      const paddings = ['a', '/~', ';', 'X-BEResource=', 'autodiscover', '%61', '\u00e9'];
      let padded = 0;
      for (const vector of attacks.filter((one) => refused.includes(one.cve ?? ''))) {
        const plain = requestOf(vector);
        for (const padding of paddings.map((text) => text.repeat(15_000 / text.length))) {
          const cookie = String(plain.headers.cookie ?? '');
          const targets = [`${plain.url}&p=${padding}`, plain.url.replace('?', `?p=${padding}&`)];
          const cookies = [`p=${padding};${cookie}`, `${cookie}${padding}`];
          for (const at of [0, 1]) {
            const url = cookie === '' ? (targets[at] ?? '') : plain.url;
            padded += 1;
            const verdict = matcher.inbound({
              ...plain,
              url,
              headers: { ...plain.headers, cookie: cookies[at] ?? '' },
            });
            expect(verdict.outcome, `${vector.id} with ${padding.slice(0, 20)}`).toBe('abort');
          }
        }
      }
      console.log(`vectors: ${padded} padded attacks refused`);
      expect(padded).toBeGreaterThanOrEqual(28);
    });
  },
);

describe.runIf(attacks.length === 0)('the vectors of ../shared/fixtures', () => {
  test.skip('../shared is not there: none ran', () => {});
});

interface Sample {
  readonly id: string;
  readonly config: string;
  readonly request: object;
}

const samplesFile = new URL('rewrite-samples.json', fixtures);
const samples: readonly Sample[] = existsSync(samplesFile) ? JSON.parse(readFileSync(samplesFile, 'utf8')).cases : [];

test.skipIf(samples.length === 0)(
  'the samples of ../shared/fixtures/rewrite-samples.json come out as they are evaluated',
  () => {
    let compared = 0;
    for (const { config, request, ...rest } of samples) {
      try {
        const line = readRequestLine(JSON.stringify({ ...rest, ...request }));
        const rules = openConfiguration(config).for(line);
        const { inbound, outbound } = matcherOf(rules);
        const verdict = evaluateInbound(rules, line.request);
        expect(inbound(line.request), rest.id).toEqual(verdict);
        const exchange = {
          request: line.request,
          response: line.response ?? { status: 200, headers: {} },
          inbound: verdict,
        };
        expect(outbound(exchange), rest.id).toEqual(evaluateOutbound(rules, exchange));
        compared += 1;
      } catch (error) {
        if (!(error instanceof RewriteError)) throw error;
      }
    }
    console.log(`matcher: ${compared} of ${samples.length} samples compared (the others have unusable configurations)`);
    expect(compared).toBeGreaterThanOrEqual(35);
  },
);
