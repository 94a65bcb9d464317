import { decodeJson, type Files, listOf, object, oneOf, text } from '@stopgap/machine';
import { FeedError } from '../../errors.ts';

/** What a holder hands back: signatures over the parts of one proposal. No secret. */
export interface SignatureFile {
  readonly feed: string;
  /** Id of the proposal. */
  readonly proposal: string;
  readonly holder: string;
  readonly signatures: readonly PartSignature[];
}

/** A signature over one part. */
export interface PartSignature {
  readonly role: string;
  readonly keyId: string;
  /** Hexadecimal. */
  readonly sig: string;
}

const format = 'stopgap-signature-1';
const signature = object({ role: text(63), keyId: text(64), sig: text(1000) });
const decoder = object({
  format: oneOf(format),
  feed: text(100),
  proposal: text(16),
  holder: text(63),
  signatures: listOf(signature, 100),
});

/** The file. */
export function signatureText({ feed, proposal, holder, signatures }: SignatureFile): string {
  return `${JSON.stringify({ format, feed, proposal, holder, signatures }, undefined, 2)}\n`;
}

/** Reads the file; the signatures are not looked at yet. Throws `proposal-invalid`, `proposal-missing`. */
export function readSignatureFile(file: string, files: Files): SignatureFile {
  const state = files.read(file, 256 * 1024);
  if (!state) throw new FeedError('proposal-missing', `${file}: there is no such signature file`);
  try {
    const { feed, proposal, holder, signatures } = decodeJson(state.bytes.toString('utf8'), file, decoder);
    if (!/^[0-9a-f]{16}$/.test(proposal)) throw new Error('it names no proposal');
    return { feed, proposal, holder, signatures };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FeedError('proposal-invalid', `${file} is no signature file: ${reason}`, error);
  }
}
