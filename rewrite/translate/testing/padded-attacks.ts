import { evaluateInbound } from '../../evaluate/inbound.ts';
import { prepareRules } from '../../prepare/prepare-rules.ts';
import type { PreparedRules } from '../../prepare/rules.ts';
import { catalogRules, rulesFrom } from './catalog-rules.ts';
import { paddedForms, repeatTo } from './padding.ts';
import type { WireRequest } from './wire.ts';

/** A rule of our own on the cookie, with a pattern that no linear form is known for. */
const onCookie = (pattern: string) =>
  rulesFrom(
    'costly',
    `<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{HTTP_COOKIE}" pattern="${pattern}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>`,
  );

/** An attack on rules, and the padding that might switch them off. */
export interface Padded {
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
/** Attacks, and what they are padded with. */
export const paddedAttacks: readonly Padded[] = [
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
export const catalogCases = 4;
const lengths = [400, 1_306, 7_800, 30_000];

/** The request that carries a text. */
export function requestOf(place: Padded['place'], text: string): WireRequest {
  return place === 'url'
    ? { method: 'GET', url: text.startsWith('/') ? text : `/${text}`, host: 'a', headers: [] }
    : { method: 'GET', url: '/owa/', host: 'a', headers: [['Cookie', text]] };
}

/** The requests of a case: the attack padded in every place, in every length, where it still is the attack. */
export function paddedRequests({ rules, parts, units, place }: Padded, at: number): readonly WireRequest[] {
  const isAnchored = parts.join('').endsWith('~abc');
  const texts = lengths.flatMap((length) =>
    units.flatMap((unit) =>
      paddedForms(parts, repeatTo(unit, length)).filter((text) => !isAnchored || text.endsWith('~abc')),
    ),
  );
  const evaluated = at < catalogCases ? prepareRules(rules) : undefined;
  const requests = texts.map((text) => requestOf(place, text));
  return requests.filter((request) => evaluated === undefined || isAttack(evaluated, request));
}

/** Some padding makes another request of it: `%252` in front of an `a` is an asterisk for IIS. */
function isAttack(rules: PreparedRules, { method, url, host, headers }: WireRequest): boolean {
  const fields = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  return evaluateInbound(rules, { method, url, host, scheme: 'http', headers: fields }).outcome === 'abort';
}
