import { describe, expect, it } from 'vitest';
import { createKey } from '../publish/keys.ts';
import { testAuthority } from '../testing/certificates.ts';
import { day, testClock } from '../testing/clock.ts';
import { memoryFiles } from '../testing/memory-files.ts';
import { startProxy } from '../testing/proxy.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { type Site, serveSite } from '../testing/site.ts';
import { type ConnectivityStep, connectivity, type FeedConfig } from './index.ts';

/** All steps of a feed's connectivity, as `step verdict`, with their details by step. */
async function walk(
  repository: SimulatedRepository,
  site: Pick<Site, 'url'>,
  change: Partial<FeedConfig> = {},
  caFile = '',
) {
  const files = memoryFiles();
  files.contents.set('/ca.pem', Buffer.from(caFile));
  const clock = testClock(repository.signedAt);
  const config = { name: 'test', url: site.url, root: repository.root, stateFolder: '/state', ...change };
  const given = { ...config, ...(caFile === '' ? {} : { caFile: '/ca.pem' }) };
  const steps: ConnectivityStep[] = [];
  for await (const step of connectivity(given, { files, clock, environment: {} })) steps.push(step);
  files.contents.delete('/ca.pem');
  expect([...files.contents.keys()]).toEqual([]);
  expect(steps.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  const detail = (name: string) => steps.find(({ step }) => step === name)?.detail;
  return { verdicts: steps.map(({ step, verdict }) => `${step} ${verdict}`), detail };
}

describe('connectivity', () => {
  it('goes the whole way, in order, and changes nothing on disk', async () => {
    const repository = await SimulatedRepository.released();
    const site = await serveSite(repository.served);
    const { verdicts, detail } = await walk(repository, site);
    expect(verdicts).toEqual([
      'configuration ok',
      'dns ok',
      'tcp ok',
      'proxy skipped',
      'tls skipped',
      'http ok',
      'signature ok',
      'freshness ok',
      'documents ok',
      'push skipped',
    ]);
    expect(detail('configuration')).toBe(
      `${site.url}, no proxy by this command's environment, enrolled with root version 1`,
    );
    expect(detail('tcp')).toBe(`the feed at 127.0.0.1 port ${site.port}`);
    expect(detail('signature')).toBe('signed as the root asks: root 1, timestamp 1, snapshot 1, targets 1');
    expect(detail('freshness')).toMatch(/^signed \S+, good until \S+$/);
    expect(detail('documents')).toBe('1 whole and as signed');
    expect(detail('push')).toBe('there is no push channel (status 404); news are found at the next look');
  });

  it('names proxy and certificate on the way, and the push channel at its end', async () => {
    const repository = await SimulatedRepository.released();
    const authority = testAuthority('Test Root CA');
    const site = await serveSite(
      repository.served,
      (request, response) =>
        request.url === '/events' && !!response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n'),
      authority.issue('localhost'),
    );
    const proxy = await startProxy();
    const { verdicts, detail } = await walk(repository, site, { proxy: proxy.url }, authority.cert);
    expect(verdicts.filter((line) => !line.endsWith(' ok'))).toEqual([]);
    expect(detail('configuration')).toMatch(/, through the proxy 127\.0\.0\.1:\d+, enrolled with root version 1$/);
    expect(detail('proxy')).toBe(`tunnel through 127.0.0.1:${proxy.port}`);
    expect(detail('tls')).toBe('TLSv1.3, certificate by Stopgap tests Test Root CA');
    expect(detail('push')).toBe('news arrive at once');
  });

  it('stops where it fails and says what was not tried', async () => {
    const repository = await SimulatedRepository.released();
    const { verdicts, detail } = await walk(repository, { url: 'http://127.0.0.1:1/' });
    expect(verdicts.slice(0, 4)).toEqual(['configuration ok', 'dns ok', 'tcp failed', 'proxy skipped']);
    expect(detail('tcp')).toMatch(/no connection to the feed at 127\.0\.0\.1:1 \(ECONNREFUSED\)/);
    expect(detail('push')).toBe('not tried: tcp failed');
  });

  it('names a wrong configuration', async () => {
    const repository = await SimulatedRepository.released();
    const { verdicts, detail } = await walk(repository, { url: 'nonsense' });
    expect(verdicts[0]).toBe('configuration failed');
    expect(detail('configuration')).toMatch(/the url of feed test must look like/);
    const broken = await walk(repository, { url: 'http://127.0.0.1:1/' }, { root: Buffer.from('{}') });
    expect(broken.verdicts[0]).toBe('configuration failed');
    expect(broken.detail('configuration')).toMatch(/the root given for feed test is no root signed by its own keys/);
  });

  it('tells a wrong signature from one that has run out', async () => {
    const forged = await SimulatedRepository.released();
    forged.impostors.set('timestamp', [createKey('ed25519')]);
    await forged.release();
    const first = await walk(forged, await serveSite(forged.served));
    expect(first.verdicts.slice(-5)).toEqual([
      'http ok',
      'signature failed',
      'freshness skipped',
      'documents skipped',
      'push skipped',
    ]);
    const stale = await SimulatedRepository.released();
    stale.roles.timestamp.expiresAt = stale.signedAt - day;
    await stale.release();
    const second = await walk(stale, await serveSite(stale.served));
    expect(second.verdicts.slice(-4)).toEqual([
      'signature ok',
      'freshness failed',
      'documents skipped',
      'push skipped',
    ]);
    expect(second.detail('freshness')).toMatch(/^the timestamp of the feed expired at /);
  });

  it('names a document that was changed on the way', async () => {
    const repository = await SimulatedRepository.released();
    for (const [name, bytes] of repository.served)
      if (name.startsWith('targets/')) repository.served.set(name, bytes.fill(0x20));
    const { verdicts, detail } = await walk(repository, await serveSite(repository.served));
    expect(verdicts.slice(-2)).toEqual(['documents failed', 'push skipped']);
    expect(detail('documents')).toMatch(/the document CVE-2022-41040\.xml is not the one that was signed/);
  });
});
