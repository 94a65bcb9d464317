import { generateKeyPairSync } from 'node:crypto';
import { type Files, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { parseDirectives } from './httpd/directives.ts';
import { parseFacts } from './httpd/facts.ts';
import { reloadRisks } from './risks.ts';

/** Somebody's, whose key nobody has any more. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBbjCCARWgAwIBAgIUZQiJi8kGs5g1PQdKeu+KquHPzUkwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAgFw0yNjExMjIwMzU1MTFaGA8yMTI2MTAyOTAzNTUxMVow
DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJZzqXefLxc9
YDxaU8ySUh7LlmvrSwcPQt5xi4gLJNQajiAVkRxj+ycTsynKyUy2NrdyCm1KV+1G
hIsenlJZgcejUzBRMB0GA1UdDgQWBBRSvOXgRAMkS7ZzdxXznSeSn181SjAfBgNV
HSMEGDAWgBRSvOXgRAMkS7ZzdxXznSeSn181SjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0cAMEQCICznXjpqY52bwsrXDbqR5H1OrdCGKWZFRCz+sH25V2IG
AiAsJS58UhmGBIM1i2XZr49qnY0P8JrIdSarEphsaVMy0g==
-----END CERTIFICATE-----
`;
const key = (passphrase?: string) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return privateKey.export({ format: 'pem', type: 'pkcs8', ...cipher }).toString();
};
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

const pair = ['SSLCertificateFile tls/own.crt', 'SSLCertificateKeyFile /tls/own.key'];
const hostWith = (engine: string) => ['<VirtualHost *:443>', engine, ...pair, '</VirtualHost>'];

/** What stands against a reload of a host with these files; `undefined`: the file is not there. */
function risks(crt: string | undefined, own: string | undefined, engine = 'SSLEngine on', lines = hostWith(engine)) {
  const directives = parseDirectives(
    ['# In file: /c', ...lines.flatMap((line, at) => [`#  ${at + 1}:`, line])].join('\n'),
  );
  const files: Files = {
    ...systemFiles,
    read: (file) => {
      const text = new Map([
        ['/etc/tls/own.crt', crt],
        ['/tls/own.key', own],
      ]).get(file);
      return text === undefined ? undefined : { bytes: Buffer.from(text), mode: 0o600, uid: 0, gid: 0 };
    },
  };
  return reloadRisks(directives, parseFacts('ServerRoot: "/etc"\n'), files);
}

describe('what a reload would not survive', () => {
  it.each([
    ['a key of another certificate', certificate, key(), '/tls/own.key is not the key of tls/own.crt (/c:4)'],
    [
      'the same behind other blocks',
      `chain\n${certificate}${certificate}`,
      parameters + key(),
      '/tls/own.key is not the key of tls/own.crt (/c:4)',
    ],
    ['a certificate that is none', 'oops', key(), 'there is no readable certificate in tls/own.crt (/c:3)'],
    [
      'a damaged certificate',
      certificate.replace('MII', 'AAA'),
      key(),
      'there is no readable certificate in tls/own.crt (/c:3)',
    ],
    ['no certificate', undefined, key(), 'there is no readable certificate in tls/own.crt (/c:3)'],
    ['a key that is none', certificate, certificate, 'there is no readable private key in /tls/own.key (/c:4)'],
    ['no key', certificate, undefined, 'there is no readable private key in /tls/own.key (/c:4)'],
  ])('is %s, with its place', (_, crt, own, risk) => {
    expect(risks(crt, own)).toEqual([risk]);
  });

  it.each([
    ['the server alone', ['SSLEngine optional', ...pair]],
    ['a host that has them from the server', [...pair, '<VirtualHost *:443>', 'SSLEngine on', '</VirtualHost>']],
    [
      'two hosts, said once',
      [
        ...pair,
        ...[
          '<VirtualHost *:443>',
          'SSLEngine on',
          '</VirtualHost>',
          '<VirtualHost *:444>',
          'SSLEngine on',
          '</VirtualHost>',
        ],
      ],
    ],
  ])('is found for %s', (_, lines) => {
    expect(risks('oops', key(), '', lines)).toEqual([
      expect.stringContaining('no readable certificate in tls/own.crt'),
    ]);
  });

  it('is not a key with a passphrase, of which nobody can tell, nor what a host without TLS names', () => {
    expect(risks(certificate, key('secret'))).toEqual([]);
    expect(risks('oops', 'oops', 'SSLEngine off')).toEqual([]);
  });
});
