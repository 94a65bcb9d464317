import { createHash, createPublicKey } from 'node:crypto';
import path from 'node:path';
import {
  type Commands,
  decodeJson,
  type Files,
  listOf,
  mapOf,
  object,
  oneOf,
  optional,
  text,
  whole,
} from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { ecdsaInDer } from './ecdsa.ts';
import { type Signer, tufKey } from './keys.ts';
import { holderPattern, type PublicKey } from './public-key.ts';
import { verifies } from './verify-signature.ts';

/** What a signer's description says: a command that signs, such as `pkcs11-tool` with a token. */
const decoder = object({
  holder: text(63),
  /** PEM file of the public key (SubjectPublicKeyInfo), beside the description. */
  publicKey: text(),
  command: listOf(text(), 100),
  /** On standard input: the bytes to sign, or their SHA-256 for tokens that hash nothing themselves. */
  input: optional(oneOf('bytes', 'sha256'), 'bytes'),
  /** How standard output holds the signature. */
  output: optional(oneOf('raw', 'hex', 'base64'), 'raw'),
  /** ECDSA in DER, or as its two numbers side by side (IEEE P1363), which is what PKCS#11 itself gives. */
  signature: optional(oneOf('der', 'r-s'), 'der'),
  environment: optional(mapOf(text(), 50), new Map()),
  /** Variables whose values are the first lines of files beside the description, e.g. a PIN. */
  secrets: optional(mapOf(text(), 10), new Map()),
  timeoutSeconds: optional(whole(1, 3600), 120),
});

type Description = ReturnType<typeof decoder>;

/** A signer and whose it is. */
export interface ExternalSigner extends PublicKey, Signer {}

/**
 * The signer that a description file stands for. Its signature is verified with the public key before it is used. Throws
 * `signer-invalid`; signing throws `signer-failed`.
 */
export function externalSigner(file: string, files: Files, commands: Commands): ExternalSigner {
  const description = readDescription(file, files);
  const near = (name: string) => path.resolve(path.dirname(file), name);
  const pem = files.read(near(description.publicKey), 64 * 1024);
  if (!pem) throw invalid(file, `the public key ${near(description.publicKey)} is not there`);
  let publicKey: ReturnType<typeof createPublicKey>;
  try {
    publicKey = createPublicKey(pem.bytes);
  } catch (error) {
    throw invalid(file, `${near(description.publicKey)} is no public key in PEM`, error);
  }
  const key = tufKey(publicKey);
  return {
    holder: description.holder,
    key,
    sign: async (bytes) => {
      const printed = await runSigner(
        file,
        description,
        bytes,
        { ...secrets(description, near, files, file) },
        commands,
      );
      const signature = decodeSignature(printed, description);
      if (signature && verifies(key, bytes, signature)) return signature;
      throw failed(
        file,
        `what ${description.command[0]} answered is no signature by the key in ${description.publicKey}`,
      );
    },
  };
}

function readDescription(file: string, files: Files): Description {
  const state = files.read(file, 64 * 1024);
  if (!state) throw invalid(file, 'there is no such file');
  let description: Description;
  try {
    description = decodeJson(state.bytes.toString('utf8'), file, decoder);
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : String(error), error);
  }
  if (!holderPattern.test(description.holder)) throw invalid(file, 'holder: small letters, digits and dashes');
  if (description.command.length === 0) throw invalid(file, 'command: a program and its arguments, as a list');
  return description;
}

async function runSigner(
  file: string,
  { command, input, environment, timeoutSeconds }: Description,
  bytes: Uint8Array,
  secret: Readonly<Record<string, string>>,
  commands: Commands,
): Promise<string> {
  const [program = '', ...args] = command;
  try {
    const { code, stdout, stderr } = await commands.run(program, args, {
      input: input === 'bytes' ? bytes : createHash('sha256').update(bytes).digest(),
      timeoutMs: timeoutSeconds * 1000,
      maxOutputBytes: 16 * 1024,
      outputEncoding: 'latin1',
      terminal: true,
      env: { ...Object.fromEntries(environment), ...secret },
    });
    if (code === 0) return stdout;
    throw failed(file, `${program} ended with ${code}: ${stderr.trim().slice(-500)}`);
  } catch (error) {
    if (error instanceof FeedError) throw error;
    throw failed(file, error instanceof Error ? error.message : String(error), error);
  }
}

function secrets(
  description: Description,
  near: (name: string) => string,
  files: Files,
  file: string,
): Readonly<Record<string, string>> {
  const entries = [...description.secrets].map(([name, from]): [string, string] => {
    const state = files.read(near(from), 4096);
    const line = state?.bytes.toString('utf8').split(/\r?\n/, 1)[0];
    if (!state || !line) throw invalid(file, `secrets.${name}: ${near(from)} holds nothing`);
    if (process.platform !== 'win32' && (state.mode & 0o077) !== 0) {
      throw invalid(file, `secrets.${name}: ${near(from)} can be read by others; run: chmod 600 ${near(from)}`);
    }
    return [name, line];
  });
  return Object.fromEntries(entries);
}

function decodeSignature(printed: string, { output, signature }: Description): Uint8Array | undefined {
  const bytes = Buffer.from(
    output === 'raw' ? printed : printed.replace(/\s/g, ''),
    output === 'raw' ? 'latin1' : output,
  );
  return signature === 'der' ? bytes : ecdsaInDer(bytes);
}

function invalid(file: string, reason: string, cause?: unknown): FeedError {
  return new FeedError('signer-invalid', `the signer ${file} cannot be used: ${reason}`, cause);
}

function failed(file: string, reason: string, cause?: unknown): FeedError {
  return new FeedError('signer-failed', `the signer ${file} did not sign: ${reason}`, cause);
}
