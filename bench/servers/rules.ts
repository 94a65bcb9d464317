import { compileApache, compileNginx, parseRewrite, type ScopedRules } from '@stopgap/rewrite';
import { publishedRules as rulesOfLetters } from '../gateway/rules.ts';
import { asMitigations, publishedRules as rulesOfSyllables } from '../rewrite/rules.ts';

/** One way to put rules on nginx. */
export interface NginxRules {
  readonly name: string;
  readonly main?: string;
  readonly http: string;
  readonly server: string;
}

/** One way to put rules on Apache. */
export interface ApacheRules {
  readonly name: string;
  readonly main: string;
  readonly site: string;
}

/** Rules with two words each of 8 to 14 letters at random. */
function ofLetters(count: number): readonly ScopedRules[] {
  return rulesOfLetters(count).map(({ owner, rewrite }) => ({
    owner,
    level: '/',
    mode: 'enforce',
    configuration: parseRewrite(rewrite),
  }));
}

/** Words of syllables that ordinary addresses have too, and one rule of five on cookies. */
const ofSyllables = (count: number) => asMitigations(rulesOfSyllables(count));

function onNginx(name: string, rules: readonly ScopedRules[]): NginxRules {
  const { http, server } = compileNginx(rules);
  return { name, http, server };
}

/** The patterns as they were published, one below the other in a map, as one would write it by hand. */
function verbatimOnNginx(count: number): NginxRules {
  const lines = patterns(count)
    .map((pattern) => `    "~*${pattern}" 1;\n`)
    .join('');
  return {
    name: `${count} verbatim`,
    http: `map $request_uri $refused {\n${lines}}\n`,
    server: 'if ($refused) {\n    return 444;\n}\n',
  };
}

function onApache(name: string, rules: readonly ScopedRules[]): ApacheRules {
  return { name, main: compileApache(rules).main, site: '' };
}

function verbatimOnApache(count: number): ApacheRules {
  const lines = patterns(count).map(
    (pattern) => `RewriteCond "%{REQUEST_URI}?%{QUERY_STRING}" "${pattern}" [NC]\nRewriteRule ^ - [F]\n`,
  );
  return { name: `${count} verbatim`, main: '', site: `RewriteEngine On\n${lines.join('')}` };
}

const patterns = (count: number): readonly string[] =>
  ofLetters(count).flatMap(({ configuration }) =>
    configuration.rules.flatMap((rule) => rule.conditions.list.map((condition) => condition.pattern)),
  );

/** What is measured on nginx; the first is the yardstick. */
export const nginxRules: readonly NginxRules[] = [
  { name: 'bare', http: '', server: '' },
  // The same again: how far this row is from 1 is how far the machine lets any row be.
  { name: 'bare, once more', http: '', server: '' },
  ...[1, 100, 1000].map((count) => onNginx(`${count} compiled`, ofLetters(count))),
  ...[100, 1000].map((count) => onNginx(`${count} compiled, of syllables`, ofSyllables(count))),
  ...[1, 100, 1000].map(verbatimOnNginx),
];

/** What is measured on Apache; the first is the yardstick. */
export const apacheRules: readonly ApacheRules[] = [
  { name: 'bare', main: '', site: '' },
  { name: 'bare, once more', main: '', site: '' },
  ...[1, 100, 1000].map((count) => onApache(`${count} compiled`, ofLetters(count))),
  ...[1, 100].map(verbatimOnApache),
];
