import { anchorByFingerprint, anchorsFromPem, type TrustAnchor } from './anchors.ts';
import { oids } from './oids.ts';
import type { RevocationList } from './revocation.ts';

/** What a document must show of its signer, and what it is held against. */
export interface OcsTrust {
  /** Roots that the signer's chain must end with. */
  readonly roots: readonly TrustAnchor[];
  /** Roots that the countersignature's chain must end with. */
  readonly timestampRoots: readonly TrustAnchor[];
  /** Key usages of the signing certificate, all of them. */
  readonly purposes: readonly string[];
  /**
   * SHA-256 (lower-case hexadecimal, of its bytes as they stand) of each attribute certificate that a countersignature may
   * hold; `any`: whatever it holds is left unread.
   */
  readonly attributeCertificates: readonly string[] | 'any';
  /** Revocation lists at hand, of signers' issuers as of authorities'. Absent: revocation is not checked. */
  readonly revocationLists?: readonly RevocationList[];
}

/** Code signing, and signing XML for Exchange. */
export const exchangePurposes: readonly string[] = [oids.codeSigning, oids.exchangeXmlSigning];

/**
 * The attribute certificates of Microsoft's timestamps that are known. Their devices got a new one every day, about their
 * clock; no key is published that would show who wrote it. This one is in the document captured in 2021.
 */
const knownAttributeCertificates = ['7b4b857b309c533f28dcb0a511739091cbda8a90a17744357ace63c2432ffae7'];

/** Microsoft Root Certificate Authority 2011, which documents bring along; only its fingerprint is trusted. */
const root2011 = '847df6a78497943f27fc72eb93f9a637320a02b561d0a91b09e87a7807ed7c61';

/**
 * Microsoft Root Certificate Authority 2010, which countersignatures chain to and documents leave out. The certificate is
 * public (microsoft.com/pki/certs/MicRooCerAut_2010-06-23.crt); its SHA-256 is held against the pin when it is loaded.
 */
const root2010 = 'df545bf919a2439c36983b54cdfc903dfa4f37d3996d8d84b4c31eec6f3c163e';
const root2010Pem = `-----BEGIN CERTIFICATE-----
MIIF7TCCA9WgAwIBAgIQKMw6Jb+6RKxEmptYa0M5qjANBgkqhkiG9w0BAQsFADCB
iDELMAkGA1UEBhMCVVMxEzARBgNVBAgTCldhc2hpbmd0b24xEDAOBgNVBAcTB1Jl
ZG1vbmQxHjAcBgNVBAoTFU1pY3Jvc29mdCBDb3Jwb3JhdGlvbjEyMDAGA1UEAxMp
TWljcm9zb2Z0IFJvb3QgQ2VydGlmaWNhdGUgQXV0aG9yaXR5IDIwMTAwHhcNMTAw
NjIzMjE1NzI0WhcNMzUwNjIzMjIwNDAxWjCBiDELMAkGA1UEBhMCVVMxEzARBgNV
BAgTCldhc2hpbmd0b24xEDAOBgNVBAcTB1JlZG1vbmQxHjAcBgNVBAoTFU1pY3Jv
c29mdCBDb3Jwb3JhdGlvbjEyMDAGA1UEAxMpTWljcm9zb2Z0IFJvb3QgQ2VydGlm
aWNhdGUgQXV0aG9yaXR5IDIwMTAwggIiMA0GCSqGSIb3DQEBAQUAA4ICDwAwggIK
AoICAQC5CJ4o5OTsBk5QaLNBxXvrrraOr4G6IkQfZTRpTL5wQBfyFnvief2G7Q05
9BuorZKQHss9do9a2bWREC48BY2KbSRU5x/tVq2DtFCcFaUXdIhZIPwIxYR202jU
byh4zly481CQRP/jY1++oZoslhUE1gf+HoQh4EIxEcQoNpTPUKRinsnWq3EAslsM
5pbUCiSW9f/G1bcb18u3IWKvEtyhXTfjGvsaRpjAm8DnYx8qCJMCfh5qjvKfGInk
IoWisYRXQP/1DthvnO3iRTEBzRfpf7CBReOqIUAmoXKqp088AQV+7oNYsV4GY5li
kXiCtw2TDCRqtBvbJ+xflQQ/k0ow9ZcYs6f5GaeTMx0ByNsiUlzXJclG+aL7h1lD
vptisY0thkQaRqx4YX4wCfquicRBKiJmA5E5RZzHiwyoyg0v+1LqDPdjMyOd/rAf
rWfWp1ADxgRwY7UssYZaQ7f7rvluKW4hIUEmBozJw+6wwoWTobmF2eYybEtMP9Zd
o+W1nXfDnMBVt3QA47g4q4OXUOGaQiQdxsCjMNEaWshSNPdz8ccYHzOteuzLQWDz
I5QgwkhFrFxRxi6AwuJ3Fb2Fh+02nZaR7gC1o3Dsn+ONgGiDdrqvXXBSIhbiZvu6
s8XC9z4vd6bK3sGmxkhMwzdRI9Mn17hOcJbwoUR2r3jPmuFmEwIDAQABo1EwTzAL
BgNVHQ8EBAMCAYYwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU1fZWy4/oolxi
aNE9lJBb186aGMQwEAYJKwYBBAGCNxUBBAMCAQAwDQYJKoZIhvcNAQELBQADggIB
AKylloy/u66m9tdxh0MxVoj9HDJxWzW31PCR8q834hTx8wImBT4WFH8UurhP+4my
sufUCcxtuVs7ZGVwZrfysVrfGgLz9VG4Z215879We+SEuSsem0CcJjT5RxiYadgc
17bRv49hwmfEte9gQ44QGzZJ5CDKrafBsSdlCfjN9Vsq0IQz8+8f8vWcC1iTN6B1
oN5y3mx1KmYi9YwGMFafQLkwqkB3FYLXi+zA07K9g8V3DB6urxlToE15cZ8PrzDO
Z/nWLMwiQXoH8pdCGM5ZeRBV3m8Q5Ljag2ZAFgloI1uXLiaaArtXjMW4umliMoCJ
nqH9wJJ8eyszGYQqY8UAaGL6n0eNmXpFOqfp7e5pQrXzgZtHVhB7/HA2hBhz6u/5
l02eMyPdJgu6Krc/RNyDJ/+9YVkrEbfKT9vFiwwcMa4y+Pi5Qvd/3GGadrFaBOER
PWZFtxhxvskkhdbz1LpBNF0SLSW5jaYTSG1LsAd9mZMJYYF0VyaKq2nj5NnHiMwk
2OxSJFwevJEU4pbe6wrant1fs1vb1ILsxiBQhyVAOvvH7s3+M+Vuw4QJVQMlOcDp
NV1lMaj2v6AJzSnHszYyLtyV84PBWs+LjfbqsyH4pO0eMQ62TBGrYAukEiMiF6M2
ZIKRBBLgq28ey1AFYbRA/1mGcdHVM2l8qXOKONdkDPFp
-----END CERTIFICATE-----`;

/** What Microsoft's own documents are held against. */
export function microsoftTrust(): OcsTrust {
  return {
    roots: [anchorByFingerprint(root2011)],
    timestampRoots: microsoftTime(),
    purposes: exchangePurposes,
    attributeCertificates: knownAttributeCertificates,
  };
}

/** Trust for another publisher: their roots, and for the time of signing theirs or Microsoft's unless others are given. */
export function publisherTrust(
  roots: readonly TrustAnchor[],
  {
    timestampRoots = [...roots, ...microsoftTime()],
    purposes = exchangePurposes,
    attributeCertificates = knownAttributeCertificates,
    revocationLists = [],
  }: Partial<OcsTrust> = {},
): OcsTrust {
  return { roots, timestampRoots, purposes, attributeCertificates, revocationLists };
}

/** The known attribute certificates and these; `any` stays. */
export function unreadOf(more: readonly string[] | 'any'): OcsTrust['attributeCertificates'] {
  return more === 'any' ? more : [...knownAttributeCertificates, ...more];
}

function microsoftTime(): readonly TrustAnchor[] {
  return anchorsFromPem(root2010Pem, 'built-in root').filter((anchor) => anchor.fingerprint === root2010);
}
