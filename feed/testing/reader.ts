import { expect } from 'vitest';
import { type FeedConfig, tufSource } from '../consume/index.ts';
import type { FeedDocuments, FeedSource, FeedTroubleStep } from '../source.ts';
import { type TestClock, testClock } from './clock.ts';
import { type MemoryFiles, memoryFiles } from './memory-files.ts';
import type { SimulatedRepository } from './repository.ts';
import { type Site, serveSite } from './site.ts';

/** A reader of a simulated repository, over a real socket. */
export interface Bench {
  readonly repository: SimulatedRepository;
  readonly site: Site;
  readonly clock: TestClock;
  readonly disk: MemoryFiles;
  readonly config: FeedConfig;
  readonly source: FeedSource;
  /** A second reader on the same folder, as after a restart. */
  restarted(): FeedSource;
}

/** Serves the repository and enrols a reader with its root. */
export async function benchFor(repository: SimulatedRepository, change: Partial<FeedConfig> = {}): Promise<Bench> {
  const site = await serveSite(repository.served);
  const clock = testClock(repository.signedAt);
  const config = {
    name: 'test',
    url: site.url,
    root: repository.root,
    stateFolder: '/state',
    proxy: 'direct',
    ...change,
  };
  const disk = memoryFiles();
  const open = () => tufSource(config, { clock, files: disk });
  return { repository, site, clock, disk, config, source: open(), restarted: open };
}

/** Looks and expects success. */
export async function looked(source: FeedSource): Promise<FeedDocuments> {
  const look = await source.look();
  if (!look.ok) throw new Error(`${look.trouble.step}: ${look.trouble.reason}`);
  return look.documents;
}

/** Looks and expects a trouble of this kind whose reason says what the pattern asks; what was trusted must be untouched. */
export async function refused(source: FeedSource, step: FeedTroubleStep, reason: RegExp): Promise<void> {
  const before = source.last();
  const look = await source.look();
  expect(look).toEqual({ ok: false, trouble: { step, reason: expect.stringMatching(reason) } });
  expect(source.last()).toEqual(before);
}
