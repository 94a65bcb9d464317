import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareFeed } from './sample-feed.ts';
import { runStandalone } from './standalone.ts';

const checkout = path.join(import.meta.dirname, '..');
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-standalone-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (signal: AbortSignal, said: string[] = []) =>
  runStandalone({ env: { STOPGAP_STATE_DIR: folder }, checkout, signal, print: (text) => said.push(text) });

it('does not write over the configuration of an agent that it has not set up', async () => {
  fs.writeFileSync(path.join(folder, 'agent.json'), '{"hosts":[]}');
  await expect(run(AbortSignal.abort())).rejects.toThrow('is the state folder of an agent');
  expect(fs.readdirSync(folder)).toEqual(['agent.json']);
});

it('starts nothing where it is told to stop while it prepares its feed', async () => {
  const said: string[] = [];
  await run(AbortSignal.abort(), said);
  expect(said).toEqual([]);
  expect(fs.readdirSync(folder)).not.toContain('logs');
});

it('has a root to trust though it was ended before it had written it', async () => {
  const catalog = path.join(folder, 'catalog');
  fs.mkdirSync(catalog);
  const { rootFile } = await prepareFeed(folder, catalog);
  const root = fs.readFileSync(rootFile);
  fs.rmSync(rootFile);
  await prepareFeed(folder, catalog);
  expect(fs.readFileSync(rootFile)).toEqual(root);
});
