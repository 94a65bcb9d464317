import { lookupsOf, parseTemplate, TemplateProblem, variablesOf } from '@stopgap/rewrite';
import { mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

/** Parsed twice it is the same, and what it names can be listed. */
export function openTemplate(): OpenTarget {
  return {
    seeds: [
      '/{R:1}?a={C:0}&b={HTTP_HOST}',
      '{ToLower:{UrlDecode:{REQUEST_URI}}}}x',
      '{map:{R:0}}',
      `${'{UrlEncode:'.repeat(33)}x`,
    ],
    most: 64 * 1024,
    run: (input) =>
      outcomeOf(() => {
        const text = input.toString('utf8');
        const template = parseTemplate(text);
        mustEqual(parseTemplate(text), template, 'parsed twice, it is not the same');
        lookupsOf(template);
        variablesOf(template);
      }, TemplateProblem),
  };
}
