import { describe, expect, it } from 'vitest';
import { outcome, plain, signed } from './testing/publisher.ts';

const already = await signed();

describe('signing an OCS-style document', () => {
  it.each([
    ['an end tag missing, which the library that signs would mend', plain.replace('</ActionList>', ''), 'not-xml'],
    ['an attribute twice', plain.replace('desc="Ping"', 'desc="Ping" desc="Pong"'), 'not-xml'],
    ['nothing but an end', '</EOCS>', 'not-xml'],
    ['nothing at all', '', 'not-xml'],
    ['another root', '<Config id="a" desc=""></Config>', 'shape'],
    ['a signature already', already, 'shape'],
    ['a comment', plain.replace('<ActionList>', '<ActionList><!-- -->'), 'not-plain'],
  ])('is refused with %s', async (_name, document, code) => {
    await expect(signed({ document })).rejects.toMatchObject({ name: 'OcsError', code });
  });

  it('takes what is written in the one way, with either kind of line end', async () => {
    expect(outcome(await signed({ document: plain.replaceAll('\n', '\r\n') }))).toBe('good');
  });
});
