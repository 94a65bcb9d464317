import { describe, expect, it } from 'vitest';
import { decodeFeedConfig } from './index.ts';

const decode = (value: unknown) => decodeFeedConfig(value, 'agent.json: feeds[0]', '/var/lib/stopgap/feeds');

describe('a feed in the agent’s configuration', () => {
  it('needs a name and a url; its root is beside the configuration, its state in a folder of its own', () => {
    expect(decode({ name: 'demo', url: 'https://feed.example/' })).toEqual({
      name: 'demo',
      url: 'https://feed.example/',
      rootFile: '/var/lib/stopgap/root.json',
      stateFolder: '/var/lib/stopgap/feeds/demo',
      limits: {},
    });
  });

  it('may have no url: then it is fed by offline bundles', () => {
    expect(decode({ name: 'demo' })).not.toHaveProperty('url');
  });

  it('may name root, authorities, proxy and limits', () => {
    const config = decode({
      name: 'demo',
      url: 'https://feed.example/',
      rootFile: 'roots/demo.json',
      caFile: '/etc/ssl/inspection.pem',
      proxy: 'http://proxy.example:3128',
      limits: { documentBytes: 1000, idleTimeoutMs: 5000 },
    });
    expect(config).toMatchObject({
      rootFile: '/var/lib/stopgap/roots/demo.json',
      caFile: '/etc/ssl/inspection.pem',
      proxy: 'http://proxy.example:3128',
      limits: { documentBytes: 1000, idleTimeoutMs: 5000 },
    });
  });

  it.each([
    [{ url: 'https://feed.example/' }, /feeds\[0\]\.name: expected a text/],
    [{ name: '../up', url: 'https://feed.example/' }, /feeds\[0\]\.name: expected small letters, digits and dashes/],
    [{ name: 'demo', url: 'x', proxi: 'y' }, /unknown key "proxi"; known are name, url, rootFile/],
    [{ name: 'demo', url: 'x', limits: { bytes: 1 } }, /feeds\[0\]\.limits: unknown key "bytes"; known are rootBytes/],
    [{ name: 'demo', url: 'x', limits: { documents: -1 } }, /limits\.documents: expected a whole number/],
    ['demo', /feeds\[0\]: expected an object/],
  ])('is refused, naming the place: %j', (value, message) => {
    expect(() => decode(value)).toThrow(
      expect.objectContaining({ code: 'invalid-json', message: expect.stringMatching(message) }),
    );
  });
});
