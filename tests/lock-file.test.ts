import { describe, expect, it } from 'vitest';
import { roomTable } from './room-table.ts';
import { readSource } from './sources.ts';

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(readSource('package-lock.json').text);

/** `npm ci` refuses a lock file that is not complete, and then nothing works in an empty clone. */
describe('package-lock.json', () => {
  it.each(['', ...roomTable.keys()])('says of %j what its package.json says', (folder) => {
    const manifest: LockedPackage = JSON.parse(readSource(folder ? `${folder}/package.json` : 'package.json').text);
    const locked = lock.packages[folder];
    expect(locked?.dependencies ?? {}).toEqual(manifest.dependencies ?? {});
    expect(locked?.devDependencies ?? {}).toEqual(manifest.devDependencies ?? {});
  });

  it('holds every package that a locked one names for another platform, whether or not this registry has it', () => {
    const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(place, name)),
    );
    expect(missing).toEqual([]);
  });
});

function isLocked(place: string, name: string): boolean {
  return `${place}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages;
}
