import { expect, it } from 'vitest';
import { taskFacts, writable } from './system.ts';

it('reads what a unit lets the service write to, blanks in paths included', () => {
  expect(writable('-/etc/nginx -/srv/my state /run', 'systemd/system.control')).toEqual([
    '/etc/nginx',
    '/srv/my state',
    '/run',
    '/etc/systemd/system.control',
  ]);
  expect(writable('', '')).toEqual([]);
});

it.each([
  ['there is none', undefined, { installed: false, active: false }],
  ['it runs', { running: true, enabled: true, result: 0x41301 }, { installed: true, active: true, failed: undefined }],
  ['it was never started', { running: false, enabled: true, result: 0x41303 }, { active: false, failed: undefined }],
  ['it was ended', { running: false, enabled: true, result: 0x41306 }, { active: false, failed: undefined }],
  ['it failed', { running: false, enabled: true, result: 1 }, { active: false, failed: 'its last run ended with 0x1' }],
  ['it is disabled', { running: false, enabled: false, result: 0 }, { active: false, enabled: false }],
])('tells of the task on Windows that %s', (_name, state, expected) => {
  expect(taskFacts(state)).toMatchObject(expected);
});
