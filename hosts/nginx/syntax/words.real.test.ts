import * as fs from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { layOut } from '../testing/lay-out.ts';
import { complaintOf, noRealNginx } from '../testing/real-nginx.ts';
import { everyStatement, parseStatements } from './statements.ts';

const runs = 300;
const verdicts = { accepted: 0, refused: 0, other: 0 };
const piece = fc.constantFrom(
  'a',
  'b',
  '"',
  "'",
  '\\',
  '$',
  '{',
  '}',
  ';',
  ' ',
  '#',
  '\n',
  '\t',
  '\r',
  '(',
  ')',
  '${',
  '$a',
  'é',
);
const word = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));

/** Names and numbers of words of all directives; `undefined` where we refuse the text. */
function shapeOf(text: string): string | undefined {
  try {
    return [...everyStatement(parseStatements('a', text))].map(({ name, words }) => `${name} ${words.length}`).join();
  } catch {
    return undefined;
  }
}

describe.skipIf(noRealNginx)('a parameter of any bytes', () => {
  afterAll(() => console.log(`hosts/nginx: ${runs} generated parameters judged by us and by nginx`, verdicts));

  it('is one to us where it is one to nginx, and refused by us where nginx refuses its syntax', async () => {
    const at = layOut({ files: [['nginx.conf', '']] });
    const shape = shapeOf('events {} http { server { set $a 1; return 200 x; } }');
    try {
      await fc.assert(
        fc.asyncProperty(word, async (parameter) => {
          const text = `events {}\nhttp { server { set $a 1; return 200 ${parameter}; } }\n`;
          fs.writeFileSync(at.file('nginx.conf'), text);
          const complaint = await complaintOf(at);
          const ours = shapeOf(Buffer.from(text).toString('latin1'));
          const syntax = complaint !== undefined && /unexpected ["e)]/.test(complaint);
          if (syntax) expect(ours).toBeUndefined();
          if (complaint === undefined) expect(ours).toBeDefined();
          if (ours === shape) expect(complaint ?? 'variable').toMatch(/variable|arguments/);
          verdicts[syntax ? 'refused' : ours === shape ? 'accepted' : 'other']++;
        }),
        { numRuns: runs, seed: 20_221_001 },
      );
    } finally {
      at.remove();
    }
    expect(verdicts.accepted).toBeGreaterThan(runs / 10);
    expect(verdicts.refused).toBeGreaterThan(runs / 10);
  });
});
