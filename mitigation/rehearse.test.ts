import { describe, expect, it } from 'vitest';
import { readMitigation } from './parse.ts';
import { rehearse } from './rehearse.ts';
import { changed, sample } from './testing/sample.ts';

const rehearsed = (text: string) => rehearse(readMitigation(text).mitigation);
const onlyRules = sample.replace(/ *<(service|appPool) [^>]*>\n/g, '');

describe('rehearse', () => {
  it('says what each piece of evidence comes to by the rules alone', () => {
    const { evidence, idleRules } = rehearsed(onlyRules);
    expect(evidence.map(({ holds, seen }) => [holds, seen])).toEqual([
      [true, 'cut off by rule "in"'],
      [true, 'answered with 410 by rule "first"'],
      [true, 'passes, patched over by rule "out"'],
    ]);
    expect(idleRules).toEqual([]);
  });

  it('sees an attack that gets through', () => {
    const { evidence } = rehearsed(changed('url="/gone"', 'url="/gone/away"', onlyRules).text);
    expect(evidence[1]).toMatchObject({ holds: false, seen: 'passes the rules' });
  });

  it('sees an ordinary request that is refused', () => {
    const { evidence } = rehearsed(changed('url="/shop/cart"', 'url="/shop/secret"', onlyRules).text);
    expect(evidence[2]).toMatchObject({ holds: false, seen: 'cut off by rule "in"' });
  });

  it('sees a response that is not patched over, and the rule that nothing makes act', () => {
    const { evidence, idleRules } = rehearsed(changed('url="/shop/cart"', 'url="/shop"', onlyRules).text);
    expect(evidence[2]).toMatchObject({ holds: false, seen: 'X-A: as it was' });
    expect(idleRules).toEqual(['out']);
  });

  it('does not blame rules for what a stopped service may refuse', () => {
    const { evidence } = rehearsed(changed('url="/gone"', 'url="/elsewhere"').text);
    expect(evidence[1]).toMatchObject({ holds: 'unknown' });
  });

  it('joins header fields of one name as a server does, cookies their own way', () => {
    const text = changed(
      '<match url="secret"/>',
      '<match url="secret"/><conditions><add input="{HTTP_COOKIE}" pattern="^a=1; b=2$"/></conditions>',
      onlyRules,
    ).text.replace(
      '<header name="X-Empty" value=""/>',
      '<header name="Cookie" value="a=1"/><header name="cookie" value="b=2"/>',
    );
    expect(rehearsed(text).evidence[0]).toMatchObject({ holds: true });
  });
});
