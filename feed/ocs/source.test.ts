import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { pem } from '../der.ts';
import type { FeedLook, FeedSource } from '../source.ts';
import { testClock } from '../testing/clock.ts';
import { failingFiles } from '../testing/failing-files.ts';
import { serveSite } from '../testing/site.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { decodeOcsFeedConfig, type OcsFeedConfig } from './feed-config.ts';
import { ocsSource } from './source.ts';
import { now, plain, root, signed, signedAt, timeRoot } from './testing/publisher.ts';

const hour = 3_600_000;
const certificate = (der: Buffer) => pem('CERTIFICATE', der);
const at = (time: number, document = plain) => signed({ document, timestamp: { at: time } });
const changed = plain.replace('PING1', 'PING2');

async function bench(document: string | undefined, more: Partial<OcsFeedConfig> = {}) {
  const folder = temporaryFolder();
  const served = new Map<string, Buffer>();
  const publish = (text: string) => served.set('ocs', Buffer.from(text));
  if (document !== undefined) publish(document);
  const site = await serveSite(served);
  systemFiles.write(path.join(folder, 'root.pem'), certificate(root.der));
  systemFiles.write(path.join(folder, 'time.pem'), certificate(timeRoot.der));
  const files = failingFiles(systemFiles);
  const config: OcsFeedConfig = {
    name: 'ocs',
    url: `${site.url}ocs`,
    stateFolder: path.join(folder, 'feeds', 'ocs'),
    rootFile: path.join(folder, 'root.pem'),
    timeRootFile: path.join(folder, 'time.pem'),
    proxy: 'direct',
    ...more,
  };
  const clock = testClock(now);
  const open = () => ocsSource(config, { files, clock });
  return { open, source: open(), publish, served, site, clock, files, config };
}

const step = (look: FeedLook) => (look.ok ? 'ok' : look.trouble.step);
const ids = async (source: FeedSource) => {
  const look = await source.look();
  return look.ok ? look.documents.documents.map(({ name }) => name) : look.trouble;
};

describe('a source of an OCS-style feed', () => {
  it('has nothing before its first look', async () => {
    expect((await bench(undefined)).source.last()).toBeUndefined();
  });

  it('gives the mitigations of a document, as documents, with the time of its countersignature', async () => {
    const { source } = await bench(await at(signedAt));
    const look = await source.look();
    expect(look).toMatchObject({
      ok: true,
      documents: { version: signedAt / 1000, signedAt, documents: [{ name: 'PING1.xml' }] },
    });
    const text = look.ok ? Buffer.from(look.documents.documents[0]?.bytes ?? []).toString('utf8') : '';
    expect(text).toContain(`<mitigation schema="1" id="PING1" revision="${signedAt / 60_000}">`);
    expect(text).toContain('<title>Heartbeat &amp; no more</title>');
  });

  it('remembers without a network what it verified, over restarts', async () => {
    const { source, open, served } = await bench(await at(signedAt));
    const look = await source.look();
    served.clear();
    expect(open().last()).toEqual(look.ok && look.documents);
    expect(step(await open().look())).toBe('http');
    expect(open().last()).toEqual(look.ok && look.documents);
  });

  it('asks once when nothing is new, and then gets no body', async () => {
    const { source, site } = await bench(await at(signedAt));
    await source.look();
    site.forget();
    expect(await ids(source)).toEqual(['PING1.xml']);
    expect(site.requests).toEqual(['/ocs 304']);
  });

  it('takes newer documents, and raises the revision only of what says something else', async () => {
    const { source, publish } = await bench(await at(signedAt));
    const first = await source.look();
    publish(await at(signedAt + hour));
    const second = await source.look();
    expect(second.ok && second.documents.version).toBe((signedAt + hour) / 1000);
    expect(second.ok && second.documents.documents).toEqual(first.ok && first.documents.documents);
    publish(await at(signedAt + 2 * hour, plain.replace('no more', 'a little more')));
    const third = await source.look();
    const text = third.ok ? Buffer.from(third.documents.documents[0]?.bytes ?? []).toString('utf8') : '';
    expect(text).toContain(`revision="${(signedAt + 2 * hour) / 60_000}"`);
  });

  it('lets a mitigation go that the newest document does not hold any more', async () => {
    const { source, publish } = await bench(await at(signedAt));
    await source.look();
    publish(await at(signedAt + hour, changed));
    expect(await ids(source)).toEqual(['PING2.xml']);
  });
});

describe('a rollback is refused:', () => {
  it('a document countersigned earlier, also after a restart', async () => {
    const { source, open, publish } = await bench(await at(signedAt + hour));
    await source.look();
    publish(await at(signedAt));
    expect(step(await source.look())).toBe('rollback');
    expect(step(await open().look())).toBe('rollback');
    expect(open().last()?.signedAt).toBe(signedAt + hour);
  });

  it('but not the same document with other line ends', async () => {
    const document = await at(signedAt);
    const { source, publish } = await bench(document);
    const first = await source.look();
    publish(document.replaceAll('\n', '\r\n'));
    expect(await source.look()).toEqual(first);
  });

  it('another document of the very same time', async () => {
    const { source, publish } = await bench(await at(signedAt));
    await source.look();
    publish(await at(signedAt, changed));
    expect(step(await source.look())).toBe('rollback');
  });

  it('anything, once the record of the newest is damaged', async () => {
    const { source, open, config } = await bench(await at(signedAt));
    await source.look();
    systemFiles.write(path.join(config.stateFolder, 'ocs.json'), '{"at":');
    expect(step(await open().look())).toBe('disk');
    expect(open().last()).toBeUndefined();
  });

  it('a document without a countersignature, even while its certificate is valid', async () => {
    const { source, clock } = await bench(await signed({ timestamp: null }));
    clock.time = signedAt;
    expect(step(await source.look())).toBe('signature');
  });

  it('also when the document that was kept is gone from the disk', async () => {
    const { open, source, publish, config } = await bench(await at(signedAt + hour));
    await source.look();
    const { sha256 } = JSON.parse(
      systemFiles.read(path.join(config.stateFolder, 'ocs.json'))?.bytes.toString() ?? '{}',
    );
    systemFiles.remove(path.join(config.stateFolder, 'documents', sha256));
    expect(open().last()).toBeUndefined();
    publish(await at(signedAt));
    expect(step(await open().look())).toBe('rollback');
    publish(await at(signedAt + hour, changed));
    expect(step(await open().look())).toBe('rollback');
    publish(await at(signedAt + 2 * hour));
    expect(step(await open().look())).toBe('ok');
  });
});

describe('trouble is told by its step:', () => {
  it.each([
    ['an error page', '<html><br></html>', 'not-xml', 'content'],
    ['nothing', '', 'not-xml', 'content'],
    ['another document', plain, 'shape', 'signature'],
  ])('%s', async (_name, text, code, expected) => {
    const { source } = await bench(text);
    const look = await source.look();
    expect(look).toMatchObject({
      ok: false,
      trouble: { step: expected, reason: expect.stringContaining(`(${code})`) },
    });
  });

  it('a changed document', async () => {
    const { source } = await bench((await at(signedAt)).replace('no more', 'no MORE'));
    expect(await source.look()).toMatchObject({
      trouble: { step: 'signature', reason: expect.stringContaining('(digest)') },
    });
  });

  it('a redirect, which is not followed', async () => {
    const site = await serveSite(new Map(), (_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      return true;
    });
    const { open } = await bench(undefined, { url: site.url });
    expect(await open().look()).toMatchObject({ trouble: { step: 'http', reason: expect.stringContaining('302') } });
  });

  it('more bytes than may be read', async () => {
    const { source } = await bench('x'.repeat(1024 * 1024 + 1));
    expect(step(await source.look())).toBe('content');
  });

  it('a document that is too old for the configuration', async () => {
    const { source, clock } = await bench(await at(signedAt), { maximumAgeDays: 7 });
    expect(step(await source.look())).toBe('expired');
    clock.time = signedAt + hour;
    expect(step(await source.look())).toBe('ok');
  });

  it('a root that is not there, and a url that is none', async () => {
    const { open } = await bench(undefined, { rootFile: '/nowhere/root.pem' });
    expect(await open().look()).toMatchObject({
      trouble: { step: 'configuration', reason: expect.stringContaining('/nowhere') },
    });
    const { source } = await bench(undefined, { url: 'ftp://127.0.0.1/' });
    expect(step(await source.look())).toBe('configuration');
  });

  it('a document for other roots: Microsoft is trusted only where nothing else is said', async () => {
    const { rootFile: _rootFile, ...others } = (await bench(undefined)).config;
    const { site } = await bench(await at(signedAt));
    const source = ocsSource({ ...others, url: `${site.url}ocs` }, { clock: testClock(now) });
    expect(await source.look()).toMatchObject({ trouble: { reason: expect.stringContaining('untrusted-root') } });
  });
});

describe('a disk that fails at any instant', () => {
  it('leaves the floor as it was or as it should be, and the next look goes on', async () => {
    const newer = await at(signedAt + hour);
    const older = await at(signedAt);
    for (let writes = 0; writes < 4; writes += 1) {
      const { source, open, publish, files } = await bench(older);
      await source.look();
      publish(newer);
      files.remaining = writes;
      const look = await source.look();
      files.remaining = Number.POSITIVE_INFINITY;
      const last = open().last();
      expect([signedAt, signedAt + hour]).toContain(last?.signedAt);
      if (look.ok) expect(last?.signedAt).toBe(signedAt + hour);
      expect(step(await open().look())).toBe('ok');
      expect(open().last()?.signedAt).toBe(signedAt + hour);
    }
  });
});

describe('the configuration', () => {
  const entry = { kind: 'ocs', name: 'exchange', url: 'https://127.0.0.1/mitigations' };
  it('needs a name and a url; files are found beside the folder of feeds', () => {
    expect(decodeOcsFeedConfig(entry, 'x', '/var/lib/stopgap/feeds')).toEqual({
      name: 'exchange',
      url: entry.url,
      stateFolder: '/var/lib/stopgap/feeds/exchange',
    });
    const rooted = decodeOcsFeedConfig(
      { ...entry, rootFile: 'own.pem', maximumAgeDays: 30 },
      'x',
      '/var/lib/stopgap/feeds',
    );
    expect(rooted).toMatchObject({ rootFile: '/var/lib/stopgap/own.pem', maximumAgeDays: 30 });
  });

  it.each([
    [{ ...entry, kind: 'tuf' }, 'kind'],
    [{ ...entry, name: '../../etc' }, 'x.name'],
    [{ ...entry, usages: ['code signing'] }, 'x.usages'],
    [{ ...entry, maximumAgeDays: 0 }, 'maximumAgeDays'],
    [{ ...entry, roots: [] }, 'roots'],
  ])('is refused with its place: %j', (value, place) => {
    expect(() => decodeOcsFeedConfig(value, 'x', '/feeds')).toThrow(place);
  });
});
