import { describe, expect, it } from 'vitest';
import { endpointsOf } from './endpoints.ts';
import { parseDirectives } from './httpd/directives.ts';
import { parseFacts } from './httpd/facts.ts';

/** Endpoints from what Apache prints of virtual hosts, and from directives, a place for each: `line → directive`. */
function endpoints(hosts: readonly string[], directives: readonly string[], modules: readonly string[] = ['ssl']) {
  const facts = [
    'VirtualHost configuration:',
    ...hosts,
    'ServerRoot: "/etc"',
    ...modules.map((name) => ` ${name}_module (shared)`),
  ];
  const printed = ['# In file: /c', ...directives.flatMap((line, at) => [`#  ${at + 1}:`, line])];
  const found = endpointsOf(parseFacts(facts.join('\n')), parseDirectives(printed.join('\n')));
  return found.map(
    ({ scheme, address, port, hostHeader }) =>
      `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port} ${hostHeader}`,
  );
}

describe('endpoints', () => {
  it('are the virtual hosts that something listens for, each by its name', () => {
    const hosts = [
      '*:80                   is a NameVirtualHost',
      '         default server a.example (/c:2)',
      '         port 80 namevhost a.example (/c:2)',
      '                 alias www.a.example',
      '         port 80 namevhost b.example (/c:4)',
      '                 wild alias *.b.example',
      '*:8080                 c.example (/c:6)',
    ];
    const directives = [
      'Listen 80',
      '<VirtualHost *:80>',
      '</VirtualHost>',
      '<VirtualHost *:80>',
      '</VirtualHost>',
      '<VirtualHost *:8080>',
      '</VirtualHost>',
    ];
    expect(endpoints(hosts, directives)).toEqual(['http://127.0.0.1:80 a.example', 'http://127.0.0.1:80 b.example']);
  });

  it.each([
    ['Listen 80', '*:80', 'http://127.0.0.1:80'],
    ['Listen 0.0.0.0:80', '*:80', 'http://127.0.0.1:80'],
    ['Listen 10.0.0.5:80', '*:80', 'http://10.0.0.5:80'],
    ['Listen 80', '10.0.0.5:80', 'http://10.0.0.5:80'],
    ['Listen 10.0.0.5:80', '10.0.0.6:80', undefined],
    ['Listen [::1]:80', '[::1]:80', 'http://[::1]:80'],
    ['Listen [::]:80', '_default_:80', 'http://[::1]:80'],
    ['Listen 8443 https', '*:*', 'https://127.0.0.1:8443'],
    ['Listen 443', '*:443', 'https://127.0.0.1:443'],
    ['Listen 443 http', '*:443', 'http://127.0.0.1:443'],
  ])('where there is "%s" and a host at %s: %s', (listen, at, wanted) => {
    const found = endpoints([`${at}      a.example (/c:2)`], [listen, `<VirtualHost ${at}>`, '</VirtualHost>']);
    expect(found.filter((one) => one.endsWith(' a.example'))).toEqual(
      wanted === undefined ? [] : [`${wanted} a.example`],
    );
  });

  it('speak TLS where SSLEngine says so, on any port', () => {
    const host = ['*:8443      a.example (/c:2)'];
    const section = (engine: string) => ['Listen 8443', '<VirtualHost *:8443>', engine, '</VirtualHost>'];
    expect(endpoints(host, section('SSLEngine on'))).toEqual(['https://127.0.0.1:8443 a.example']);
    expect(endpoints(host, section('sslengine off'))).toEqual(['http://127.0.0.1:8443 a.example']);
  });

  it('are told apart where a host with an address of its own is looked for first', () => {
    const hosts = ['127.0.0.1:80      own.example (/c:2)', '*:80      any.example (/c:4)'];
    const directives = [
      'Listen 80',
      '<VirtualHost 127.0.0.1:80>',
      '</VirtualHost>',
      '<VirtualHost *:80>',
      '</VirtualHost>',
    ];
    expect(endpoints(hosts, directives)).toEqual([
      'http://127.0.0.1:80 own.example',
      'http://127.0.0.2:80 any.example',
    ]);
  });

  it('are also the main server, where no virtual host stands before it', () => {
    const directives = ['ServerName main.example:80', 'Listen 80', 'Listen 81', '<VirtualHost *:80>', '</VirtualHost>'];
    expect(endpoints(['*:80      a.example (/c:4)'], directives)).toEqual([
      'http://127.0.0.1:80 a.example',
      'http://127.0.0.1:81 main.example',
    ]);
    expect(endpoints([], ['Listen 80'])).toEqual(['http://127.0.0.1:80 127.0.0.1']);
  });

  it('leave out what speaks the PROXY protocol', () => {
    const directives = ['Listen 80', '<VirtualHost *:80>', 'RemoteIPProxyProtocol On', '</VirtualHost>'];
    expect(endpoints(['*:80      a.example (/c:2)'], directives)).toEqual([]);
  });
});
