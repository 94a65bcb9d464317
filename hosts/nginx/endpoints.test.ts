import { describe, expect, it } from 'vitest';
import { endpointsOf } from './endpoints.ts';
import { protectedServers, serverBlocks } from './syntax/blocks.ts';
import { parseListen } from './syntax/listen.ts';
import { readTree } from './syntax/read-tree.ts';
import { layOut } from './testing/lay-out.ts';

/** `scheme://address:port host` of each endpoint of what stands in an http block. */
function endpoints(http: string, version = '1.22.1', sites?: readonly string[]): readonly string[] {
  const at = layOut({ files: [['nginx.conf', `http { ${http} }`]] });
  const servers = serverBlocks(readTree(at.source));
  at.remove();
  const found = endpointsOf(servers, protectedServers(servers, sites), { version, hostname: 'Machine' });
  return found.map(({ scheme, address, port, hostHeader }) => `${scheme}://${address}:${port} ${hostHeader}`);
}

describe('an address to listen on', () => {
  it.each([
    ['80', '*', 80],
    ['*:81', '*', 81],
    ['10.0.0.1', '10.0.0.1', 80],
    ['10.0.0.1:82', '10.0.0.1', 82],
    ['[::]:83', '::', 83],
    ['[::1]', '::1', 80],
    ['localhost:84', 'localhost', 84],
    ['8000-8010', '*', 8000],
    ['127.0.0.1:8000-8010', '127.0.0.1', 8000],
  ])('%s', (where, address, port) => {
    expect(parseListen([where])).toMatchObject({ address, port, unreachable: false });
  });

  it('may be one that cannot be probed', () => {
    expect(parseListen(['unix:/run/a.sock'])).toMatchObject({ unreachable: true });
    expect(parseListen(['443', 'quic', 'reuseport'])).toMatchObject({ unreachable: true });
    expect(parseListen(['80', 'proxy_protocol'])).toMatchObject({ unreachable: true });
    expect(parseListen([''])).toBeUndefined();
  });
});

describe('the endpoints', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'a name on every address',
      'server { listen 80; listen [::]:80; server_name a.example b.example; }',
      ['http://127.0.0.1:80 a.example', 'http://::1:80 a.example'],
    ],
    ['TLS', 'server { listen 443 ssl http2; server_name a.example; }', ['https://127.0.0.1:443 a.example']],
    [
      'TLS switched on for the block',
      'server { listen 443; ssl on; server_name a.example; }',
      ['https://127.0.0.1:443 a.example'],
    ],
    [
      'TLS switched on above, off here',
      'ssl on; server { listen 81; ssl off; server_name a.example; } server { listen 82; server_name b.example; }',
      ['http://127.0.0.1:81 a.example', 'https://127.0.0.1:82 b.example'],
    ],
    ['no listen at all', 'server { server_name a.example; }', ['http://127.0.0.1:80 a.example']],
    ['no name, but first at its address', 'server { listen 10.0.0.1:80; }', ['http://10.0.0.1:80 10.0.0.1']],
    ['no name, and an IPv6 address', 'server { listen [::1]:80; }', ['http://::1:80 [::1]']],
    [
      'no name, and another one first',
      'server { listen 80; server_name a.example; } server { listen 80; }',
      ['http://127.0.0.1:80 a.example'],
    ],
    [
      'the default server, though not the first',
      'server { listen 80; server_name a.example; } server { listen 80 default_server; server_name _; }',
      ['http://127.0.0.1:80 a.example', 'http://127.0.0.1:80 127.0.0.1'],
    ],
    [
      'only the catch-all name, and another one first',
      'server { listen 80; server_name a.example; } server { listen 80; server_name _; }',
      ['http://127.0.0.1:80 a.example', 'http://127.0.0.1:80 _'],
    ],
    [
      'names that are patterns',
      'server { listen 80; server_name ~^x *.a.example; } server { listen 80; server_name .b.example; } server { listen 80; server_name c.*; }',
      ['http://127.0.0.1:80 stopgap.a.example', 'http://127.0.0.1:80 b.example', 'http://127.0.0.1:80 c.invalid'],
    ],
    [
      'a regular expression, not first',
      'server { listen 80; } server { listen 80; server_name ~^x$; }',
      ['http://127.0.0.1:80 127.0.0.1'],
    ],
    ["the machine's name", 'server { listen 80; server_name $hostname; }', ['http://127.0.0.1:80 machine']],
    ['HTTP/2 without TLS', 'server { listen 80 http2; server_name a.example; }', []],
    ['a socket file', 'server { listen unix:/run/a.sock; server_name a.example; }', []],
    [
      'the same twice',
      'server { listen 80; listen *:80; listen localhost:80; server_name a.example; }',
      ['http://127.0.0.1:80 a.example'],
    ],
  ])('of %s', (_, http, expected) => {
    expect(endpoints(http)).toEqual(expected);
  });

  it('speak HTTP/1.1 beside HTTP/2 from nginx 1.25.1 on', () => {
    const http = 'server { listen 80 http2; server_name a.example; }';
    expect(endpoints(http, '1.25.0')).toEqual([]);
    expect(endpoints(http, '1.25.1')).toHaveLength(1);
    expect(endpoints(http, '1.27.0')).toHaveLength(1);
  });

  it('are those of the sites that are named', () => {
    const http = 'server { listen 80; server_name a.example; } server { listen 80; server_name b.example c.example; }';
    expect(endpoints(http, '1.22.1', ['C.example'])).toEqual(['http://127.0.0.1:80 b.example']);
  });
});
