import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { decodeFeeds } from './feeds.ts';

const decode = (...feeds: readonly unknown[]) => decodeFeeds(feeds, 'agent.json', '/state/feeds');
const web = { name: 'web', url: 'https://feed.example/' };

it('a feed is of the TUF kind unless it says otherwise, and speaks for everything unless it says otherwise', async () => {
  expect(
    await decode(web, { ...web, name: 'two', kind: 'tuf', products: ['nginx'], actions: ['urlRewrite'] }),
  ).toMatchObject([
    { kind: 'tuf', scope: {}, config: { name: 'web' } },
    { kind: 'tuf', scope: { products: ['nginx'], actions: ['urlRewrite'] }, config: { name: 'two' } },
  ]);
  expect(await decode({ ...web, kind: 'ocs', products: [] })).toMatchObject([
    { kind: 'ocs', scope: { products: [] }, config: { name: 'web', stateFolder: '/state/feeds/web' } },
  ]);
});

it.each<[unknown[], RegExp]>([
  [[{ ...web, kind: 'rss' }], /agent\.json: feeds\[0\]: kind "rss" is not known; known are tuf, ocs/],
  [[web, { ...web, kind: 'ocs' }], /agent\.json: two feeds are called "web"/],
  [[{ ...web, products: 'nginx' }], /feeds\[0\]\.products: expected a list/],
  [[{ ...web, actions: ['shell'] }], /feeds\[0\]\.actions\[0\]: expected one of "urlRewrite"/],
  [[{ ...web, product: ['nginx'] }], /feeds\[0\]: unknown key "product"/],
  [
    [{ kind: 'ocs', name: 'x', url: 'y', attributeCertificates: ['AB'] }],
    /attributeCertificates: expected "any", or digests/,
  ],
  [['web'], /feeds\[0\]: expected an object/],
])('a feed is refused, naming the place: %j', async (feeds, why) => {
  await expect(decode(...feeds)).rejects.toThrow(why);
});

it('what OCS-style feeds need is not in memory where none is configured', () => {
  const script = `
    const { decodeFeeds, sourceFor } = await import(${JSON.stringify(path.join(import.meta.dirname, 'feeds.ts'))});
    await import(${JSON.stringify(path.join(import.meta.dirname, 'composition.ts'))});
    const { Module } = await import('node:module');
    const loaded = () => Object.keys(Module._cache).filter((file) => /xml-crypto|xmldom|xpath/.test(file)).length > 0;
    const open = async (feed) => { for (const entry of await decodeFeeds([feed], 'agent.json', '/state/feeds')) await sourceFor(entry, {}); };
    await open(${JSON.stringify(web)});
    const before = loaded();
    await open(${JSON.stringify({ ...web, kind: 'ocs' })});
    process.stdout.write(JSON.stringify([before, loaded()]));`;
  const { stdout, stderr } = spawnSync(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    script,
  ]);
  expect([stderr.toString(), stdout.toString()]).toEqual(['', '[false,true]']);
}, 60_000);
