import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RewriteConfiguration } from '../model.ts';
import { parseRewrite } from '../parse/parse-rewrite.ts';
import { catalogRules } from '../translate/testing/catalog-rules.ts';
import { joinedPatterns, trimmedPattern } from './cheaper-pattern.ts';
import { compileIis } from './index.ts';
import { rewriteElement } from './rewrite-element.ts';
import { writeXml } from './write-xml.ts';

const withoutPlaces = (configuration: RewriteConfiguration): unknown =>
  JSON.parse(
    JSON.stringify(configuration, (key, value) =>
      key === 'position' ? undefined : value instanceof Map ? [...value] : value,
    ),
  );
const everything = `<rewrite>
  <providers><provider name="P" type="T, A"/></providers>
  <allowedServerVariables><clear/><add name="HTTP_X"/></allowedServerVariables>
  <rewriteMaps><remove name="old"/><rewriteMap name="m" defaultValue="d&quot;&#10;" ignoreCase="false"><add key="a&amp;" value="&lt;b&#9;>"/></rewriteMap></rewriteMaps>
  <globalRules useOriginalURLEncoding="false"><rule name="g" patternSyntax="Wildcard" stopProcessing="true"><match url="*" negate="true"/></rule></globalRules>
  <rules><clear/><remove name="x"/>
    <rule name="r" enabled="false" responseCacheDirective="Never"><match url="(a)" ignoreCase="false"/>
      <conditions logicalGrouping="MatchAny" trackAllCaptures="true"><add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true"/><add input="{m:{R:1}}" pattern="x"/></conditions>
      <serverVariables><set name="HTTP_X" value="{C:1}" replace="false"/></serverVariables>
      <action type="Rewrite" url="b?{C:2}" appendQueryString="false" logRewrittenUrl="true"/></rule>
    <rule name="c"><match url="c"/><action type="CustomResponse" statusCode="403" subStatusCode="7" statusReason="No" statusDescription="'&amp;'"/></rule>
    <rule name="n"><conditions><add input="{URL}" pattern="n"/></conditions><action type="AbortRequest"/></rule>
    <rule name="d"><match url="d"/><action type="Redirect" url="/e" redirectType="SeeOther"/></rule></rules>
  <outboundRules rewriteBeforeCache="true"><rule name="o" preCondition="p" patternSyntax="ExactMatch"><match filterByTags="A, CustomTags" customTags="t" pattern="y" occurrences="2"/>
      <conditions trackAllCaptures="false"><add input="{URL}" pattern="z"/></conditions><action type="Rewrite" value="{R:0}" replace="false"/></rule>
    <rule name="v"><match serverVariable="HTTP_X" pattern="y"/><action type="Rewrite" value="z"/></rule>
    <preConditions><preCondition name="p" logicalGrouping="MatchAny" patternSyntax="Wildcard"><add input="{RESPONSE_STATUS}" pattern="4*"/></preCondition></preConditions>
    <customTags><tags name="t"><tag name="x" attribute="y"/></tags></customTags></outboundRules>
</rewrite>`;

describe('a configuration written again', () => {
  it('is read as what it was, to the last attribute', () => {
    const configuration = parseRewrite(everything);
    const text = writeXml(rewriteElement(configuration));
    expect(withoutPlaces(parseRewrite(text))).toEqual(withoutPlaces(configuration));
    expect(writeXml(rewriteElement(parseRewrite(text)))).toBe(text);
  });

  it('leaves defaults out', () => {
    const [part] = compileIis(catalogRules('CVE-2021-26855')).parts;
    expect(part?.rewrite).not.toMatch(/ignoreCase="true"|negate="false"|enabled="true"|logicalGrouping="MatchAll"/);
  });
});

/** A class without a character and line ends. */
const not = (char: string): string => `[^${char.length > 1 ? `\\x${char}` : char}\\n\\r\\u2028\\u2029]`;

describe('patterns of the same verdict', () => {
  it('say the same of every text', () => {
    const piece = fc.constantFrom('.*', '.+', '(.*)', '(.+?)', 'a', 'b', '/', '=', 'ab', '.', '[ab]', '^', '$');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '/', '=', '\n', 'c'), maxLength: 10 });
    let changed = 0;
    fc.assert(
      fc.property(
        pattern,
        fc.boolean(),
        fc.array(text, { minLength: 6, maxLength: 6 }),
        (source, ignoreCase, texts) => {
          const flags = ignoreCase ? 'i' : '';
          const cheaper = trimmedPattern(source, ignoreCase);
          if (cheaper !== source) changed += 1;
          for (const one of texts) {
            expect(new RegExp(cheaper, flags).test(one), `${source} as ${cheaper}`).toBe(
              new RegExp(source, flags).test(one),
            );
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(changed).toBeGreaterThan(500);
  });

  it.each([
    ['(.*)X-AnonResource-Backend(.*)', 'X-AnonResource-Backend'],
    ['(.*)X-BEResource=(.+)/(.+)~(.+)', `X-BEResource=.${not('2f')}*/.${not('7e')}*~.`],
    ['a.*bc', 'a.*bc'],
    ['a.*=.*c', `a${not('3d')}*=${not('c')}*c`],
    ['a.*b[0-9]', 'a.*b[0-9]'],
    ['a.*k.*', 'a.*k'],
    ['.*?a.+?', 'a.'],
    ['^.*a', `^${not('a')}*a`],
    ['a.*$', 'a.*$'],
    ['(.*)(x)\\2', '(.*)(x)\\2'],
    ['.*', '.*'],
    ['.*a|b', '.*a|b'],
    ['[^/]*a', '[^/]*a'],
  ])('%s is %s', (pattern, wanted) => {
    expect(trimmedPattern(pattern, true)).toBe(wanted);
  });

  it.each([
    ['(?=.*autodiscover)(?=.*powershell)', ['autodiscover', 'powershell']],
    ['^(?=.*a)(?=.*b)c', ['^.*a', '^.*b', '^c']],
    ['(?=.*a)(?!.*b)', undefined],
    ['(?=a)(?=.*b)', undefined],
    ['(?=.*a)', undefined],
    ['a.*b', undefined],
  ])('%s is all of %s', (pattern, wanted) => {
    expect(joinedPatterns(pattern, true)).toEqual(wanted);
  });
});

describe('rules compiled for IIS', () => {
  it('ask for the two words of CVE-2022-41040 one by one', () => {
    const { parts, notes } = compileIis(catalogRules('CVE-2022-41040'));
    expect(parts[0]?.rewrite.match(/pattern="[^"]*"/g)).toEqual(['pattern="autodiscover"', 'pattern="powershell"']);
    expect(notes.map((note) => note.kind)).toEqual(['broader']);
  });
});
