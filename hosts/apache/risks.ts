import { createPrivateKey, X509Certificate } from 'node:crypto';
import path from 'node:path';
import type { Files } from '@stopgap/machine';
import { type Directive, isNamed } from './httpd/directives.ts';
import type { ServerFacts } from './httpd/facts.ts';
import { limits } from './limits.ts';

/**
 * What Apache's own test does not look at and what ends the server when it reloads, each with its place: certificates and
 * keys that cannot be read or do not belong together.
 */
export function reloadRisks(directives: readonly Directive[], facts: ServerFacts, files: Files): readonly string[] {
  const hosts = directives.filter((one) => isNamed(one, 'VirtualHost')).map(({ inner }) => inner);
  return [...new Set([directives, ...hosts].flatMap((host) => tlsRisks(host, directives, facts, files)))];
}

/** What a virtual host does not say itself, the server says for it. */
function tlsRisks(
  host: readonly Directive[],
  server: readonly Directive[],
  { serverRoot }: ServerFacts,
  files: Files,
): readonly string[] {
  const named = (name: string) => {
    const own = host.filter((one) => isNamed(one, name));
    return own.length > 0 ? own : server.filter((one) => isNamed(one, name));
  };
  if (!['on', 'optional'].includes(named('SSLEngine').at(-1)?.args[0]?.toLowerCase() ?? '')) return [];
  const read = ({ args }: Directive) =>
    files.read(path.resolve(serverRoot, args[0] ?? ''), limits.fileBytes)?.bytes.toString('latin1');
  const certificates = named('SSLCertificateFile').filter(isFile);
  const keys = named('SSLCertificateKeyFile').filter(isFile);
  const broken = [
    ...certificates.flatMap((one) => (parsed(() => certificate(read(one))) ? [] : [unusable(one, 'certificate')])),
    ...keys.flatMap((one) =>
      isEncrypted(read(one)) || parsed(() => key(read(one))) ? [] : [unusable(one, 'private key')],
    ),
  ];
  const [first, second] = [certificates[0], keys[0]];
  if (broken.length > 0 || !first || !second || certificates.length + keys.length > 2 || isEncrypted(read(second))) {
    return broken;
  }
  if (certificate(read(first)).checkPrivateKey(key(read(second)))) return [];
  return [`${second.args[0]} is not the key of ${first.args[0]} (${second.place})`];
}

/** Keys may also be named by where a token keeps them. */
function isFile({ args }: Directive): boolean {
  return args[0] !== undefined && !/^pkcs11:/i.test(args[0]);
}

function unusable({ args, place }: Directive, what: string): string {
  return `there is no readable ${what} in ${args[0]} (${place})`;
}

function certificate(text: string | undefined): X509Certificate {
  return new X509Certificate(
    pem(text, /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END [A-Z0-9 ]+-----/),
  );
}

function key(text: string | undefined): ReturnType<typeof createPrivateKey> {
  return createPrivateKey(pem(text, /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]+-----/));
}

/** A file may hold other blocks (parameters of a curve, the chain) before the one that is looked for. */
function pem(text: string | undefined, block: RegExp): string {
  const found = block.exec(text ?? '')?.[0];
  if (found === undefined) throw new TypeError('no such block');
  return found;
}

function isEncrypted(text: string | undefined): boolean {
  return /ENCRYPTED/.test(text ?? '');
}

function parsed(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
