import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SimulatedRepository } from '../testing/repository.ts';
import { serveSite } from '../testing/site.ts';
import { temporaryFolder } from '../testing/temporary.ts';

/** Runs the command to its end, and answers its exit code and what it complained of. */
function client(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const script = path.join(import.meta.dirname, 'client.ts');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

it('the command of the protocol answers with 0 or 1, and leaves what is trusted and what was downloaded in its folders', async () => {
  const repository = await SimulatedRepository.released();
  const site = await serveSite(repository.served);
  const folder = temporaryFolder();
  const [metadata, targets, root] = ['metadata', 'targets', 'initial_root.json'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  mkdirSync(metadata);
  mkdirSync(targets);
  writeFileSync(root, repository.root);
  const common = ['--metadata-dir', metadata, '--metadata-url', `${site.url}metadata`];
  const download = (name: string) =>
    client(
      ...common,
      '--target-name',
      name,
      '--target-base-url',
      `${site.url}targets`,
      '--target-dir',
      targets,
      'download',
    );

  expect(await client('--metadata-dir', metadata, 'init', root)).toEqual({ code: 0, said: '' });
  expect(site.requests).toEqual([]);
  expect(await client(...common, 'refresh')).toEqual({ code: 0, said: '' });
  expect(
    readdirSync(metadata)
      .filter((name) => name.endsWith('.json'))
      .sort(),
  ).toEqual(['root.json', 'snapshot.json', 'targets.json', 'timestamp.json']);
  expect(await download('CVE-2022-41040.xml')).toEqual({ code: 0, said: '' });
  expect(readFileSync(path.join(targets, 'CVE-2022-41040.xml'), 'utf8')).toBe('<mitigation id="CVE-2022-41040"/>');
  expect(await download('nothing')).toEqual({
    code: 1,
    said: expect.stringMatching(/^content: no role .* signs an artifact nothing/),
  });

  repository.impostors.set('timestamp', []);
  await repository.release();
  expect(await client(...common, 'refresh')).toEqual({
    code: 1,
    said: expect.stringMatching(/^signature: timestamp\.json bears 0 of the 1/),
  });
  expect(await client('--metadata-dir', metadata, 'unknown')).toMatchObject({ code: 1 });
}, 120_000);
