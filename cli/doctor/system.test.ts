import { expect, it } from 'vitest';
import { writable } from './system.ts';

it('reads what a unit lets the service write to, blanks in paths included', () => {
  expect(writable('-/etc/nginx -/srv/my state /run', 'systemd/system.control')).toEqual([
    '/etc/nginx',
    '/srv/my state',
    '/run',
    '/etc/systemd/system.control',
  ]);
  expect(writable('', '')).toEqual([]);
});
