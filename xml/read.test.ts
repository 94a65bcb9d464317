import { describe, expect, it } from 'vitest';
import { readXml, XmlError } from './index.ts';

function refusal(input: string | Uint8Array): XmlError {
  try {
    readXml(input);
  } catch (error) {
    if (error instanceof XmlError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('readXml', () => {
  it('keeps the place of every element and attribute', () => {
    const root = readXml('<a\n  one="1"   two = \'2\'>\r\n<b/>\r<c x="&lt;&#65;"/>t<![CDATA[<u]]></a>');
    expect(root.position).toEqual({ line: 1, column: 1 });
    expect(root.attributes.get('two')?.position).toEqual({ line: 2, column: 13 });
    expect(root.elements.map((e) => [e.name, e.position.line, e.position.column])).toEqual([
      ['b', 3, 1],
      ['c', 4, 1],
    ]);
    expect(root.elements[1]?.attributes.get('x')?.value).toBe('<A');
    expect(root.text.trim()).toBe('t<u');
  });

  it('keeps offsets that cut the element out of the text, astral characters before it included', () => {
    const text = '<a>\u{1f600}<b k="v">x</b></a>';
    const b = readXml(text).elements[0];
    expect(text.slice(b?.start, b?.end)).toBe('<b k="v">x</b>');
  });

  it.each([
    'version="1.0"',
    `version = '1.0'\n`,
    'version="1.0" encoding="utf-8" standalone=\'yes\' ',
    'version="1.1"',
  ])('reads what is declared as %s', (said) => expect(readXml(`<?xml ${said}?><a/>`).name).toBe('a'));

  it('reads UTF-16 with a byte order mark', () => {
    expect(readXml(Buffer.from('\ufeff<ä b="c"/>', 'utf16le')).name).toBe('ä');
  });

  it('takes attributes named like object properties for what they are', () => {
    const root = readXml('<a __proto__="p" constructor="c"/>');
    expect([...root.attributes.values()].map((a) => a.value)).toEqual(['p', 'c']);
  });

  it.each([
    ['a DTD', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'doctype', 1, 1],
    ['a DTD that is not well-formed', '\n <!DOCTYPE a [<!ENTITY', 'doctype', 2, 2],
    ['an unknown entity', '<a>&nbsp;</a>', 'not-well-formed', 1, 4],
    ['a raw ampersand', '<a b="1&2"/>', 'not-well-formed', 1, 11],
    ['a duplicate attribute', '<a b="1" b="2"/>', 'not-well-formed', 1, 15],
    ['a declaration without a value', '<?xml version="1.0" standalone=?><a/>', 'not-well-formed', 1, 1],
    ['a declaration without a version', '<?xml encoding="UTF-8"?><a/>', 'not-well-formed', 1, 1],
    ['a declaration of nothing', '<?xml?><a/>', 'not-well-formed', 1, 1],
    ['an instruction with a colon in its name', '<?a:b c?><a/>', 'not-well-formed', 1, 1],
    ['an instruction with a name without an end', `<?${'a'.repeat(300)}?><a/>`, 'not-well-formed', 1, 1],
    ['a colon in an instruction inside an element', '<a>\n <?a:b c?></a>', 'not-well-formed', 2, 2],
    ['an unclosed element', '<a><b></a>', 'not-well-formed', 1, 7],
    ['two roots', '<a/><b/>', 'not-well-formed', 1, 5],
    ['nothing', '', 'not-well-formed', 1, 1],
    ['deep nesting', `${'<a>'.repeat(100_000)}`, 'too-deep', 1, 97],
    ['nesting hidden behind comments', `${'<!--<a>--><a>'.repeat(40)}`, 'too-deep', 1, 32 * 13 + 11],
    ['too many elements', `<a>${'<b/>'.repeat(20_000)}</a>`, 'too-many-nodes', 1, 79_996 + 4],
    ['too many bytes', `<a>${' '.repeat(1024 * 1024)}</a>`, 'too-large', 1, 1],
  ])('refuses %s', (_name, text, code, line, column) => {
    const error = refusal(text);
    expect([error.code, error.position.line, error.position.column]).toEqual([code, line, column]);
  });

  // Found by fuzzing: each of these took minutes, as time grew with the square of the length.
  it.each([
    ['comments that are never closed', '<!--', 'not-well-formed'],
    ['CDATA sections that are never closed', '<![CDATA[', 'not-well-formed'],
    ['instructions that are never closed', '<?x ', 'not-well-formed'],
    ['line ends', '\r\n', 'not-well-formed'],
    ['line ends of one character', '\r', 'not-well-formed'],
    ['line ends inside an element', '<a>\r\n', 'too-deep'],
  ])('refuses a megabyte of %s at once', (_name, piece, code) => {
    expect(refusal(piece.repeat((1024 * 1024) / piece.length)).code).toBe(code);
  });

  it('reads half a megabyte of line ends in text, values, comments and sections', () => {
    const many = '\r\n\r'.repeat(40_000);
    const root = readXml(`<a b="${many}">${many}<!--${many}--><![CDATA[${many}]]><?p ${many}?>x</a>`);
    expect([root.attributes.get('b')?.value.length, root.text.length]).toEqual([80_000, 160_001]);
  });

  it('keeps offsets and places behind line ends of every kind', () => {
    const text = '\r\n<a>\r\n\r<b\r\nc="\r\n&#13;"/>\n\r\n</a>\r\n';
    const root = readXml(text);
    const [b] = root.elements;
    expect(text.slice(b?.start, b?.end)).toBe('<b\r\nc="\r\n&#13;"/>');
    expect([b?.position, b?.attributes.get('c')?.position, b?.attributes.get('c')?.value]).toEqual([
      { line: 4, column: 1 },
      { line: 5, column: 1 },
      ' \r',
    ]);
    expect([text.slice(root.start, root.end), root.text]).toEqual([text.trim(), '\n\n\n\n']);
    expect(refusal('<a>\r\r\n\n <!DOCTYPE').position).toEqual({ line: 4, column: 2 });
  });

  it('refuses bytes that are not their encoding', () => {
    expect(refusal(Buffer.from('<a>\xff</a>', 'latin1')).code).toBe('encoding');
    expect(refusal(Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a/>')).code).toBe('encoding');
  });

  it('scans hostile tags in linear time', () => {
    const error = refusal(`<a ${'x="'.repeat(200_000)}`);
    expect(error.code).toBe('not-well-formed');
  });
});

it.each(['\ufeff', '\u1680', 'a\ufeffb'])('an attribute named %j hides neither itself nor those behind it', (name) => {
  const { attributes } = readXml(`<a x="1" ${name}="true"\ty = "2"/>`);
  expect([...attributes].map(([key, { value }]) => [key, value])).toEqual([
    ['x', '1'],
    [name, 'true'],
    ['y', '2'],
  ]);
});
