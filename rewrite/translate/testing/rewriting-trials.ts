import { rulesFrom } from './catalog-rules.ts';
import { elsewhere } from './compared.ts';
import { keptAddresses, otherAddresses } from './redirect-trials.ts';
import type { Trial } from './trial.ts';

const abort = '<action type="AbortRequest"/>';
const rewrite = (match: string, url: string, more = '', conditions = ''): string =>
  `<rule name="r" stopProcessing="true"><match url="${match}"/>${conditions}<action type="Rewrite" url="${url}" ${more}/></rule>`;
const onQuery = (pattern: string): string =>
  `<conditions><add input="{QUERY_STRING}" pattern="${pattern}"/></conditions>`;

const sets = [
  rewrite('^a', elsewhere),
  rewrite('.*', elsewhere),
  rewrite('.*', `${elsewhere}?`, 'appendQueryString="false"'),
  rewrite('^a(.*)$', `${elsewhere}/x y$z?of={R:1}`),
  rewrite('.*', `${elsewhere}?{UNENCODED_URL}`),
  rewrite('.*', `${elsewhere}?{QUERY_STRING}`),
  rewrite('^(.*)$', `${elsewhere}/é%41?{R:1}&amp;`),
  rewrite('.*', `${elsewhere}?b={C:1}`, '', onQuery('(?:^|&amp;)b=(.*)')),
  rewrite('.*', `${elsewhere}?{C:1}`, '', onQuery('^b=(.*)')),
  // A rule without a match is for every path.
  rewrite('', elsewhere, '', onQuery('b')).replace('<match url=""/>', ''),
  // What a rewrite that stops keeps from the rules behind it, and nothing else does.
  `${rewrite('^owa', elsewhere)}<rule name="s"><match url=".*"/>${abort}</rule>`,
  `${rewrite('^[^.]*$', elsewhere)}<rule name="s"><match url="a"/>${abort}</rule>`,
  `<rule name="s"><match url="^owa"/>${abort}</rule>${rewrite('.', elsewhere)}`,
  `${rewrite('^a/', elsewhere)}${rewrite('^(?!a)', `${elsewhere}/other`).replace('"r"', '"s"')}`,
];

/** Rewrites of each address by each set of rules, at the root and below it. */
export function rewritingTrials(): readonly Trial[] {
  const urls = [
    ...keptAddresses,
    ...otherAddresses,
    '/a?b=c&d',
    '/a?b=',
    '/a?b=%26&',
    '/OWA?&',
    '/?b=x y'.replace(' ', '%20'),
  ];
  const requests = urls.map((url) => ({ method: 'GET', url, host: 'www.example.org', headers: [] }));
  const trial = (rules: string, level: string): Trial => ({
    name: rules,
    rules: [rulesFrom('rewrites', `<rewrite><rules>${rules}</rules></rewrite>`, { level })],
    requests,
  });
  const below = rewrite('^auth/(.*)$', `${elsewhere}?a={R:1}`);
  return [...sets.map((rules) => trial(rules, '/')), trial(below, '/owa')];
}
