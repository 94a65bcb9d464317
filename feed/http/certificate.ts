import type { Certificate, PeerCertificate, TLSSocket } from 'node:tls';
import { Trouble } from '../trouble.ts';

/** Why the certificate that was shown is not accepted, naming it, its issuer and what to do. */
export function certificateTrouble(socket: TLSSocket, host: string): Trouble {
  const shown = socket.getPeerCertificate(true);
  const code = String(socket.authorizationError);
  const named = `the certificate of ${host} (subject ${nameOf(shown.subject)}, issuer ${nameOf(shown.issuer)}`;
  const last = topOf(shown);
  const top = last === shown ? '' : `, chain up to ${nameOf(last.issuer)}`;
  return new Trouble('tls', `${named}${top}) is not accepted: ${meaningOf(code, shown, host)}`);
}

/** OpenSSL's verification codes in words, with the remedy. */
function meaningOf(code: string, shown: PeerCertificate, host: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `it expired on ${shown.valid_to}; it must be renewed there`;
    case 'CERT_NOT_YET_VALID':
      return `it is valid from ${shown.valid_from} only; check this machine's clock`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `it is for ${shown.subjectaltname ?? 'no name'}, not for ${host}; check the url`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `its issuer is not known here (${code}); if a proxy inspects TLS, name the proxy's CA certificate in caFile`;
    default:
      return `${code}; look at it with: openssl s_client -connect ${host}:443`;
  }
}

function topOf(shown: PeerCertificate): PeerCertificate {
  let current = shown as PeerCertificate & { issuerCertificate?: PeerCertificate };
  for (let depth = 0; depth < 10; depth += 1) {
    const next = current.issuerCertificate;
    if (!next || next === current) break;
    current = next;
  }
  return current;
}

function nameOf(name: Certificate | undefined): string {
  const parts = Object.entries(name ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return parts.join(', ') || 'unnamed';
}
