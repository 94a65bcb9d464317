import { bodyRewriter, type Exchange, parseRewrite, prepareRules } from '@stopgap/rewrite';
import { mustEqual } from '../engine/check.ts';
import type { OpenTarget } from '../engine/target.ts';

const whole =
  '<outboundRules><rule name="r"><match pattern="href=&quot;(.*?)&quot;"/><action type="Rewrite" value="x{R:1}"/></rule></outboundRules>';
const tags =
  '<outboundRules><rule name="r"><match filterByTags="A, Img, CustomTags" customTags="t" pattern="^/x/(.*)$"/><action type="Rewrite" value="/y/{R:1}"/></rule><customTags><tags name="t"><tag name="x-y" attribute="z"/></tags></customTags></outboundRules>';

/** A body comes out the same whether it arrives in one piece or byte by byte. */
export function openBody(): OpenTarget {
  const sets = [whole, tags].map((content) =>
    prepareRules([
      { owner: 'o', level: '/', mode: 'enforce', configuration: parseRewrite(`<rewrite>${content}</rewrite>`) },
    ]),
  );
  const exchange: Exchange = {
    request: { method: 'GET', scheme: 'http', host: 'h', url: '/', headers: {} },
    response: { status: 200, headers: { 'content-type': 'text/html' } },
  };
  const after = (rules: (typeof sets)[number], pieces: readonly string[]) => {
    const rewriter = bodyRewriter(rules, exchange);
    return rewriter ? pieces.map((piece) => rewriter.write(piece)).join('') + rewriter.end() : undefined;
  };
  return {
    seeds: [
      '<a href="/x/1">t</a><img src=/x/2 alt=\'<\'>',
      '<script>if (a<b) "<a href=/x/1>"</script><!-- <a href="/x/1"> --><x-y z="/x/3"/>',
      "<A\n HREF = '/x/&amp;1' id=i><textarea></textarea>",
    ],
    words: [
      '<a ',
      'href=',
      '<!--',
      '-->',
      '<script',
      '</script>',
      '<style',
      '<textarea',
      '<title',
      '<plaintext',
      '<![CDATA[',
      '/x/',
      'z=',
    ],
    most: 8 * 1024,
    run: (input) => {
      const text = input.toString('latin1');
      const cut = text.length < 600 ? [...text] : (text.match(/[\s\S]{1,97}/g) ?? []);
      for (const rules of sets) mustEqual(after(rules, cut), after(rules, [text]), 'in pieces it comes out otherwise');
      return after(sets[1] as (typeof sets)[number], [text]) === text ? 'refused' : 'accepted';
    },
  };
}
