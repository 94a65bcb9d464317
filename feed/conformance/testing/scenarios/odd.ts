import { expect } from 'vitest';
import { put } from '../../../testing/json.ts';
import { openBench, type Scenario } from '../bench.ts';

const artifact = 'CVE-2022-41040.xml';

/** A change of a role's signed part, by the path in it; everything is properly signed afterwards. */
type Oddity = readonly [what: string, role: string, path: readonly string[], value: unknown];

const key = (keytype: string, scheme: string, keyval: object) => ({ keytype, scheme, keyval });
const role = (change: object) => ({ name: 'a', keyids: [], threshold: 1, terminating: false, paths: ['*'], ...change });
const delegations = (...roles: readonly object[]) => ({ keys: {}, roles });

/** What the specification allows, and other publishers do. */
const legal: readonly Oddity[] = [
  ...['1.0', '1.0.0', '1.0.99', '1.1', '1.31.0'].map(
    (version): Oddity => [`the specification’s version ${version}`, 'timestamp', ['spec_version'], version],
  ),
  ['fields that nobody knows, deep and long', 'targets', ['x-more'], { a: [{ b: 'ü'.repeat(5000) }], c: null }],
  ['custom data of an artifact', 'targets', ['targets', artifact, 'custom'], { a: [1, 'ü', null], b: { c: true } }],
  ['an unknown field of an artifact', 'targets', ['targets', artifact, 'x-note'], 'x'],
  ['a hash that is not known beside one that is', 'targets', ['targets', artifact, 'hashes', 'blake9'], 'ab'],
  ['delegations to nobody', 'targets', ['delegations'], delegations()],
  ['a key of an unknown kind', 'root', ['keys', 'a1'], key('sigstore-oidc', 'Fulcio', { identity: 'a', issuer: 'b' })],
  ['a key whose public half is none', 'root', ['keys', 'a2'], key('ed25519', 'ed25519', { public: 'zz' })],
  ['a key that no role names', 'root', ['keys', 'a3'], key('ed25519', 'ed25519', { public: 'ab'.repeat(32) })],
  ['a role that nobody knows', 'root', ['roles', 'mirrors'], { keyids: [], threshold: 1 }],
  ['files in the snapshot that nobody delegates to', 'snapshot', ['meta', 'other.json'], { version: 7 }],
];

/** What it does not allow, although JavaScript or a lenient reader would take it. */
const illegal: readonly Oddity[] = [
  [
    'a delegation by paths and by prefixes of hashes',
    'targets',
    ['delegations'],
    delegations(role({ path_hash_prefixes: ['0'] })),
  ],
  ['two delegations of one name', 'targets', ['delegations'], delegations(role({}), role({}))],
  ['a delegation to a role called snapshot', 'targets', ['delegations'], delegations(role({ name: 'snapshot' }))],
  ['an artifact of a length below nothing', 'targets', ['targets', artifact, 'length'], -1],
  ['an artifact without a length', 'targets', ['targets', artifact, 'length'], undefined],
  ['a second file in the timestamp', 'timestamp', ['meta', 'other.json'], { version: 7 }],
  ['no word on consistent snapshots', 'root', ['consistent_snapshot'], undefined],
  ['no type', 'targets', ['_type'], undefined],
  ...[
    '2999-01-01',
    '2999-02-31T00:00:00Z',
    '2999-01-01T24:00:00Z',
    '2999-01-01T00:00:00+02:00',
    '2999-01-01T00:00:00.5Z',
    '2999-01-01T00:00:00',
    'January 1, 2999',
    '+002999-01-01T00:00:00Z',
  ].map((date): Oddity => [`an expiry at ${date}`, 'timestamp', ['expires'], date]),
];

async function outcomeOf([, changed, path, value]: Oddity): Promise<string> {
  const { repository, ...bench } = await openBench();
  repository.edits.set(changed, (signed) => put(signed, path, value));
  if (changed === 'root') await repository.rotateRoot(() => {});
  else await repository.release();
  return `${await bench.refresh()} ${await bench.download(artifact)}`;
}

/** What is odd: legal things that a reader must not stumble over, and illegal ones that it must not pass over. */
export const odd: readonly Scenario[] = [
  ...legal.map((one) => ({
    name: `legal: ${one[0]}: taken`,
    run: async () => expect(await outcomeOf(one)).toBe('ok ok'),
  })),
  ...illegal.map((one) => ({
    name: `illegal: ${one[0]}: refused`,
    run: async () => expect(await outcomeOf(one)).toMatch(/^(?:content|signature) (?:content|signature)$/),
  })),
];
