import { describe, expect, it } from 'vitest';
import { delegate } from '../testing/delegates.ts';
import { benchFor, looked } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { isPlainPattern, refuseCrowds } from './bounds.ts';
import { openTrust } from './trust.ts';

describe('metadata that would keep a reader busy', () => {
  it('is refused before its signatures are looked at: a root of a hundred kilobytes of keys', async () => {
    const { root } = await SimulatedRepository.released();
    const crowded = JSON.parse(root.toString());
    for (let n = 0; n < 1800; n++)
      crowded.signed.keys[`k${n}`] = { keytype: 'x', scheme: 'x', keyval: { public: `${n}` } };
    const bytes = Buffer.from(JSON.stringify(crowded));
    expect(() => openTrust(bytes)).toThrow(/^root\.json has 18\d\d entries under "keys" and 256 are the most read/);
    expect(() => openTrust(root).takeRoot(bytes)).toThrow(/^2\.root\.json has/);
  });

  it.each([
    ['signatures', { signatures: Array.from({ length: 257 }, () => ({})) }],
    ['keys', { signed: { delegations: { keys: tableOf(257) } } }],
    ['roles', { signed: { delegations: { roles: Array.from({ length: 257 }, () => ({})) } } }],
    ['keyids', { signed: { roles: { root: { keyids: Array.from({ length: 257 }, () => '') } } } }],
    ['meta', { signed: { meta: tableOf(1025) } }],
    ['targets', { signed: { targets: tableOf(1501) } }],
  ])('is refused where it has too many %s', (_name, value) => {
    expect(() => refuseCrowds(Buffer.from(JSON.stringify(value)), 'x.json')).toThrow('x.json has');
  });

  it.each(['not JSON', 'null', '[]', '{"signed":[1]}', '{"signed":{"keys":3,"roles":[null]}}'])(
    'leaves %s to the reader behind',
    (text) => {
      refuseCrowds(Buffer.from(text), 'x.json');
    },
  );
});

describe('patterns of paths', () => {
  it.each(['exchange/*', '*', 'a-?.xml', '*/x[a-c]*.xml', 'a[!b].xml', 'CVE-*/*.xml', 'a+b@c/', ''])(
    'takes %s',
    (pattern) => {
      expect(isPlainPattern(pattern)).toBe(true);
    },
  );

  it.each([
    '{1..1000000}',
    '+(a|+(a|aa))',
    '!x',
    '#x',
    'a/!b',
    'a\\*',
    '[',
    '*a*b*c*d',
    'x'.repeat(257),
    '[a(]',
    '@(a)',
  ])('refuses %s', (pattern) => {
    expect(isPlainPattern(pattern)).toBe(false);
  });

  it('refuses a feed that delegates by one that is not of the specification', async () => {
    const repository = await SimulatedRepository.released();
    const role = delegate('exchange', ['+(a|+(a|aa))'], { [`${'a'.repeat(40)}b`]: 'x' });
    repository.delegates.push(role);
    await repository.release();
    const { source } = await benchFor(repository);
    expect(await source.look()).toMatchObject({
      ok: false,
      trouble: { step: 'content', reason: expect.stringContaining('delegates "+(a|+(a|aa))" to exchange') },
    });
    repository.delegates[0] = { ...role, version: 2, paths: ['a*b'], documents: new Map([['aab', Buffer.from('x')]]) };
    await repository.release();
    expect((await looked(source)).documents.map(({ name }) => name)).toContain('aab');
  });
});

function tableOf(count: number): Record<string, object> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, {}]));
}
