import * as fs from 'node:fs';
import path from 'node:path';
import { inMemory } from '@stopgap/machine/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { controlAddress, controlPlace } from './control-address.ts';

const folder = fs.mkdtempSync(path.join(inMemory, 'stopgap-address-'));
const file = path.join(folder, 'agent.sock');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('the control pipe on Windows', () => {
  it('has a name that nobody knows beforehand, and that only who may read the state folder is told', () => {
    const [first, second] = [controlPlace(file, 'win32'), controlPlace(file, 'win32')];
    expect(first.address).toMatch(/^\\\\\.\\pipe\\stopgap-[0-9a-f]{32}$/);
    expect(second.address).not.toBe(first.address);
    expect(controlAddress(file, 'win32')).toBe(second.address);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    second.retract();
    expect(controlAddress(file, 'win32')).toBeUndefined();
  });

  it('is none of another name that stands in its file', () => {
    fs.writeFileSync(file, 'stopgap-x\\..\\lsass');
    expect(controlAddress(file, 'win32')).toBeUndefined();
  });
});

it('elsewhere it is the socket', () => {
  const place = controlPlace(file, 'linux');
  expect([place.address, controlAddress(file, 'linux'), fs.existsSync(file)]).toEqual([file, file, false]);
});
