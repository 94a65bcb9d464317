import { createPrivateKey, type KeyObject } from 'node:crypto';
import { anchorsFromPem, fromMitigations, OcsError, requestTimestamp, signOcs } from '@stopgap/feed/ocs';
import { systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { checkDocument } from './check-document.ts';
import { passphraseSource } from './passphrase.ts';

const options = {
  ocs: { type: 'string' },
  key: { type: 'string' },
  certificates: { type: 'string' },
  timestamp: { type: 'string' },
  'passphrase-file': { type: 'string' },
} as const;

/** `stopgap feed sign --ocs`: mitigation documents into one signed document of an OCS-style feed. */
export async function signOcsDocument(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['FILE', 'FILE…']);
  const { ocs, key, certificates, timestamp } = values;
  if (ocs === undefined || key === undefined || certificates === undefined) {
    throw new CliError('--ocs FILE, --key PEM and --certificates PEM are needed; see: stopgap feed --help');
  }
  const documents = await Promise.all(positionals.map(readDocument));
  const chain = anchorsFromPem(read(certificates).toString('latin1'), certificates);
  try {
    const signed = await signOcs(fromMitigations(documents), {
      key: await privateKey(key, values['passphrase-file'], context),
      certificates: chain.flatMap((one) => (one.certificate ? [one.certificate.der] : [])),
      ...(timestamp === undefined ? {} : { countersign: (value) => requestTimestamp(timestamp, value) }),
    });
    systemFiles.write(ocs, signed, { mode: 0o644 });
  } catch (error) {
    if (error instanceof OcsError) throw new CliError(error.message, exit.refused);
    throw error;
  }
  if (values.json) context.print(`${JSON.stringify({ file: ocs, mitigations: documents.map(({ id }) => id) })}\n`);
  else {
    context.print(`${ocs}: signed, with ${documents.map(({ id }) => id).join(', ')}\n`);
    if (timestamp === undefined) {
      context.tell(
        'warning: without --timestamp URL no server takes it, and it is good no longer than the certificate\n',
      );
    }
    context.print(`look at it as a server does with: stopgap feed verify --ocs ${ocs} --root ROOT.pem\n`);
  }
  return exit.ok;
}

async function readDocument(file: string): Promise<{ name: string; id: string; bytes: Buffer }> {
  const bytes = read(file);
  const { mitigation, complaints } = await checkDocument(bytes);
  if (!mitigation || complaints.length > 0) throw new CliError(`${file}: ${complaints.join('; ')}`);
  return { name: file, id: mitigation.id, bytes };
}

async function privateKey(file: string, passphraseFile: string | undefined, context: Context): Promise<KeyObject> {
  const key = read(file);
  const locked = key.includes('ENCRYPTED');
  try {
    if (!locked) return createPrivateKey(key);
    const passphrase = await passphraseSource(passphraseFile, context)(file);
    return createPrivateKey({ key, passphrase });
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${file} is not a private key in PEM form${locked ? ', or the passphrase is wrong' : ''}`);
  }
}

function read(file: string): Buffer {
  const found = systemFiles.read(file);
  if (!found) throw new CliError(`${file}: there is no such file`);
  return found.bytes;
}
