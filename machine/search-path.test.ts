import { expect, it } from 'vitest';
import { trustedSearchPath } from './search-path.ts';

const stats = new Map([
  ['/opt/bin', { uid: 0, mode: 0o40755 }],
  ['/home/anna/bin', { uid: 1000, mode: 0o40755 }],
  ['/tmp', { uid: 0, mode: 0o41777 }],
  ['/usr/bin', { uid: 0, mode: 0o40755 }],
]);

it('root runs nothing out of folders of others, of everybody, or of wherever one happens to be', () => {
  const given = '.::/tmp:/home/anna/bin:/opt/bin:bin:/gone:/usr/bin';
  expect(trustedSearchPath(given, (folder) => stats.get(folder))).toBe(
    '/opt/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin',
  );
});

it('without a PATH there are the usual folders', () => {
  expect(trustedSearchPath(undefined, () => undefined)).toBe(
    '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  );
});
