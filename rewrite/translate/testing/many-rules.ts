import type { ScopedRules } from '../../model.ts';
import { rulesFrom } from './catalog-rules.ts';
import { evasionsOf } from './evasions.ts';
import type { WireRequest } from './wire.ts';

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
  'zel',
  'q',
  'x-',
  '_7',
];

/** Rules of the catalog's shape with words that share much, and an attack on each of them. */
export interface ManyRules {
  readonly rules: readonly ScopedRules[];
  readonly requests: readonly WireRequest[];
}

/** `count` rules: most on the decoded address, some on a cookie or the path, one in five with a choice of words. */
export function manyRules(count: number, seed: number): ManyRules {
  let state = (seed % 2_147_483_646) + 1;
  const roll = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const word = () => Array.from({ length: 2 + roll(3) }, () => syllables[roll(syllables.length)] ?? '').join('');
  const made = Array.from({ length: count }, (_, at) => oneRule(at, [word(), word(), word()], roll(5)));
  const plain = made.map((one) => one.attack);
  const requests = plain.flatMap((attack, at) => {
    const other = plain[roll(plain.length)] ?? attack;
    const forms = evasionsOf(attack.url);
    const disguised = Array.from({ length: 4 }, () => ({
      ...attack,
      url: (forms[roll(forms.length)] ?? attack.url).replaceAll(' ', '%20'),
    }));
    const mixed = { ...other, url: `${other.url}${other.url.includes('?') ? '&' : '?'}${attack.url.slice(1)}` };
    const halves = { ...attack, url: attack.url.slice(0, 4 + roll(attack.url.length)) || '/' };
    return [attack, ...disguised, mixed, halves, ...(at % 10 === 0 ? [{ ...attack, headers: other.headers }] : [])];
  });
  return { rules: made.map((one) => one.rules), requests };
}

function oneRule(
  at: number,
  [one = '', other = '', third = '']: readonly string[],
  kind: number,
): { readonly rules: ScopedRules; readonly attack: WireRequest } {
  const rule = (input: string, pattern: string) =>
    rulesFrom(
      `m${at}`,
      `<rewrite><rules><rule name="r" stopProcessing="true"><match url=".*"/><conditions><add input="${input}" pattern="${pattern}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>`,
    );
  const get = (url: string, cookie?: string): WireRequest => ({
    method: 'GET',
    url,
    host: 'a',
    headers: cookie === undefined ? [] : [['Cookie', cookie]],
  });
  if (kind === 0)
    return { rules: rule('{HTTP_COOKIE}', `(.*)${one}=(.+)/(.+)~(.+)`), attack: get('/owa/', `a=b; ${one}=h/x~1`) };
  if (kind === 1)
    return {
      rules: rule('{UrlDecode:{REQUEST_URI}}', `(?=.*(${one}|${other}))(?=.*${third})`),
      attack: get(`/${other}/?a=${third}`),
    };
  if (kind === 2) return { rules: rule('{URL}', `^/${one}/.*${other}`), attack: get(`/${one}/x/${other}`) };
  return {
    rules: rule('{UrlDecode:{REQUEST_URI}}', `(?=.*${one})(?=.*${other})`),
    attack: get(`/${one}?a=@b/${other}`),
  };
}
