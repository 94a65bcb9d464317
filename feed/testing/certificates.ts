import { generateKeyPairSync, type KeyObject, randomInt, sign } from 'node:crypto';
import net from 'node:net';
import { integer, octets, oid, pem, sequence, tagged } from '../der.ts';

/** A certificate with its private key, both PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certification authority of one's own. */
export interface TestAuthority extends TestCertificate {
  /** A server's certificate for a DNS name or an IP address; `days` from now until it expires, negative: it has. */
  issue(host: string, days?: number): TestCertificate;
}

/** Makes an authority of this name, e.g. `Contoso Inspection CA`. */
export function testAuthority(name: string): TestAuthority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const isAuthority = extension('551d13', sequence(tagged(0x01, Buffer.of(0xff))));
  const self = certificate(keys.publicKey, name, name, 3650, isAuthority, keys.privateKey);
  return {
    cert: self,
    key: privatePem(keys.privateKey),
    issue: (host, days = 30) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const names = extension('551d11', sequence(alternativeName(host)));
      return {
        cert: certificate(own.publicKey, host, name, days, names, keys.privateKey),
        key: privatePem(own.privateKey),
      };
    },
  };
}

/** RFC 5280, section 4.1, signed with ECDSA and SHA-256. */
function certificate(
  key: KeyObject,
  subject: string,
  issuer: string,
  days: number,
  extended: Buffer,
  signer: KeyObject,
): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const start = Date.now() + Math.min(0, days - 1) * 86_400_000;
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(randomInt(1, 2 ** 40)),
    algorithm,
    distinguishedName(issuer),
    sequence(time(start - 3_600_000), time(Date.now() + days * 86_400_000)),
    distinguishedName(subject),
    key.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(extended)),
  );
  const signature = tagged(0x03, Buffer.of(0), sign('sha256', body, signer));
  return pem('CERTIFICATE', sequence(body, algorithm, signature));
}

function distinguishedName(name: string): Buffer {
  const part = (id: string, text: string) => tagged(0x31, sequence(oid(id), tagged(0x0c, Buffer.from(text))));
  return sequence(part('55040a', 'Stopgap tests'), part('550403', name));
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return tagged(0x18, Buffer.from(`${text}Z`));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), octets(value));
}

function alternativeName(host: string): Buffer {
  if (net.isIP(host) === 0) return tagged(0x82, Buffer.from(host));
  return tagged(0x87, Buffer.from(host.split('.').map(Number)));
}

function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
