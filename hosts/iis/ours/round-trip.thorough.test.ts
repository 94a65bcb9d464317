import { readXml } from '@stopgap/xml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commentsIn } from '../text/comments.ts';
import { readText } from '../text/document.ts';
import { canonical } from '../text/serialise.ts';
import { decodeSource, encodeSource } from '../text/source-text.ts';
import type { Addition } from './addition.ts';
import { insertOurs } from './insert.ts';
import { formatMarker, type Marker, parseMarker } from './marker.ts';
import { type Collection, itemNames } from './place.ts';
import { standingIn } from './standing.ts';
import { stripOurs } from './strip.ts';

const names = ['system.webServer', 'rewrite', 'rules', 'outboundRules', 'preConditions', 'globalRules', 'other'];
const blank = fc.constantFrom('', ' ', '\n', '\r\n', '\r', '\t', '\n  ', '\r\n\t\t', '\n\n    ', '  \n');
const comment = fc.constantFrom(
  '<!---->',
  '<!-- <rules> -->',
  '<!-- Stopgap was here -->',
  '<![CDATA[ </rules> <!-- ]]>',
  '<?p <rewrite?>',
  'text',
);
const attributes = fc.constantFrom(
  '',
  ' a="1"',
  " b='>'",
  '\n\tc = "/"',
  ' name="Taken" stopProcessing="true"',
  ' path="."',
);
const edit = fc.constantFrom(
  '<clear/>',
  '<remove name="Ours 1" />',
  '<rule name="x" stopProcessing="true"/>',
  '<rule name="y"></rule>',
);

const element = fc.letrec<{ element: string; content: string }>((tie) => ({
  content: fc
    .array(fc.oneof({ maxDepth: 4 }, blank, comment, edit, tie('element')), { maxLength: 5 })
    .map((parts) => parts.join('')),
  element: fc
    .tuple(fc.constantFrom(...names), attributes, fc.constantFrom('open', 'closed'), blank, tie('content'))
    .map(([name, attribute, form, space, content]) =>
      form === 'closed'
        ? `<${name}${attribute}${space}/>`
        : `<${name}${attribute}${space}>${content}</${name}${space}>`,
    ),
}));

const document = fc
  .tuple(
    fc.constantFrom('', '<?xml version="1.0"?>\n', '\n<!-- <x> -->\r\n'),
    blank,
    element.content,
    fc.constantFrom('', '\n', ' ', '<!-- end -->\n'),
    fc.boolean(),
  )
  .map(([head, space, content, tail, closes]) =>
    closes && content === ''
      ? `${head}<configuration${space}/>${tail}`
      : `${head}<configuration${space}>${content}</configuration${space}>${tail}`,
  );

const collection = fc.constantFrom<Collection>(
  'rules',
  'globalRules',
  'outboundRules',
  'preConditions',
  'rewriteMaps',
  'customTags',
  'allowedServerVariables',
);
const addition = fc
  .tuple(
    fc.nat(3),
    collection,
    fc.constantFrom('', '', 'Default Web Site/owa', '.'),
    fc.constantFrom('Ours 1', 'Ours -- 2', 'Größe "3" &'),
    fc.boolean(),
  )
  .map(([index, one, location, name, renewed]): Addition => {
    const inside = '<match url=".*"/><conditions><add input="{URL}" pattern="&lt;a>ß"/></conditions>';
    const given = readXml(
      `<${itemNames[one]} name="${name.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">${inside}</${itemNames[one]}>`,
    );
    const owner = { mitigation: `CVE--${index}-`, revision: 1, index };
    return { kind: 'put', owner, name, place: { location, collection: one }, element: given, renewed };
  });
const additions = fc.uniqueArray(addition, {
  maxLength: 6,
  selector: (one) => `${one.place.location}/${one.place.collection}/${one.name}`,
});

const runs = 400;
const readable = (text: string) => {
  try {
    return readText(text, 'web.config');
  } catch {
    return undefined;
  }
};

describe(`putting in and taking out, ${runs} generated files each`, () => {
  it('gives the very text back, whatever the file and whatever was put in', () => {
    let tried = 0;
    fc.assert(
      fc.property(document, additions, (text, all) => {
        const before = readable(text);
        fc.pre(before !== undefined);
        if (!before) return;
        const after = readText(insertOurs(before, all), 'web.config');
        expect(standingIn(after).filter(({ item }) => item)).toHaveLength(all.length);
        expect(stripOurs(after)).toBe(text);
        tried++;
      }),
      { numRuns: runs },
    );
    console.log(`${tried} files, byte for byte`);
  });

  it('puts everything in once, where it belongs, as given', () => {
    fc.assert(
      fc.property(document, additions, (text, all) => {
        const before = readable(text);
        fc.pre(before !== undefined);
        if (!before) return;
        const standing = standingIn(readText(insertOurs(before, all), 'web.config'));
        for (const one of all) {
          if (one.kind !== 'put') continue;
          const found = standing.filter(
            ({ marker, path }) => marker.name === one.name && path.at(-1)?.name === one.place.collection,
          );
          expect(found.some(({ item }) => item && canonical(item) === canonical(one.element))).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  it('takes ours out of a file that somebody commented on, and nothing else', () => {
    fc.assert(
      fc.property(document, additions, fc.nat(), (text, all, where) => {
        const before = readable(text);
        fc.pre(before !== undefined && all.length > 0);
        if (!before) return;
        const after = insertOurs(before, all);
        const spots = [...after.matchAll(/</g)].map(({ index }) => index);
        const spot = spots[where % spots.length] ?? 0;
        const edited = readable(`${after.slice(0, spot)}<!-- admin -->${after.slice(spot)}`);
        fc.pre(edited !== undefined && commentsIn(edited.text).some(({ inside }) => inside === ' admin '));
        if (!edited) return;
        const left = readText(stripOurs(edited) ?? '<configuration/>', 'web.config');
        expect(commentsIn(left.text).some(({ inside }) => parseMarker(inside))).toBe(false);
        const inOurs = standingIn(readText(after, 'web.config')).some(({ item, path, marker }) => {
          const ranges = [item, path[path.length - marker.origin.made]];
          return ranges.some((one) => one && one.start < spot && spot < one.end);
        });
        // A comment inside what we made keeps that; anywhere else it keeps itself alone.
        if (!inOurs) expect(canonical(left.root)).toBe(canonical(before.root));
      }),
      { numRuns: runs },
    );
  });
});

describe('a marker', () => {
  it('says the same after it was written and read, for every name and id', () => {
    const around = fc.oneof(
      fc.constantFrom({ kind: 'open' as const }, { kind: 'empty' as const }),
      blank.map((one) => ({ kind: 'closed' as const, blank: one })),
    );
    const marker = fc.record<Marker>(
      {
        owner: fc.record({
          mitigation: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
          revision: fc.nat(1e9 - 1),
          index: fc.nat(99),
        }),
        name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
        origin: fc.record({ made: fc.nat(8), around, inline: fc.boolean(), file: fc.boolean() }),
        former: fc.array(
          fc.tuple(fc.constantFrom('enabled', 'autoStart'), fc.constantFrom(undefined, 'false', 'a=b; --')),
          { minLength: 1 },
        ),
      },
      { requiredKeys: ['owner', 'name', 'origin'] },
    );
    fc.assert(
      fc.property(marker, (one) => {
        const text = formatMarker(one);
        const [found] = commentsIn(readXml(`<a>${text}</a>`) ? text : '');
        expect(found && parseMarker(found.inside)).toEqual(one);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an encoding', () => {
  it('gives back the bytes of any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
        fc.boolean(),
        (text, encoding, mark) => {
          fc.pre(!text.startsWith('\ufeff'));
          const bytes = encodeSource(`<a>${text}`, { text: '', encoding: encoding as 'utf-8', mark });
          const source = decodeSource(bytes);
          expect(source).toEqual({ text: `<a>${text}`, encoding, mark });
          expect(encodeSource(source.text, source).equals(bytes)).toBe(true);
        },
      ),
    );
  });
});
