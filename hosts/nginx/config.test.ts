import { describe, expect, it } from 'vitest';
import { decodeNginxHost } from './config.ts';
import { parseBuild } from './running/binary.ts';

describe("the host's entry in the agent's configuration", () => {
  it('needs no more than its kind', () => {
    expect(decodeNginxHost({ kind: 'nginx' }, 'hosts[0]')).toMatchObject({ kind: 'nginx' });
    const full = { kind: 'nginx', name: 'web', folder: '/etc/nginx/stop.gap', sites: ['', 'a'], reload: 'systemctl' };
    expect(decodeNginxHost(full, 'hosts[0]')).toMatchObject(full);
  });

  it.each([
    [{ kind: 'nginx', folders: '/x' }, 'hosts[0]: unknown key "folders"'],
    [{ kind: 'nginx', folder: 'stopgap' }, 'folder: expected an absolute path'],
    [{ kind: 'nginx', folder: '/etc/my nginx' }, 'folder: "/etc/my nginx" cannot hold our files'],
    [{ kind: 'nginx', folder: '/etc/nginx/*' }, 'cannot hold our files'],
    [{ kind: 'nginx', folder: '/etc/nginx/../x' }, 'cannot hold our files'],
    [{ kind: 'nginx', folder: '/etc/nginx;' }, 'cannot hold our files'],
    [{ kind: 'nginx', folder: '/etc/nginx/' }, 'cannot hold our files'],
    [{ kind: 'nginx', prefix: 'x' }, 'prefix: expected an absolute path'],
    [{ kind: 'nginx', reload: 'kill' }, 'reload: expected one of "signal", "systemctl"'],
  ])('%j is refused', (config, message) => {
    expect(() => decodeNginxHost(config, 'hosts[0]')).toThrow(message);
  });
});

describe('what nginx -V says', () => {
  it('is read with quoted arguments', () => {
    const build = parseBuild(
      "nginx version: openresty/1.21.4.1\nbuilt by gcc\nconfigure arguments: --with-cc-opt='-g --x=1 -O2' --prefix=/opt/x --without-pcre --conf-path=/e/n.conf",
    );
    expect(build?.version).toBe('1.21.4.1');
    expect([...(build?.options ?? [])]).toEqual([
      ['with-cc-opt', '-g --x=1 -O2'],
      ['prefix', '/opt/x'],
      ['without-pcre', ''],
      ['conf-path', '/e/n.conf'],
    ]);
  });

  it('is not taken from something else', () => {
    expect(parseBuild('Server version: Apache/2.4')).toBeUndefined();
  });
});
