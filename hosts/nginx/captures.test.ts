import { systemFiles } from '@stopgap/machine';
import { afterEach, expect, it } from 'vitest';
import { refusing } from '../../tests/rule-hosts/actions.ts';
import { type AtWork, filesOf, performAll, putToWork, twoSites } from './testing/at-work.ts';

let at: AtWork | undefined;
afterEach(() => at?.remove());

const one = refusing('one');
const none = new Map<string, string>();

it('keeps what a server_name took once there is one that takes something, and only then', async () => {
  at = putToWork({}, systemFiles, twoSites);
  const { host, file } = at;
  const kept = () => systemFiles.read(file('stopgap/server.conf'))?.bytes.includes('captures are kept');
  await performAll(host, await host.plan([one], none));
  expect(kept()).toBe(false);
  const site = String(systemFiles.read(file('sites-available/b'))?.bytes);
  systemFiles.write(file('sites-available/b'), site.replace('b.example', '~^(www\\.)?(.+)$'));
  const plan = await host.plan([one], none);
  expect(plan.findings).toMatchObject([{ presence: 'drifted' }]);
  expect(filesOf(plan)).toEqual(['server.conf']);
  await performAll(host, plan);
  expect(kept()).toBe(true);
  systemFiles.write(file('sites-available/b'), site.replace('b.example', '~^www[.]b'));
  await performAll(host, await host.plan([one], none));
  expect(kept()).toBe(false);
});
