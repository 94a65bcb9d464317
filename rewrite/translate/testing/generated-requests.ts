import fc from 'fast-check';
import { evasionsOf } from './evasions.ts';
import type { WireRequest } from './wire.ts';

const segments = [
  'owa',
  'auth',
  'PowerShell',
  'autodiscover',
  'ecp',
  'default.aspx',
  'json',
  'admin',
  'a',
  '1',
  'face',
  'Autodiscover.json',
  'b c',
  'owaow',
];
const noise = [
  '%20',
  '%25',
  '%41',
  '%0a',
  '%6',
  '%zz',
  '%e9',
  '%c3%a9',
  '\xe9',
  ';x=y',
  '~',
  '@',
  '.',
  '..',
  '%2e%2e',
  '%2f',
  '\\',
  '%5c',
  '//',
  '%23',
  '#',
  '-',
  '$',
  '%24',
  '%22',
  '"',
];

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...segments) },
  { weight: 2, arbitrary: fc.constantFrom(...noise) },
);
const text = fc.array(segment, { minLength: 0, maxLength: 3 }).map((parts) => parts.join('').replaceAll(' ', '+'));
const path = fc.array(text, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const query = fc.option(
  fc
    .array(fc.tuple(text, fc.constantFrom('', '=', '/', '@', '?')), { maxLength: 3 })
    .map((parts) => `?${parts.map(([a, b]) => b + a).join('&')}`),
  { nil: '' },
);
const url = fc.tuple(path, query).map(([a, b]) => a + b);
const escaped = fc.tuple(url, fc.nat()).map(([target, pick]) => {
  const forms = evasionsOf(target);
  return forms[pick % forms.length] ?? target;
});
const headerText = fc
  .oneof(
    text,
    url.map((target) => target.slice(1)),
  )
  .map((value) => value.replace(/[\r\n]/g, '').trim());

/** Requests made of the words that generated rules look for, a third of them in disguise. */
export const generatedRequest: fc.Arbitrary<WireRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'get', 'OPTIONS'),
    url: fc.oneof({ weight: 2, arbitrary: url }, { weight: 1, arbitrary: escaped }),
    host: fc.constantFrom('mail.example.org', 'OWA.example.org:8080', 'owa'),
    cookie: fc.option(headerText, { nil: '' }),
    forwarded: fc.option(fc.array(headerText, { minLength: 1, maxLength: 2 }), { nil: [] }),
  })
  .map(({ method, url: target, host, cookie, forwarded }) => ({
    method,
    url: target.replaceAll(' ', '%20'),
    host,
    headers: [
      ...(cookie === '' ? [] : [['Cookie', cookie] as const]),
      ...forwarded.filter((value) => value !== '').map((value) => ['X-Forwarded-For', value] as const),
    ],
  }));
