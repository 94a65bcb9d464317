import { describe, expect, it } from 'vitest';
import { xmlNames } from './shape.ts';
import { judged, outcome, plain, signed, trust } from './testing/publisher.ts';

const document = await signed();
const bare = await signed({ timestamp: null });
const signature = bare.slice(bare.indexOf('<Signature'), bare.indexOf('</Signature>') + '</Signature>'.length);
const content = plain.slice(plain.indexOf('<EOCS'));
const evil = content.replace('DoNothing</Value>', 'Evil</Value>').replace('PING1', 'EVIL1');
const inside = (root: string, last: string) => root.replace('</EOCS>', `${last}</EOCS>`);
const replaced = (from: string | RegExp, to: string | ((...found: string[]) => string)) => {
  const found = document.replace(from, to as string);
  if (found === document) throw new Error(`nothing to replace: ${String(from)}`);
  return found;
};
const transform = (uri: string, inner = '') =>
  inner ? `<Transform Algorithm="${uri}">${inner}</Transform>` : `<Transform Algorithm="${uri}"/>`;
const enveloped = transform(xmlNames.enveloped);
const canonical = transform(xmlNames.c14n);

it('believes the document that the attacks start from', () => {
  expect(outcome(document)).toBe('good');
});

describe('signature wrapping is refused:', () => {
  const withObject = (what: string) => signature.replace('</Signature>', `<Object>${what}</Object></Signature>`);
  it.each([
    ['signed element moved into the Object of the signature', inside(evil, withObject(content)), 'shape'],
    ['signed element as a child of the evil one, signature last', inside(evil, `${content}${signature}`), 'shape'],
    ['signed element with its signature as a child of the evil one', inside(evil, inside(content, signature)), 'shape'],
    [
      'evil element as a sibling before the signed one, in a wrapper',
      `<W>${evil}${inside(content, signature)}</W>`,
      'shape',
    ],
    [
      'evil element as a sibling after the signed one, in a wrapper',
      `<W>${inside(content, signature)}${evil}</W>`,
      'shape',
    ],
    ['two roots', `${inside(content, signature)}${evil}`, 'not-xml'],
    ['signature as parent of the signed element', signature.replace('<SignedInfo>', `${content}<SignedInfo>`), 'shape'],
    ['evil element inside KeyInfo', inside(content, signature.replace('<KeyInfo>', `<KeyInfo>${evil}`)), 'shape'],
    [
      'evil Config inside the signature',
      inside(content, signature.replace('</KeyInfo>', '</KeyInfo><Config id="E" desc=""/>')),
      'shape',
    ],
    ['signature moved into a Config', content.replace('</Config>', `${signature}</Config>`), 'shape'],
    ['signature moved into an Action', content.replace('</Action>', `${signature}</Action>`), 'shape'],
    ['signature first instead of last', content.replace('<Config ', `${signature}<Config `), 'shape'],
    ['content after the signature', inside(content, `${signature}<Config id="EVIL1" desc=""></Config>`), 'shape'],
    ['a second signature before', inside(content, `${signature}${signature}`), 'shape'],
    ['a second signature inside the first', inside(content, withObject(signature)), 'shape'],
    ['a second SignedInfo', replaced('<SignatureValue>', '<SignedInfo></SignedInfo><SignatureValue>'), 'shape'],
    ['a second SignatureValue', replaced('<KeyInfo>', '<SignatureValue>AAAA</SignatureValue><KeyInfo>'), 'shape'],
    ['nested Config', replaced('<ActionList>', '<Config id="E" desc=""></Config><ActionList>'), 'shape'],
    ['no signature at all', plain, 'shape'],
    ['an empty document', '', 'not-xml'],
    ['the evil content with the old signature', inside(evil, signature), 'digest'],
    ['a Config put in', replaced('<Config ', '<Config id="E" desc=""></Config><Config '), 'digest'],
    ['a Config taken out', replaced(/ {2}<Config[\s\S]*<\/Config>\n/, ''), 'digest'],
  ])('%s', (_name, text, code) => {
    expect(outcome(text)).toBe(code);
  });
});

describe('games with references and ids are refused:', () => {
  it.each([
    ['a reference by id', replaced('URI=""', 'URI="#x"'), 'shape'],
    ['a reference by XPointer', replaced('URI=""', 'URI="#xpointer(/)"'), 'shape'],
    ['a reference without URI', replaced(' URI=""', ''), 'shape'],
    ['a reference to a file', replaced('URI=""', 'URI="file:///etc/passwd"'), 'shape'],
    ['a reference to the network', replaced('URI=""', 'URI="http://127.0.0.1/"'), 'shape'],
    ['a reference with a Type', replaced('URI=""', 'URI="" Type="http://www.w3.org/2000/09/xmldsig#Object"'), 'shape'],
    ['a reference with an Id', replaced('URI=""', 'Id="r" URI=""'), 'shape'],
    ['a second reference', replaced(/(<Reference[\s\S]*<\/Reference>)/, '$1$1'), 'shape'],
    ['no reference', replaced(/<Reference[\s\S]*<\/Reference>/, ''), 'shape'],
    ['Id on the root', replaced('<EOCS version', '<EOCS Id="ts-countersig" version'), 'shape'],
    ['ID on a Config', replaced('<Config id', '<Config ID="PING1" id'), 'shape'],
    ['id on an Action', replaced('<Action ', '<Action id="PING1" '), 'shape'],
    ['xml:id', replaced('<Action ', '<Action xml:id="a" '), 'not-plain'],
    ['Id on the signature', replaced('<Signature ', '<Signature Id="s" '), 'shape'],
    ['another Id on the Object', replaced('Id="ts-countersig"', 'Id="PING1"'), 'shape'],
  ])('%s', (_name, text, code) => {
    expect(outcome(text)).toBe(code);
  });
});

describe('transforms and algorithms other than the allowed ones are refused:', () => {
  const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
  const xslt = 'http://www.w3.org/TR/1999/REC-xslt-19991116';
  it.each([
    ['XPath', replaced(enveloped, transform(xpath, '<XPath>self::text()</XPath>')), 'shape'],
    ['XPath without content', replaced(enveloped, transform(xpath)), 'algorithm'],
    ['XSLT', replaced(canonical, transform(xslt, '<stylesheet></stylesheet>')), 'shape'],
    ['XSLT without content', replaced(canonical, transform(xslt)), 'algorithm'],
    ['base64', replaced(enveloped, transform('http://www.w3.org/2000/09/xmldsig#base64')), 'algorithm'],
    ['a third transform', replaced(canonical, canonical + canonical), 'shape'],
    ['only one transform', replaced(canonical, ''), 'shape'],
    ['the two in the wrong order', replaced(enveloped + canonical, canonical + enveloped), 'algorithm'],
    ['canonical form with comments', replaced(canonical, transform(`${xmlNames.c14n}#WithComments`)), 'algorithm'],
    [
      'exclusive canonical form',
      replaced(canonical, transform('http://www.w3.org/2001/10/xml-exc-c14n#')),
      'algorithm',
    ],
    [
      'SignedInfo in canonical form with comments',
      replaced(xmlNames.c14n, `${xmlNames.c14n}#WithComments`),
      'algorithm',
    ],
    ['SHA-1 digest', replaced(xmlNames.sha256, 'http://www.w3.org/2000/09/xmldsig#sha1'), 'algorithm'],
    ['MD5 digest', replaced(xmlNames.sha256, 'http://www.w3.org/2001/04/xmldsig-more#md5'), 'algorithm'],
    ['RSA-SHA1', replaced(xmlNames.rsaSha256, 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'), 'algorithm'],
    [
      'HMAC-SHA1, with the public key as the secret',
      replaced(xmlNames.rsaSha256, 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'),
      'algorithm',
    ],
    ['HMAC-SHA256', replaced(xmlNames.rsaSha256, 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'), 'algorithm'],
    [
      'a truncated HMAC',
      replaced(
        /<SignatureMethod[^>]*>/,
        `<SignatureMethod Algorithm="${xmlNames.rsaSha256}"><HMACOutputLength>1</HMACOutputLength></SignatureMethod>`,
      ),
      'shape',
    ],
    ['no algorithm', replaced(/<DigestMethod[^>]*>/, '<DigestMethod/>'), 'shape'],
    ['an algorithm in other letters', replaced('rsa-sha256', 'RSA-SHA256'), 'algorithm'],
  ])('%s', (_name, text, code) => {
    expect(outcome(text)).toBe(code);
  });
});

describe('ways of writing that readers see differently are refused:', () => {
  const digest = /<DigestValue>(.{8})/;
  it.each([
    ['a comment splitting DigestValue', replaced(digest, '<DigestValue><!--x-->$1'), 'not-plain'],
    [
      'a comment splitting SignatureValue',
      replaced(/<SignatureValue>(.{8})/, '<SignatureValue>$1<!---->'),
      'not-plain',
    ],
    [
      'a comment splitting a value of the content',
      replaced('DoNothing</Value>', 'Do<!---->Nothing</Value>'),
      'not-plain',
    ],
    ['a comment between elements', replaced('<ActionList>', '<!-- --><ActionList>'), 'not-plain'],
    ['a comment after the root', `${document}<!-- -->`, 'not-plain'],
    ['a processing instruction', replaced('<ActionList>', '<?x y?><ActionList>'), 'not-plain'],
    ['a stylesheet', replaced('?>\n', '?>\n<?xml-stylesheet href="x"?>\n'), 'not-plain'],
    ['CDATA', replaced('DoNothing</Value>', '<![CDATA[DoNothing]]></Value>'), 'not-plain'],
    ['a DTD', replaced('?>\n', '?>\n<!DOCTYPE EOCS>\n'), 'not-plain'],
    ['a DTD from elsewhere', replaced('?>\n', '?>\n<!DOCTYPE EOCS SYSTEM "http://127.0.0.1/x.dtd">\n'), 'not-plain'],
    ['an entity bomb', replaced('?>\n', '?>\n<!DOCTYPE E [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>\n'), 'not-plain'],
    ['an entity that is not one of the five', replaced('DoNothing</Value>', '&evil;</Value>'), 'not-plain'],
    ['a numeric reference', replaced('DoNothing</Value>', '&#68;oNothing</Value>'), 'not-plain'],
    [
      'a prefix on the signature',
      document.replaceAll(/<(\/?)(Signature|SignedInfo|KeyInfo)\b/g, '<$1ds:$2').replace('xmlns=', 'xmlns:ds='),
      'not-plain',
    ],
    ['an attribute that only begins with xmlns', replaced('<Config ', '<Config xmlnsx="1" '), 'not-plain'],
    ['an element with a name that is XML’s own', replaced('<Config ', '<xmlConfig '), 'not-plain'],
    ['the signature in another namespace', replaced(`xmlns="${xmlNames.signature}"`, 'xmlns="urn:x"'), 'shape'],
    ['the signature in no namespace', replaced(` xmlns="${xmlNames.signature}"`, ''), 'shape'],
    ['a namespace on the root', replaced('<EOCS ', `<EOCS xmlns="${xmlNames.signature}" `), 'shape'],
    ['a namespace in the content', replaced('<Config ', '<Config xmlns="urn:x" '), 'shape'],
    ['the countersignature in another namespace', replaced(xmlNames.countersignature, 'urn:x'), 'shape'],
    ['single quotes', replaced('version="1.0.4"', "version='1.0.4'"), 'not-plain'],
    ['a tab inside a tag', replaced('<Action type', '<Action\ttype'), 'not-plain'],
    ['a line end inside an attribute', replaced('desc="Ping"', 'desc="Pi\nng"'), 'not-plain'],
    ['white space inside base64', replaced(/<DigestValue>(.{8})./, '<DigestValue>$1\n'), 'base64'],
    ['white space between elements of the signature', replaced('</SignedInfo>', '</SignedInfo> '), 'shape'],
    ['text in the root', replaced('<Config ', 'text<Config '), 'shape'],
    ['one CRLF among line feeds', replaced('\n  <Config', '\r\n  <Config'), 'not-plain'],
    ['a bare carriage return', replaced('DoNothing</Value>', 'DoNothing\r</Value>'), 'not-plain'],
    ['a NUL', replaced('DoNothing</Value>', 'DoNothing\u0000</Value>'), 'not-plain'],
    ['a character that turns text around', replaced('desc="Ping"', 'desc="Pi\u202eng"'), 'not-plain'],
    ['bytes after the root', `${document}\u0000`, 'not-plain'],
    ['text after the root', `${document}x`, 'not-plain'],
    ['two line ends after the root', `${document}\n\n`, 'not-plain'],
    ['another encoding declared', replaced('encoding="utf-8"', 'encoding="utf-7"'), 'not-plain'],
    ['an attribute twice', replaced('desc="Ping"', 'desc="Ping" desc="Ping"'), 'not-xml'],
    ['an element left open', replaced('</ActionList>', ''), 'not-xml'],
    [
      'elements too deep',
      replaced('DoNothing</Value>', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}</Value>`),
      'not-plain',
    ],
  ])('%s', (_name, text, code) => {
    expect(outcome(text)).toBe(code);
  });

  it('UTF-16, and bytes that are no UTF-8', () => {
    expect(outcome(Buffer.from(`\ufeff${document}`, 'utf16le'))).toBe('not-plain');
    expect(outcome(Buffer.concat([Buffer.from(document), Buffer.of(0xc3)]))).toBe('not-plain');
  });

  it('a document that is too large, without reading it', () => {
    expect(outcome(`${document}${' '.repeat(1024 * 1024)}`)).toBe('too-large');
  });
});

describe('values of the signature are held strictly:', () => {
  it.each([
    [
      'unused bits in base64',
      replaced(
        /(<DigestValue>.{42})(.)=/,
        (_all, start: string, last: string) => `${start}${String.fromCharCode(last.charCodeAt(0) + 1)}=`,
      ),
      ['base64', 'digest'],
    ],
    ['a digest that is too short', replaced(/<DigestValue>[^<]*/, '<DigestValue>AAAA'), ['shape']],
    ['an empty SignatureValue', replaced(/<SignatureValue>[^<]*/, '<SignatureValue>'), ['base64']],
    [
      'another SignatureValue',
      replaced(/<SignatureValue>[^<]*/, `<SignatureValue>${Buffer.alloc(256, 7).toString('base64')}`),
      ['signature'],
    ],
    [
      'a base64 value longer than it may be',
      replaced(/<Exponent>[^<]*/, `<Exponent>${'AAAA'.repeat(2000)}`),
      ['too-large'],
    ],
    ['text where an element belongs', replaced('<KeyValue>', 'x<KeyValue>'), ['shape']],
  ] as const)('%s', (_name, text, codes) => {
    expect(codes).toContain(outcome(text));
  });
});

it('shows only what the signature covers: nothing of the signature, and not a byte that was not signed', () => {
  const verdict = judged(document, undefined, trust);
  expect(verdict.ok && verdict.content).toBe(
    content
      .replace('id="PING1" desc="Heartbeat &amp; no more"', 'desc="Heartbeat &amp; no more" id="PING1"')
      .replace('type="DoNothing" scope="Server" desc="Ping"', 'desc="Ping" scope="Server" type="DoNothing"'),
  );
});
