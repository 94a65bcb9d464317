import { type OcsTrust, publisherTrust } from '../microsoft.ts';
import { oids } from '../oids.ts';
import { signOcs } from '../sign.ts';
import { type OcsVerdict, verifyOcs } from '../verify.ts';
import { anchor, type Identity, issue, rsaKeys } from './pki.ts';
import { type TimestampOptions, timestamp } from './tsa.ts';

/** Parties of a feed: a publisher with root, issuer and leaf, and a timestamp authority with root and leaf. */
export const root = issue('Test Root', { ca: true });
export const issuer = issue('Test Issuer', { ca: true, issuer: root, pathLength: 0 });
export const purposes = [oids.codeSigning, oids.exchangeXmlSigning];
/** The leaf was valid in 2021 only. */
export const leaf = issue('Test XML Signing', {
  issuer,
  purposes,
  keys: rsaKeys(),
  from: Date.UTC(2021, 0, 1),
  until: Date.UTC(2022, 0, 1),
});
export const timeRoot = issue('Test Time Root', { ca: true });
export const tsa = issue('Test Time Stamping', {
  issuer: timeRoot,
  purposes: [oids.timeStamping],
  purposesCritical: true,
});

/** When the leaf was valid, and a moment long after. */
export const signedAt = Date.UTC(2021, 5, 1);
export const now = Date.UTC(2026, 5, 1);

export const trust: OcsTrust = publisherTrust([anchor(root)], { timestampRoots: [anchor(timeRoot)] });

/** A document as it stands before it is signed. */
export const plain = [
  '<?xml version="1.0" encoding="utf-8"?>',
  '<EOCS version="1.0.4">',
  '  <Config id="PING1" desc="Heartbeat &amp; no more">',
  '    <ActionList>',
  '      <Action type="DoNothing" scope="Server" desc="Ping">',
  '        <Value>DoNothing</Value>',
  '      </Action>',
  '    </ActionList>',
  '  </Config>',
  '</EOCS>',
].join('\n');

/** How a document is to differ from a proper one. */
export interface Departure {
  readonly document?: string;
  readonly chain?: readonly Identity[];
  readonly key?: Identity;
  /** `null`: without countersignature. */
  readonly timestamp?: Partial<TimestampOptions> | null;
}

/** Signs, by default properly: chain without the root, countersigned when the leaf was valid. */
export function signed({
  document = plain,
  chain = [leaf, issuer],
  key = leaf,
  timestamp: departure,
}: Departure = {}): Promise<string> {
  const proper: TimestampOptions = { tsa, issuerName: timeRoot.name, certificates: [], at: signedAt };
  return signOcs(document, {
    key: key.key,
    certificates: chain.map((one) => one.der),
    ...(departure === null ? {} : { countersign: (value) => timestamp(value, { ...proper, ...departure }) }),
  });
}

/** The verdict on a text, by default with the trust and at the moment above. */
export function judged(text: string | Uint8Array, at = now, by = trust): OcsVerdict {
  return verifyOcs(typeof text === 'string' ? Buffer.from(text, 'utf8') : text, by, at);
}

/** `good`, or the code of the refusal. */
export function outcome(text: string | Uint8Array, at = now, by = trust): string {
  const verdict = judged(text, at, by);
  return verdict.ok ? 'good' : verdict.code;
}
