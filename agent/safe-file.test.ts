import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAgentConfig } from './config.ts';
import { readPolicy } from './policy/store.ts';
import { refuseUnsafeFile } from './safe-file.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-safe-'));
  fs.writeFileSync(path.join(folder, 'agent.json'), '{"hosts":[]}', { mode: 0o600 });
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const config = () => path.join(folder, 'agent.json');
const refused = expect.objectContaining({ code: 'untrusted-file' });

describe.skipIf(process.platform === 'win32')('what decides what is done as root', () => {
  it('is taken from files that nobody else may write', () => {
    fs.chmodSync(config(), 0o644);
    expect(readAgentConfig(systemFiles, folder).hosts).toEqual([]);
  });

  it('is not taken from a configuration that everybody may write', () => {
    fs.chmodSync(config(), 0o666);
    expect(() => readAgentConfig(systemFiles, folder)).toThrow(refused);
  });

  it('nor from a folder in which everybody may put another in its place', () => {
    fs.chmodSync(folder, 0o777);
    expect(() => readAgentConfig(systemFiles, folder)).toThrow(`${folder} can be written by everybody`);
  });

  it('nor from below a folder in which everybody may put another in the place of that', () => {
    const state = path.join(folder, 'etc', 'state');
    fs.mkdirSync(state, { recursive: true });
    fs.writeFileSync(path.join(state, 'agent.json'), '{"hosts":[]}', { mode: 0o600 });
    expect(readAgentConfig(systemFiles, state).hosts).toEqual([]);
    fs.chmodSync(path.join(folder, 'etc'), 0o777);
    expect(() => readAgentConfig(systemFiles, state)).toThrow(
      `everybody can rename what is in ${path.join(folder, 'etc')}`,
    );
    fs.chmodSync(path.join(folder, 'etc'), 0o1777);
    expect(readAgentConfig(systemFiles, state).hosts).toEqual([]);
  });

  it('nor from a state folder to which everybody may add a journal', () => {
    fs.chmodSync(folder, 0o1777);
    expect(() => readAgentConfig(systemFiles, folder)).toThrow(`${folder} can be written by everybody`);
  });

  it('nor from a policy that everybody may write', () => {
    const policy = path.join(folder, 'server.json');
    fs.writeFileSync(policy, '{}');
    fs.chmodSync(policy, 0o646);
    expect(() => readPolicy(systemFiles, policy)).toThrow(refused);
  });

  it('nor from another user, unless that is the one behind sudo, nor from a group’s file', () => {
    const of = (uid: number, gid: number, mode: number) => ({ uid, gid, mode });
    expect(() => refuseUnsafeFile(config(), of(4711, 0, 0o600))).toThrow(/belongs to the user 4711/);
    expect(() => refuseUnsafeFile(config(), of(0, 4711, 0o664))).toThrow(/can be written by the group 4711/);
    refuseUnsafeFile(config(), of(4711, 0, 0o600), [4711]);
    refuseUnsafeFile(config(), of(0, 0, 0o664));
  });
});
