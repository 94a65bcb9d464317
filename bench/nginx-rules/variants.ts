import { compileNginx, parseRewrite, type ScopedRules } from '@stopgap/rewrite';
import { publishedRules as rulesOfLetters } from '../gateway/rules.ts';
import { asMitigations, publishedRules as rulesOfSyllables } from '../rewrite/rules.ts';

/** One way to put rules on nginx. */
export interface Variant {
  readonly name: string;
  readonly http: string;
  readonly server: string;
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

function compiled(name: string, rules: readonly ScopedRules[]): Variant {
  const { http, server } = compileNginx(rules);
  return { name, http, server };
}

/** The patterns as they were published, one below the other in a map, as one would write it by hand. */
function verbatim(count: number): Variant {
  const patterns = ofLetters(count).flatMap(({ configuration }) =>
    configuration.rules.flatMap((rule) => rule.conditions.list.map((condition) => condition.pattern)),
  );
  const lines = patterns.map((pattern) => `    "~*${pattern}" 1;\n`).join('');
  return {
    name: `${count} verbatim`,
    http: `map $request_uri $refused {\n${lines}}\n`,
    server: 'if ($refused) {\n    return 444;\n}\n',
  };
}

/** What is measured; the first is the yardstick. */
export const variants: readonly Variant[] = [
  { name: 'bare', http: '', server: '' },
  ...[1, 100, 1000].map((count) => compiled(`${count} compiled, letters`, ofLetters(count))),
  ...[100, 1000].map((count) =>
    compiled(`${count} compiled, syllables and cookies`, asMitigations(rulesOfSyllables(count))),
  ),
  ...[1, 100, 1000].map(verbatim),
];
