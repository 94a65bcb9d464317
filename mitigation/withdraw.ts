import { parseMitigation, readMitigation } from './parse.ts';
import type { XsdValidation } from './xsd-validation.ts';

/**
 * The document withdrawn: the next revision, with the reason, and otherwise as it was. Servers take it off and show why.
 * Rejects with `MitigationError` where the document, or the reason in it, is not valid.
 */
export async function withdrawn(input: Uint8Array, reason: string, xsd?: XsdValidation): Promise<Uint8Array> {
  const { mitigation, root, text } = readMitigation(input);
  const before = root.elements.find(({ name }) => name === 'withdrawn');
  const expires = root.elements.find(({ name }) => name === 'expires');
  const [from, to] = [before?.start ?? expires?.end ?? 0, before?.end ?? expires?.end ?? 0];
  const element = `<withdrawn>${escaped(reason)}</withdrawn>`;
  const indented = before ? element : `\n  ${element}`;
  const head = text
    .slice(root.start, from)
    .replace(/(<mitigation\b[^>]*?\srevision\s*=\s*["'])\s*\d+\s*/, `$1${mitigation.revision + 1}`);
  const next = Buffer.from(`${declared(text.slice(0, root.start))}${head}${indented}${text.slice(to)}`);
  await parseMitigation(next, xsd);
  return next;
}

/** The result is UTF-8, whatever it came in. */
function declared(prolog: string): string {
  return prolog.replace(/(<\?xml[^?]*\sencoding\s*=\s*["'])[^"']*/, '$1UTF-8');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
