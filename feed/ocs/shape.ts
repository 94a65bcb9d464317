import { readXml, type XmlElement, XmlError } from '@stopgap/xml';
import { fromBase64 } from './base64.ts';
import { OcsError } from './errors.ts';
import { ocsLimits } from './limits.ts';

/** Namespaces and algorithms of the format: these and no others. */
export const xmlNames = {
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  countersignature: 'http://schemas.microsoft.com/xmldsig/timestamp/2003',
  c14n: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
} as const;

/** What stands in a document of the one allowed shape. Nothing in it is believed yet. */
export interface OcsParts {
  /** The `Signature` element as written. */
  readonly signature: string;
  readonly signatureValue: Buffer;
  /** The bare RSA key. */
  readonly modulus: Buffer;
  readonly exponent: Buffer;
  /** DER, in the order written. */
  readonly certificates: readonly Buffer[];
  readonly countersignature: { readonly token: Buffer; readonly certificates: readonly Buffer[] } | undefined;
}

/**
 * Takes the parts out of a document of exactly this shape: `EOCS` holding `Config`s and, last, one `Signature` of the
 * one form that the format knows. No element may stand anywhere else. Throws `OcsError`.
 */
export function readShape(text: string): OcsParts {
  const root = readRoot(text);
  const signature = root.elements.at(-1);
  if (signature?.name !== 'Signature') throw wrong(root, 'its last child must be <Signature>');
  checkContent(root, root.elements.slice(0, -1));
  const [signedInfo, value, keyInfo, object] = children(
    signature,
    ['SignedInfo', 'SignatureValue', 'KeyInfo', ...(signature.elements.length === 4 ? ['Object'] : [])],
    { xmlns: xmlNames.signature },
  );
  checkSignedInfo(signedInfo);
  return {
    signature: text.slice(signature.start, signature.end),
    signatureValue: base64(value, 1024),
    ...readKeyInfo(keyInfo),
    countersignature: object && readCountersignature(object),
  };
}

/** Checks a document that is to be signed: well-formed, `EOCS` holding `Config`s, and no signature yet. Throws `OcsError`. */
export function checkUnsigned(text: string): void {
  const root = readRoot(text);
  checkContent(root, root.elements);
}

function readRoot(text: string): XmlElement {
  try {
    const { documentBytes, depth, elements } = ocsLimits;
    return readXml(text, { bytes: documentBytes, depth, elements });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new OcsError('not-xml', `line ${error.position.line}: ${error.message}`, error);
  }
}

/** What is signed has no namespaces, no `Id` that something could refer to, and nothing that looks like a signature. */
function checkContent(root: XmlElement, configs: readonly XmlElement[]): void {
  if (root.name !== 'EOCS') throw wrong(root, '<EOCS> must be the root');
  attributes(root, ['version']);
  blank(root);
  if (configs.length > ocsLimits.configs) throw wrong(root, `it holds more than ${ocsLimits.configs} elements`);
  for (const config of configs) if (config.name !== 'Config') throw wrong(config, 'only <Config> may stand here');
  const open = [...configs];
  for (let element = open.pop(); element; element = open.pop()) {
    const isConfig = configs.includes(element);
    if (reserved.has(element.name) && !isConfig) throw wrong(element, 'it may not stand here');
    for (const name of element.attributes.keys()) {
      const strayId = name.toLowerCase() === 'id' && !(name === 'id' && isConfig);
      if (strayId || name === 'xmlns') throw wrong(element, `the attribute ${name} may not stand here`);
    }
    open.push(...element.elements);
  }
}

const reserved: ReadonlySet<string> = new Set(
  'EOCS Config Signature SignedInfo SignatureValue KeyInfo Object Reference CounterSignature X509Data'.split(' '),
);

function checkSignedInfo(signedInfo: XmlElement): void {
  const [canonical, method, reference] = children(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  algorithm(canonical, xmlNames.c14n);
  algorithm(method, xmlNames.rsaSha256);
  const [transforms, digestMethod, digest] = children(reference, ['Transforms', 'DigestMethod', 'DigestValue'], {
    URI: '',
  });
  const [enveloped, inclusive] = children(transforms, ['Transform', 'Transform']);
  algorithm(enveloped, xmlNames.enveloped);
  algorithm(inclusive, xmlNames.c14n);
  algorithm(digestMethod, xmlNames.sha256);
  if (base64(digest, 32).length !== 32) throw wrong(digest, 'a SHA-256 digest has 32 bytes');
}

function readKeyInfo(keyInfo: XmlElement): Pick<OcsParts, 'modulus' | 'exponent' | 'certificates'> {
  const [keyValue, x509Data] = children(keyInfo, ['KeyValue', 'X509Data']);
  const [rsa] = children(keyValue, ['RSAKeyValue']);
  const [modulus, exponent] = children(rsa, ['Modulus', 'Exponent']);
  return { modulus: base64(modulus, 1024), exponent: base64(exponent, 8), certificates: readCertificates(x509Data) };
}

function readCertificates(x509Data: XmlElement): readonly Buffer[] {
  const count = x509Data.elements.length;
  if (count < 1 || count > ocsLimits.certificates) {
    throw wrong(x509Data, `it holds ${count} elements; 1 to ${ocsLimits.certificates} certificates are read`);
  }
  return children(x509Data, Array<string>(count).fill('X509Certificate')).map((one) =>
    base64(one, ocsLimits.certificateBytes),
  );
}

function readCountersignature(object: XmlElement): OcsParts['countersignature'] {
  const names = ['X509Data', 'CounterSignature'].slice(object.elements.length === 1 ? 1 : 0);
  const found = children(object, names, { Id: 'ts-countersig' });
  const [token, beside] = [...found].reverse();
  if (!token) throw wrong(object, 'it holds no countersignature');
  attributes(token, { 'ts-format': 'cms-timestamp-message', xmlns: xmlNames.countersignature });
  return {
    token: base64(token, ocsLimits.countersignatureBytes, ['ts-format', 'xmlns']),
    certificates: beside ? readCertificates(beside) : [],
  };
}

/** The children, when they are exactly these in this order, with nothing between them and just these attributes. */
function children<const N extends readonly string[]>(
  element: XmlElement,
  names: N,
  wanted: Readonly<Record<string, string>> = {},
): { [K in keyof N]: XmlElement } & readonly XmlElement[] {
  attributes(element, wanted);
  const found = element.elements.map((child) => child.name);
  if (found.length !== names.length || found.some((name, index) => name !== names[index])) {
    throw wrong(element, `it must hold ${names.join(', ')} and holds ${found.join(', ') || 'nothing'}`);
  }
  if (element.text !== '') throw wrong(element, 'no text may stand between its elements');
  return element.elements as unknown as { [K in keyof N]: XmlElement } & readonly XmlElement[];
}

/** Just these attributes: with these values, or (given as a list) with any. */
function attributes(element: XmlElement, wanted: Readonly<Record<string, string>> | readonly string[]): void {
  const names = Array.isArray(wanted) ? wanted : Object.keys(wanted);
  const found = [...element.attributes.keys()];
  if (found.length !== names.length || names.some((name) => !element.attributes.has(name))) {
    throw wrong(element, `it must have the attributes [${names.join(' ')}] and has [${found.join(' ')}]`);
  }
  if (Array.isArray(wanted)) return;
  for (const [name, value] of Object.entries(wanted)) {
    const has = element.attributes.get(name)?.value;
    if (has !== value) throw wrong(element, `${name} must be ${JSON.stringify(value)} and is ${JSON.stringify(has)}`);
  }
}

function algorithm(element: XmlElement, uri: string): void {
  attributes(element, ['Algorithm']);
  if (element.elements.length > 0 || element.text !== '') throw wrong(element, 'it must be empty');
  const found = element.attributes.get('Algorithm')?.value;
  if (found === uri) return;
  const message = `line ${element.position.line}: <${element.name}> names ${JSON.stringify(found)}; only ${uri} is accepted there`;
  throw new OcsError('algorithm', message);
}

function base64(element: XmlElement, maxBytes: number, names: readonly string[] = []): Buffer {
  attributes(element, names);
  if (element.elements.length > 0) throw wrong(element, 'it must hold text only');
  return fromBase64(element.text, `line ${element.position.line}: <${element.name}>`, maxBytes);
}

function blank(element: XmlElement): void {
  if (element.text.trim() !== '') throw wrong(element, 'no text may stand between its elements');
}

function wrong(element: XmlElement, why: string): OcsError {
  return new OcsError('shape', `line ${element.position.line}, <${element.name}>: ${why}`);
}
