import { describe, expect, it } from 'vitest';
import { proxyAuthorization, proxyFor } from './proxy.ts';

const chosen = (url: string, environment: Record<string, string>, setting?: string) =>
  proxyFor(new URL(url), setting, environment)?.host;

describe('the proxy for a URL', () => {
  it('is the one of the scheme, in either case, lower case first', () => {
    const environment = { http_proxy: 'http://a:1', HTTP_PROXY: 'http://b:2', HTTPS_PROXY: 'c:3' };
    expect(chosen('http://feed.example/', environment)).toBe('a:1');
    expect(chosen('https://feed.example/', environment)).toBe('c:3');
  });

  it('is that for all schemes where the scheme has none', () => {
    expect(chosen('https://feed.example/', { ALL_PROXY: 'http://all:4' })).toBe('all:4');
  });

  it('is none without a setting or a variable', () => {
    expect(chosen('https://feed.example/', {})).toBeUndefined();
    expect(chosen('https://feed.example/', { https_proxy: '' })).toBeUndefined();
  });

  it('is the setting, whatever the environment says', () => {
    expect(chosen('https://feed.example/', { https_proxy: 'a:1', no_proxy: '*' }, 'http://set:5')).toBe('set:5');
    expect(chosen('https://feed.example/', { https_proxy: 'a:1' }, 'direct')).toBeUndefined();
  });

  it.each([
    ['*', 'http://feed.example/', true],
    ['feed.example', 'http://feed.example/', true],
    ['FEED.example', 'http://feed.EXAMPLE/', true],
    ['.example', 'http://feed.example/', true],
    ['*.example', 'http://feed.example/', true],
    ['example', 'http://feed.example/', true],
    ['ample', 'http://feed.example/', false],
    ['a.b, feed.example', 'http://feed.example/', true],
    ['feed.example:80', 'http://feed.example/', true],
    ['feed.example:443', 'http://feed.example/', false],
    ['127.0.0.1', 'http://127.0.0.1:8030/', true],
    ['0.0.1', 'http://127.0.0.1:8030/', false],
    ['::1', 'http://[::1]:8030/', true],
    ['[::1]', 'http://[::1]:8030/', true],
    ['', 'http://feed.example/', false],
  ])('NO_PROXY %j and %s: exempt %s', (list, url, exempt) => {
    expect(chosen(url, { http_proxy: 'p:1', NO_PROXY: list }) === undefined).toBe(exempt);
  });

  it.each(['socks5://proxy:1080', 'http://', 'not a proxy at all'])('cannot be %j', (setting) => {
    expect(() => proxyFor(new URL('http://feed.example/'), setting, {})).toThrow(/the proxy setting must look like/);
  });

  it('gets user and password, unescaped', () => {
    const expected = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`;
    expect(proxyAuthorization(new URL('http://anna:p%40ss@proxy:1'))).toBe(expected);
    expect(proxyAuthorization(new URL('http://proxy:1'))).toBeUndefined();
  });
});
