import { readFileSync } from 'node:fs';
import type { XsdComplaint } from './xsd-validation.ts';

/** A loaded validator. About 20 MB of memory, which only the end of the process gives back. */
export type XsdEngine = (text: string) => readonly XsdComplaint[];

/** Where the schema's parts are found by each other; no file or address is ever opened. */
const base = 'stopgap:///schema/';

/** Loads libxml2 and compiles the schema. */
export async function loadXsdEngine(): Promise<XsdEngine> {
  const libxml2 = await import('libxml2-wasm');
  const { ParseOption, XmlBufferInputProvider, XmlDocument, XsdValidator, XmlValidateError } = libxml2;
  const included = new XmlBufferInputProvider({ [`${base}rewrite.xsd`]: schemaFile('rewrite.xsd') });
  if (!libxml2.xmlRegisterInputProvider(included)) throw new Error('libxml2 takes no input provider');
  const schema = XmlDocument.fromBuffer(schemaFile('mitigation.xsd'), { url: `${base}mitigation.xsd` });
  const validator = XsdValidator.fromDoc(schema);
  const option = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_IGNORE_ENC;
  return (text) => {
    let document: InstanceType<typeof XmlDocument> | undefined;
    try {
      document = XmlDocument.fromString(text, { option });
      validator.validate(document);
      return [];
    } catch (error) {
      if (!(error instanceof libxml2.XmlLibError)) throw error;
      const kind = error instanceof XmlValidateError ? '' : 'libxml2 cannot read the text: ';
      return error.details.map((d) => ({ message: kind + d.message.trim(), xpath: d.xpath ?? '', line: d.line }));
    } finally {
      document?.dispose();
    }
  };
}

function schemaFile(name: string): Uint8Array {
  return readFileSync(new URL(`./schema/${name}`, import.meta.url));
}
