import { externalSigner, fingerprint, newKey, publicFileOf, publicKeyText, readPublicKey } from '@stopgap/feed';
import { systemCommands, systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { holderPassphrase, keyOptions } from './key-options.ts';

const options = {
  ...keyOptions,
  holder: { type: 'string' },
  type: { type: 'string' },
  out: { type: 'string' },
} as const;

/** `stopgap feed key new|public|show`. */
export async function key(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['new|public|show', 'FILE']);
  const [what, file = ''] = positionals;
  if (what === 'new') return makeKey(file, values, context);
  if (what === 'public') return publicOf(file, values.out, values.json, context);
  if (what === 'show') return show(readPublicKey(file, systemFiles), values.json, context);
  throw new CliError(`feed key ${what}: known are new, public and show`);
}

async function makeKey(
  file: string,
  values: Parameters<typeof holderPassphrase>[0] & { holder?: string; type?: string; json?: boolean },
  context: Context,
): Promise<number> {
  const { holder, type = 'ed25519' } = values;
  if (holder === undefined) throw new CliError('--holder NAME is missing: whose key is it?');
  if (type !== 'ed25519' && type !== 'ecdsa-p256')
    throw new CliError(`--type ${type}: known are ed25519 and ecdsa-p256`);
  const made = await newKey(file, { holder, type, passphrase: twice(holderPassphrase(values, context), values) });
  if (values.json) {
    context.print(`${JSON.stringify({ holder, keyId: made.key.keyID, file, publicFile: publicFileOf(file) })}\n`);
    return exit.ok;
  }
  context.print(`${file}: the key of ${holder}, encrypted. Keep it and its passphrase apart, with a copy of each.\n`);
  context.print(`${publicFileOf(file)}: its public half. Give this file to the publisher.\n`);
  context.print(`fingerprint, to be read out to the publisher: ${fingerprint(made.key.keyID)}\n`);
  return exit.ok;
}

/** What is typed unseen for a new key is asked for twice: a slip would lock its holder out. */
function twice(ask: ReturnType<typeof holderPassphrase>, given: Parameters<typeof holderPassphrase>[0]) {
  if (given['passphrase-file'] !== undefined || given['passphrase-fd'] !== undefined) return ask;
  return async (holder: string) => {
    const [first, again] = [await ask(holder), await ask(`${holder}, again`)];
    if (first !== again) throw new CliError('the two are not the same; nothing was made');
    return first;
  };
}

function publicOf(file: string, out: string | undefined, json: boolean | undefined, context: Context): number {
  const signer = externalSigner(file, systemFiles, systemCommands);
  const to = out ?? publicFileOf(file.replace(/\.json$/, ''));
  if (systemFiles.read(to)) throw new CliError(`${to} is there already; name another with --out`);
  systemFiles.write(to, publicKeyText(signer), { mode: 0o644 });
  if (!json) context.print(`${to}: give this file to the publisher\n`);
  return show(signer, json, context);
}

function show(
  { holder, key: { keyID, scheme } }: ReturnType<typeof readPublicKey>,
  json: boolean | undefined,
  context: Context,
): number {
  if (json) context.print(`${JSON.stringify({ holder, keyId: keyID, scheme })}\n`);
  else context.print(`${holder}, ${scheme}, fingerprint ${fingerprint(keyID)}\nkey id ${keyID}\n`);
  return exit.ok;
}
