import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Files } from '@stopgap/machine';
import { Trouble } from '../trouble.ts';

/**
 * The authorities whose certificates are good: those of Node, of the operating system (where an organisation puts the
 * one of its inspecting proxy) and of `caFile`, PEM. What a feed says is trusted for its own signatures, never for these.
 * Throws `Trouble` `configuration`.
 */
export function authorities(caFile: string | undefined, files: Files): SecureContext {
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  if (caFile !== undefined) for (const pem of readPem(caFile, files)) all.add(pem);
  try {
    return createSecureContext({ ca: [...all], minVersion: 'TLSv1.2' });
  } catch (error) {
    throw new Trouble('configuration', `${caFile} holds a certificate that cannot be read; it must be PEM`, error);
  }
}

function readPem(caFile: string, files: Files): string[] {
  const state = files.read(caFile, 4 * 1024 * 1024);
  const found = state?.bytes.toString('utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!found)
    throw new Trouble('configuration', `${caFile} holds no certificate; it must be PEM ("BEGIN CERTIFICATE")`);
  return found;
}
