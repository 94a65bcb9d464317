import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inMemory } from '@stopgap/machine/testing';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(inMemory, 'stopgap-feed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Long enough for `initFeed`. */
export const passphrase = () => 'correct horse battery staple';
