import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateInbound } from '../evaluate/inbound.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import type { PreparedRules } from '../prepare/rules.ts';
import { compileNginx } from './index.ts';
import { catalogRules, rulesFrom } from './testing/catalog-rules.ts';
import { answerWords } from './testing/compared.ts';
import { type NginxAtWork, nginxInstalled, startNginx } from './testing/nginx-at-work.ts';
import { paddedForms, repeatTo } from './testing/padding.ts';
import { send, sideBySide, type WireRequest } from './testing/wire.ts';

/** A rule of our own on the cookie, with a pattern that no linear form is known for. */
const onCookie = (pattern: string) =>
  rulesFrom(
    'costly',
    `<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{HTTP_COOKIE}" pattern="${pattern}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>`,
  );

interface Padded {
  readonly name: string;
  readonly rules: ReturnType<typeof catalogRules>;
  /** The attack, cut where padding may stand. */
  readonly parts: readonly string[];
  readonly units: readonly string[];
  readonly place: 'url' | 'cookie';
}

const cookieUnits = [
  'X-BEResource=',
  '/',
  '~',
  'X-BEResource=/',
  '=/~',
  '; ',
  'x',
  '%',
  'X-BEResourc',
  'X-AnonResource-Backen',
];
const cases: readonly Padded[] = [
  {
    name: 'CVE-2022-41040',
    rules: catalogRules('CVE-2022-41040'),
    parts: ['/', 'autodiscover', '/?', 'powershell', ''],
    units: ['x', 'autodiscove', 'powershel', '%', '%25', '%2', 'a', '%61', 'autodiscover', 'a%', '%25252561', 'p/'],
    place: 'url',
  },
  {
    name: 'CVE-2022-41040 with every letter escaped',
    rules: catalogRules('CVE-2022-41040'),
    parts: ['/', '%61%75%74%6f%64%69%73%63%6f%76%65%72', '/?', '%50%6f%77%65%72%73%68%65%6c%6c', ''],
    units: ['%61', '%2561', '%25', '%70%6f', 'x'],
    place: 'url',
  },
  {
    name: 'CVE-2021-26855, X-BEResource',
    rules: catalogRules('CVE-2021-26855'),
    parts: ['', 'X-BEResource=', 'a', '/', 'b', '~', 'c'],
    units: cookieUnits,
    place: 'cookie',
  },
  {
    name: 'CVE-2021-26855, X-AnonResource-Backend',
    rules: catalogRules('CVE-2021-26855'),
    parts: ['', 'X-AnonResource-Backend', '=a'],
    units: cookieUnits,
    place: 'cookie',
  },
  ...[
    '(a+)+b',
    'a[^/]*b[^&amp;]*c\\d',
    '(?:x|xx|y)*(?:x|y)*zabc',
    '(\\w+\\s?)*!abc',
    'a(?=.*b)[^;]*(?!.*q)c',
    '^(([a-z])+.)+[A-Z]([a-z])+~abc$',
  ].map((pattern) => ({
    name: `the costly ${pattern}`,
    rules: [onCookie(pattern)],
    parts: [
      '',
      pattern.includes('!abc')
        ? 'a a!abc'
        : pattern.includes('zabc')
          ? 'xyxzabc'
          : pattern.includes('~abc')
            ? 'ab.Cd~abc'
            : 'aabbc1',
      '',
    ],
    units: ['a', 'aa/', 'x', 'xy', 'a ', 'ab', 'b'],
    place: 'cookie' as const,
  })),
];

/** The first cases are of the catalog: the evaluator runs them in linear time as well. */
const catalogCases = 4;
const lengths = [400, 1_306, 7_800, 30_000];

function requestOf(place: Padded['place'], text: string): WireRequest {
  return place === 'url'
    ? { method: 'GET', url: text.startsWith('/') ? text : `/${text}`, host: 'a', headers: [] }
    : { method: 'GET', url: '/owa/', host: 'a', headers: [['Cookie', text]] };
}

describe.skipIf(!nginxInstalled)('an attack that is padded', () => {
  for (const jit of ['off', 'on']) {
    describe(`with pcre_jit ${jit}`, () => {
      let nginx: NginxAtWork;
      beforeAll(async () => {
        const servers = cases.map(({ rules }, at) => compileNginx(rules, { variablePrefix: `s${at}` }));
        nginx = await startNginx(servers, { headerBuffers: '8 64k', main: `pcre_jit ${jit};\n` });
      });
      afterAll(() => nginx?.stop());

      it.each(cases.map((padded, at) => ({ ...padded, at })))(
        'is still refused: $name',
        async ({ rules, parts, units, place, at }) => {
          const isAnchored = parts.join('').endsWith('~abc');
          const texts = lengths.flatMap((length) =>
            units.flatMap((unit) =>
              paddedForms(parts, repeatTo(unit, length)).filter((text) => !isAnchored || text.endsWith('~abc')),
            ),
          );
          const evaluated = at < catalogCases ? prepareRules(rules) : undefined;
          const attacks = texts.filter(
            (text) => evaluated === undefined || isAttack(evaluated, requestOf(place, text)),
          );
          const answers = await sideBySide(attacks, 8, (text) => send(nginx.socket(at), requestOf(place, text)));
          const words = answers.map(answerWords);
          // A broken escape in the path is nginx's own 400.
          const passed = attacks.filter((_, place) => words[place] !== 'abort' && words[place] !== 'own 400');
          expect(passed.map((text) => text.slice(0, 80))).toEqual([]);
          expect(words.filter((word) => word === 'abort').length).toBeGreaterThan(attacks.length / 3);
        },
      );

      it('is refused without nginx giving up where the rule is of the catalog', () => {
        const alerts = nginx.errors().match(/pcre2_match\(\) failed[^\n]*server: [^\n]*/g) ?? [];
        const byCatalog = alerts.filter((line) => /s[0-3]_/.test(line));
        expect(byCatalog).toEqual([]);
      });
    });
  }
});

describe.skipIf(!nginxInstalled)('the pattern as it was published', () => {
  it('lets the padded attack through, which is why it is not emitted', async () => {
    const http = 'map $http_cookie $hit {\n    "~*(.*)X-BEResource=(.+)/(.+)~(.+)" 1;\n}\n';
    const nginx = await startNginx([{ http, server: 'if ($hit) {\n    return 444;\n}\n' }]);
    try {
      const cookie = 'X-BEResource=localhost/a~1942062522';
      const padding = 'X-BEResource='.repeat(20) + '/'.repeat(1_000);
      const plain = await send(nginx.socket(0), requestOf('cookie', cookie));
      const padded = await send(nginx.socket(0), requestOf('cookie', cookie + padding));
      expect([answerWords(plain), answerWords(padded)]).toEqual(['abort', 'pass']);
      expect(nginx.errors()).toContain('pcre2_match() failed: -47');
    } finally {
      await nginx.stop();
    }
  });
});

/** Some padding makes another request of it: `%252` in front of an `a` is an asterisk for IIS. */
function isAttack(rules: PreparedRules, { method, url, host, headers }: WireRequest): boolean {
  const fields = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  return evaluateInbound(rules, { method, url, host, scheme: 'http', headers: fields }).outcome === 'abort';
}
