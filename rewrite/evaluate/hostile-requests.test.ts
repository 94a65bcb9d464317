import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateInbound, explain, renderExplanation } from '../index.ts';
import { prepared, request } from '../testing/evaluate.ts';

const rules = prepared(`
  <rewriteMaps><rewriteMap name="m"><add key="a" value="b"/></rewriteMap></rewriteMaps>
  <globalRules>
    <rule name="set"><match url="([\\s\\S]*)"/><serverVariables><set name="HTTP_X" value="{R:1}{QUERY_STRING}"/></serverVariables></rule>
    <rule name="custom"><match url="^c([\\s\\S]*)"/><action type="CustomResponse" statusCode="404" statusReason="{R:1}" statusDescription="{HtmlEncode:{R:1}}"/></rule>
    <rule name="redirect"><match url="^d([\\s\\S]*)"/><action type="Redirect" url="{R:1}{m:{R:1}}"/></rule>
    <rule name="rewrite"><match url="([\\s\\S]*)"/><action type="Rewrite" url="{UrlDecode:{REQUEST_URI}}/{ToLower:{HTTP_COOKIE}}"/></rule>
  </globalRules>`);

const piece = fc.oneof(
  fc.constantFrom(
    '%',
    '%0d%0a',
    '%00',
    '%2e',
    '/',
    '..',
    '\\',
    '?',
    '#',
    '%ff',
    '%u0000',
    '{R:1}',
    ' ',
    '"',
    'c',
    'd',
    '&',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const text = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));

describe('whatever a request holds', () => {
  it('an evaluation ends, and brings nothing into a header or a URL that does not belong there', () => {
    fc.assert(
      fc.property(text, text, text, (path, host, cookie) => {
        const verdict = evaluateInbound(rules, request(`/${path}`, { host, headers: { cookie } }));
        if (verdict.outcome === 'redirect') expect(verdict.location).toMatch(/^[\x21-\x7e]*$/);
        if (verdict.outcome === 'rewrite') expect(verdict.url).toMatch(/^[\x21-\x7e]*$/);
        if (verdict.outcome === 'custom')
          expect([...verdict.reason].filter((one) => '\r\n\0'.includes(one))).toEqual([]);
        if (verdict.outcome !== 'rewrite') return;
        const value = verdict.changes?.requestHeaders.get('x') ?? '';
        expect([...value].filter((one) => '\r\n\0'.includes(one))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('an explanation comes to the same verdict', () => {
    fc.assert(
      fc.property(text, text, (path, cookie) => {
        const asked = request(`/${path}`, { headers: { cookie } });
        const explanation = explain(rules, asked);
        expect(explanation.verdict).toEqual(evaluateInbound(rules, asked));
        expect(renderExplanation(explanation)).toContain('path as rules see it');
      }),
    );
  });
});
