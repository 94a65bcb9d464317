import { decodeXml, readXml, type XmlElement, XmlError } from '@stopgap/xml';
import { checkDocument } from './check-document.ts';
import { attribute, child, children, decodeMitigation } from './decode.ts';
import type { Mitigation } from './document.ts';
import { MitigationError, type MitigationFinding } from './errors.ts';
import { Findings } from './findings.ts';
import { grammar } from './grammar.ts';
import { documentLimits, schemaVersions } from './limits.ts';
import { refuseNamespaces } from './namespaces.ts';
import { checkStructure } from './structure.ts';
import { inlineXsd } from './xsd-inline.ts';
import type { XsdValidation } from './xsd-validation.ts';

/**
 * Reads a mitigation document. In this order: caps and well-formedness; schema version; names, order, counts and forms
 * of values; how the parts fit together; and last the XSD, so that only what has passed everything else reaches the
 * validator, which is C code, if in a sandbox (docs/decisions/xsd-validation.md). Nothing unknown is skipped.
 *
 * `xsd`: where the XSD validator runs. Default: in this process, of whose memory it then keeps about 20 MB; a service that
 * runs for long passes `processXsd(commands)`.
 * Rejects with `MitigationError`, which holds all that was found, each with its line and column.
 */
export async function parseMitigation(input: string | Uint8Array, xsd: XsdValidation = inlineXsd): Promise<Mitigation> {
  const { mitigation, root, text } = readMitigation(input);
  refuse(await xsd.validate(text, root));
  return mitigation;
}

/** Everything but the XSD; throws `MitigationError`. For tests that compare the two, not for documents to be applied. */
export function readMitigation(input: string | Uint8Array): {
  readonly mitigation: Mitigation;
  readonly root: XmlElement;
  readonly text: string;
} {
  const { root, text } = readRoot(input);
  const findings = new Findings();
  checkStructure(root, grammar, findings);
  const rewrites = checkDocument(root, findings);
  refuse(findings.list());
  return { mitigation: decodeMitigation(root, text, rewrites), root, text };
}

/**
 * Reads a document that was accepted before, perhaps by an earlier version: what has come to be refused since does not keep it from being
 * read. Never for documents from outside. Throws `MitigationError` where what it orders cannot be read.
 */
export function readAccepted(input: string | Uint8Array): Mitigation {
  const { root, text } = readText(input);
  const findings = new Findings();
  checkStructure(root, grammar, findings);
  const rewrites = checkDocument(root, findings);
  const orders = children(child(root, 'actions'), 'urlRewrite').flatMap((action) => children(action, 'rewrite'));
  const known = root.name === 'mitigation' && attribute(root, 'id') !== '' && /^\d+$/.test(attribute(root, 'revision'));
  if (!known || orders.some((rewrite) => !rewrites.has(rewrite))) refuse(findings.list());
  return decodeMitigation(root, text, rewrites);
}

/** Well-formed, within the caps, without namespaces, and of a schema version that is read here. */
export function readRoot(input: string | Uint8Array): { readonly root: XmlElement; readonly text: string } {
  const { root, text } = readText(input);
  const findings = new Findings();
  refuseNamespaces(root, findings);
  refuse(findings.list());
  if (root.name !== 'mitigation') {
    findings.add('unknown-element', `the root is <${root.name}>; a mitigation document begins with <mitigation>`, root);
  } else {
    const schema = root.attributes.get('schema');
    if (!schema) {
      findings.add('missing-attribute', `<mitigation> needs the attribute schema (read: ${known()})`, root);
    } else if (!schemaVersions.includes(schema.value)) {
      const message = `schema ${JSON.stringify(schema.value)} is not read by this version of Stopgap (read: ${known()}); update Stopgap`;
      findings.add('unsupported-schema', message, root, schema.position);
    }
  }
  refuse(findings.list());
  return { root, text };
}

function readText(input: string | Uint8Array): { root: XmlElement; text: string } {
  try {
    // The cap counts bytes as they came; UTF-16 would pass at twice the size once decoded.
    const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
    const { bytes } = documentLimits;
    if (size > bytes) throw new XmlError('too-large', `${size} bytes; at most ${bytes} are read`, start);
    const text = typeof input === 'string' ? input.replace(/^\ufeff/, '') : decodeXml(input);
    return { root: readXml(text, documentLimits), text };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new MitigationError(error, [], error);
  }
}

const start = { line: 1, column: 1 };

function known(): string {
  return schemaVersions.join(', ');
}

function refuse(findings: readonly MitigationFinding[]): void {
  const [first, ...others] = findings;
  if (first) throw new MitigationError(first, others);
}
