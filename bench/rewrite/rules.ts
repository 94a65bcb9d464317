import { parseRewrite, type RewriteConfiguration, type RewriteRequest, type ScopedRules } from '@stopgap/rewrite';

/** A rule in the form in which it would be published. */
export interface PublishedRule {
  readonly name: string;
  readonly input: 'uri' | 'cookie';
  readonly pattern: string;
  /** Two words without which it cannot match. */
  readonly words: readonly [string, string];
}

const syllables = [
  'auto',
  'dis',
  'co',
  'ver',
  'po',
  'wer',
  'she',
  'll',
  'ba',
  'ck',
  'en',
  'da',
  'ta',
  'mi',
  'ro',
  'ku',
  'zel',
];

/** A number below `below` from a seed: the same rules in every run. */
function pick(seed: number, below: number): number {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) % below;
}

function word(seed: number): string {
  const parts = Array.from(
    { length: 3 + pick(seed, 3) },
    (_, at) => syllables[pick(seed * 31 + at * 7919, syllables.length)],
  );
  return `${parts.join('')}${seed % 97}`;
}

/** Rules of the catalog's shapes: four of five as that for CVE-2022-41040, one as that for CVE-2021-26855. */
export function publishedRules(count: number): readonly PublishedRule[] {
  return Array.from({ length: count }, (_, at) => {
    const words = [word(2 * at + 1), word(2 * at + 2)] as const;
    const cookie = at % 5 === 4;
    const pattern = cookie ? `(.*)X-${words[0]}=(.+)/(.+)~(.+)${words[1]}` : `(?=.*${words[0]})(?=.*${words[1]})`;
    return { name: `rule ${at}`, input: cookie ? 'cookie' : 'uri', pattern, words };
  });
}

const inputs = { uri: '{UrlDecode:{REQUEST_URI}}', cookie: '{HTTP_COOKIE}' };

function configuration(rule: PublishedRule): RewriteConfiguration {
  return parseRewrite(
    `<rewrite><rules><rule name="${rule.name}" stopProcessing="true"><match url=".*"/><conditions>` +
      `<add input="${inputs[rule.input]}" pattern="${rule.pattern}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>`,
  );
}

/** Each rule a mitigation of its own, as on a server. */
export function asMitigations(rules: readonly PublishedRule[]): readonly ScopedRules[] {
  return rules.map((rule) => ({ owner: rule.name, level: '/', mode: 'enforce', configuration: configuration(rule) }));
}

const browser = {
  host: 'mail.example.org',
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-US,en;q=0.9',
  'accept-encoding': 'gzip, deflate, br',
};

function request(url: string, cookie: string): RewriteRequest {
  return { method: 'GET', scheme: 'https', host: browser.host, url, headers: { ...browser, cookie } };
}

const session =
  'X-BackEndCookie=3a1c9b6e=u56Lnp2ejJqBzsvMzZrIyMzSnpzIntLLzMeZ0seZzMjSyZ7Gzsi; ClientId=8F1C2D; cadata=AbC/dEf+12==';

/** What mail clients and browsers ask for all day. */
export const benign: readonly RewriteRequest[] = [
  '/owa/auth/logon.aspx?replaceCurrent=1&url=https%3a%2f%2fmail.example.org%2fowa%2f&reason=0',
  '/owa/service.svc?action=FindItem&EP=1&UA=0&ID=-58&AC=1',
  '/ecp/DDI/DDIService.svc/GetList?ActivityCorrelationID=c7f3b1a2&schema=MailboxService',
  '/EWS/Exchange.asmx',
  '/mapi/emsmdb/?MailboxId=3a1c9b6e-7d0e-4c2a-9f60-8c1f3ad1a111@example.org',
  '/autodiscover/autodiscover.json?Email=user%40example.org&Protocol=ActiveSync&RedirectCount=1',
  '/Microsoft-Server-ActiveSync?Cmd=Ping&User=user%40example.org&DeviceId=ABCDEF0123456789&DeviceType=iPhone',
  '/owa/prem/15.2.1544.14/scripts/boot.worldwide.0.mouse.js',
].map((url) => request(url, session));

const token = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik1uQ19WWmNBVGZNNXBPWWlKSE1iYTlnb0VLWSJ9.';
const crumbs = Array.from({ length: 24 }, (_, n) => `OptInPrg${n}=${token.slice(n % 40)}`).join('; ');
const inRussian = encodeURIComponent('/личные/Отчёт за второй квартал, окончательный.docx').replaceAll('%2F', '/');
const inFrench = '/documents/Résumé de l’été à Besançon.pdf'.replace('’', "'");
const bytesOf = (text: string) => Buffer.from(text, 'utf8').toString('latin1').replaceAll(' ', '%20');

/** One flat string of bytes, as a parser of HTTP hands it on, however it was put together. */
const asOnWire = (text: string) => Buffer.from(text, 'latin1').toString('latin1');

/** The heavier things that clients ask for: long cookies and URLs, letters beyond ASCII, escapes of every kind. */
export const heavier: readonly RewriteRequest[] = [
  ['/owa/', `${session}; ${crumbs}`],
  [`/adfs/ls/?wa=wsignin1.0&wctx=${encodeURIComponent(`rm=0&id=passive&ru=/owa/?${token.repeat(12)}`)}`, session],
  [`${inRussian}?d=w${token.slice(0, 33)}&e=${encodeURIComponent('ё = е')}`, `${session}; ${crumbs.slice(0, 600)}`],
  [bytesOf(inFrench), `name=${bytesOf('Amélie')}; ${session}`],
  [
    `/owa/attachment.ashx?id=${token.repeat(20)}&name=${encodeURIComponent('Rechnung Nr. 4711 (München).pdf')}`,
    session,
  ],
  ['/owa/redir.aspx?C=%u0411%u0423&URL=https%253a%252f%252fexample.org%252f%253fq%253da%252520b', session],
  [`/ews/exchange.asmx/s/GetUserPhoto?email=${'firstname.lastname%40example.org%3b'.repeat(30)}&size=HR96x96`, crumbs],
  ['/owa/14.3.123.3/themes/resources/../../scripts/premium//uglobal.js', crumbs.slice(0, 2_000)],
].map(([url = '/', cookie = '']) => request(asOnWire(url), asOnWire(cookie)));

/** Attacks that some rule refuses. */
export function attacks(rules: readonly PublishedRule[]): readonly RewriteRequest[] {
  return Array.from({ length: 8 }, (_, at) => rules[Math.floor((at * rules.length) / 8)])
    .filter((rule) => rule !== undefined)
    .map(({ input, words: [one, other] }) =>
      input === 'uri'
        ? request(`/owa/${one}.json?a=@example.org/${other.toUpperCase()}&x=1`, session)
        : request('/ecp/x.js', `${session}; X-${one}=host/ecp/default.flt?~3${other}`),
    );
}

/** Requests made to be costly: one word of a rule over and over, and the gaps of the cookie rule, 8 KiB in all. */
export function padded(rules: readonly PublishedRule[]): readonly RewriteRequest[] {
  return attacks(rules).map((attack, at) => {
    const rule = rules[Math.floor((at * rules.length) / 8)];
    const padding = `${rule?.words[0]}/~`.repeat(Math.floor(4_000 / ((rule?.words[0].length ?? 0) + 2)));
    return request(`${attack.url.slice(0, 8)}?p=${padding}`, `X-${padding}=/`);
  });
}
