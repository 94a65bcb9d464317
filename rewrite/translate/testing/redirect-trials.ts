import { rulesFrom } from './catalog-rules.ts';
import type { Trial } from './trial.ts';
import type { WireRequest } from './wire.ts';

const get = (url: string): WireRequest => ({ method: 'GET', url, host: 'www.example.org', headers: [] });

/** Addresses that a redirect to the same place has to bring over unchanged, each in the form in which a Location has it. */
export const keptAddresses: readonly string[] = [
  '/',
  '/a',
  '/caf%C3%A9%20x',
  '/%F0%9F%98%80',
  '/%22%3C%3E%5E%60%7B%7C%7D',
  '/a?b=c',
  '/a%20?b=%20',
  '/a;b',
  '/a.',
  '/.a',
  '/..a',
  '/owa/auth/%C3%A9',
];

/** Addresses in other forms, and such as no Location can be made of. */
export const otherAddresses: readonly string[] = [
  '/caf%c3%a9',
  '/%41b',
  '/a/../b',
  '/a/./%20',
  '//a',
  '/a//b',
  '/%ff',
  '/%E0%80%80',
  '/%ED%A0%80',
  '/a?',
  '/a"b',
  '/%2F',
  '/a%3Fb',
  '/a%23b',
  '/a#b',
  '/a%25b',
  '/a%5Cb',
  '/%7E',
  '/a/..',
  '/%0Ax',
  '/%0D%0AX:y',
  '/a\xe9',
  '/[a]',
  '/owa',
  '/OWA/x%20y?z',
];

const rewrite = (match: string, url: string, more = ''): string =>
  `<rewrite><rules><rule name="r"><match url="${match}"/><action type="Redirect" url="${url}" ${more}/></rule></rules></rewrite>`;

/** The redirect that everybody has, in the ways in which people write it. */
const toHttps = [
  rewrite('(.*)', 'https://{HTTP_HOST}/{R:1}'),
  rewrite('.*', 'https://{HTTP_HOST}{REQUEST_URI}', 'appendQueryString="false"'),
  rewrite('.*', 'https://{HTTP_HOST}{URL}'),
];
const others = [rewrite('^(.*)$', '{R:1}'), rewrite('^$', '/new'), rewrite('^([a-z]+)/(.*)$', '/{R:2}?of={R:1}')];

/** Redirects of each address by each rule, at the root and below it. */
export function redirectTrials(): readonly Trial[] {
  const requests = [...keptAddresses, ...otherAddresses].map(get);
  const trial = (xml: string, level: string): Trial => ({
    name: xml,
    rules: [rulesFrom('redirects', xml, { level })],
    requests,
  });
  return [...[...toHttps, ...others].map((xml) => trial(xml, '/')), trial(rewrite('(.*)', 'n/{R:1}'), '/owa')];
}

/** Only what has to go over unchanged: nothing of it may be answered with 400. */
export function keptTrials(): readonly Trial[] {
  return toHttps.map((xml) => ({ name: xml, rules: [rulesFrom('redirects', xml)], requests: keptAddresses.map(get) }));
}
