import { expect, it } from 'vitest';
import { expectedListening } from './listening.ts';
import { withMarks } from './marks.ts';
import { parseFile } from './sections.ts';

const pools = `[shop]
listen = run/$pool.sock
[blog]
prefix = /srv/$pool
listen = blog.sock
[wiki]
listen = $prefix/wiki.sock
[a]
listen = /run/a.sock
[b]
listen = 127.0.0.1:9000
[c]
listen = 9001
`;

it('is on the paths that PHP-FPM makes of relative ones, and on ports as they are written', () => {
  const state = { bytes: Buffer.from(pools), mode: 0o644, uid: 0, gid: 0 };
  const text = withMarks(pools, new Set(['wiki', 'c']), undefined);
  const file = { path: '/etc/php/fpm.conf', state, text, bare: pools, parsed: parseFile(pools) };
  expect(expectedListening([file], '/opt/php')).toEqual({
    open: ['/opt/php/run/shop.sock', '/srv/blog/blog.sock', '/run/a.sock', '127.0.0.1:9000'],
    closed: ['/opt/php/wiki.sock', '9001'],
  });
});
