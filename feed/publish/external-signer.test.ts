import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import path from 'node:path';
import { systemCommands, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.ts';
import { externalSigner } from './external-signer.ts';
import { verifies } from './verify-signature.ts';

/** A program that signs standard input with the key beside it, in the form its arguments ask for. */
const program = `
const { createPrivateKey, sign } = require('node:crypto');
const { readFileSync } = require('node:fs');
const [keyFile, digest, dsaEncoding, output] = process.argv.slice(1);
const key = createPrivateKey(readFileSync(keyFile));
const input = readFileSync(0);
const signature = sign(digest === 'none' ? null : digest, input, { key, dsaEncoding });
process.stdout.write(output === 'raw' ? signature : signature.toString(output));
`;

/** Writes keys and a description; the command is the program above unless another is given. */
function described(keys: { privateKey: KeyObject; publicKey: KeyObject }, description: Record<string, unknown>) {
  const folder = temporaryFolder();
  const write = (name: string, text: string | Buffer) => {
    systemFiles.write(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  const keyFile = write('key.pem', keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  write('public.pem', keys.publicKey.export({ type: 'spki', format: 'pem' }));
  const run = (...args: string[]) => [process.execPath, '-e', program.replaceAll('\n', ' '), keyFile, ...args];
  const text = (command: unknown) =>
    JSON.stringify({ holder: 'anna', publicKey: 'public.pem', command, ...description });
  return {
    folder,
    write,
    open: (command: unknown) => externalSigner(write('signer.json', text(command)), systemFiles, systemCommands),
    run,
  };
}

const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const ed25519 = generateKeyPairSync('ed25519');
const bytes = Buffer.from('what is to be signed\n');

describe('a command that signs', () => {
  it.each([
    ['Ed25519', ed25519, {}, ['none', 'der', 'raw']],
    ['ECDSA, in DER', p256, {}, ['sha256', 'der', 'raw']],
    ['ECDSA, as two numbers', p256, { signature: 'r-s' }, ['sha256', 'ieee-p1363', 'raw']],
    ['hexadecimal digits', p256, { output: 'hex' }, ['sha256', 'der', 'hex']],
    ['base64', ed25519, { output: 'base64' }, ['none', 'der', 'base64']],
  ])('is understood: %s', async (_form, keys, description, args) => {
    const { open, run } = described(keys, description);
    const signer = open(run(...args));
    expect(signer.holder).toBe('anna');
    for (let count = 0; count < 2; count += 1) {
      const input = Buffer.concat([bytes, Buffer.of(count)]);
      expect(verifies(signer.key, input, await signer.sign(input))).toBe(true);
    }
  });

  it('gets the digest where it asks for it', async () => {
    // Whatever signs it, it is not a signature over the bytes: so it must be refused, and the digest must have arrived.
    const { open, write } = described(p256, { input: 'sha256', timeoutSeconds: 20 });
    const seen = write('seen', '');
    const signer = open([
      process.execPath,
      '-e',
      `require('fs').writeFileSync(${JSON.stringify(seen)}, require('fs').readFileSync(0))`,
    ]);
    await expect(signer.sign(bytes)).rejects.toMatchObject({ code: 'signer-failed' });
    expect(systemFiles.read(seen)?.bytes).toHaveLength(32);
  });

  it.each([
    ['signs with another key', ['none', 'der', 'raw'], /is no signature by the key in public.pem/],
    ['prints something else', ['none', 'der', 'hex'], /is no signature by the key/],
  ])('is not believed when it %s', async (_what, args, message) => {
    const other = generateKeyPairSync('ed25519');
    const { open, run } = described({ privateKey: other.privateKey, publicKey: ed25519.publicKey }, {});
    await expect(open(run(...args)).sign(bytes)).rejects.toMatchObject({
      code: 'signer-failed',
      message: expect.stringMatching(message),
    });
  });

  it('that fails is quoted, and one that hangs is ended', async () => {
    const { open } = described(ed25519, { timeoutSeconds: 1 });
    const fails = open([process.execPath, '-e', 'console.error("no card in the reader"); process.exit(3)']);
    await expect(fails.sign(bytes)).rejects.toThrow(/ended with 3: no card in the reader/);
    const hangs = open([process.execPath, '-e', 'setInterval(() => {}, 1000)']);
    await expect(hangs.sign(bytes)).rejects.toThrow(/no end after 1000 ms; it was killed/);
    await expect(open(['/nowhere/signs']).sign(bytes)).rejects.toThrow(/cannot run \/nowhere\/signs/);
  });

  it('has its secrets from files that nobody else can read, in its environment and nowhere else', async () => {
    const { open, write } = described(ed25519, { secrets: { PIN: 'pin' }, environment: { OTHER: 'x' } });
    const show = [
      process.execPath,
      '-e',
      'console.error(process.env.PIN, process.env.OTHER, process.env.HOME); process.exit(1)',
    ];
    const pin = write('pin', '1234\nsecond line\n');
    await expect(open(show).sign(bytes)).rejects.toThrow(/: 1234 x undefined$/);
    systemFiles.write(pin, '1234\n', { mode: 0o644 });
    await expect(open(show).sign(bytes)).rejects.toThrow(/can be read by others; run: chmod 600/);
  });

  it.each([
    [{ command: [] }, /command: a program and its arguments/],
    [{ command: 'pkcs11-tool --sign' }, /command: expected a list/],
    [{ command: ['x'], shell: true }, /unknown key "shell"/],
    [{ command: ['x'], publicKey: 'nowhere.pem' }, /the public key .*nowhere.pem is not there/],
    [{ command: ['x'], holder: '../anna' }, /holder: small letters/],
  ])('is not described by %j', (change, message) => {
    const { open } = described(ed25519, change);
    expect(() => open(change.command)).toThrow(
      expect.objectContaining({ code: 'signer-invalid', message: expect.stringMatching(message) }),
    );
  });
});
