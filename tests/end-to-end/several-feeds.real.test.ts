import * as fs from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { documentText } from '../../agent/testing/documents.ts';
import { SimulatedRepository } from '../../feed/testing/repository.ts';
import { serveSite } from '../../feed/testing/site.ts';
import { stopgap } from './command-line.ts';
import { startNginx } from './nginx-server.ts';
import { temporaryFolder } from './trial.ts';

/** A feed with a root of its own, served, that offers these documents. */
async function feedOf(state: string, name: string, documents: Readonly<Record<string, string>>) {
  const repository = await SimulatedRepository.released();
  const offer = async (texts: Readonly<Record<string, string>>) => {
    repository.documents = new Map(Object.entries(texts).map(([id, text]) => [`${id}.xml`, Buffer.from(text)]));
    await repository.release();
  };
  await offer(documents);
  const site = await serveSite(repository.served);
  fs.writeFileSync(path.join(state, `${name}.json`), repository.root);
  return { entry: { name, url: site.url, rootFile: `${name}.json`, proxy: 'direct' }, offer };
}

it('several feeds on one server with nginx: each speaks for its own products and overrides none of the others', async () => {
  const state = temporaryFolder();
  const nginx = await startNginx();
  onTestFinished(async () => {
    await nginx.stop();
    fs.rmSync(state, { recursive: true, force: true });
  });
  const own = await feedOf(state, 'own', { M1: documentText('M1') });
  const other = await feedOf(state, 'other', {
    M1: documentText('M1', { revision: 9, withdrawn: 'trust me' }),
    M2: documentText('M2'),
  });
  const web = await feedOf(state, 'web', { M3: documentText('M3') });
  const feeds = [own.entry, other.entry, { ...web.entry, products: ['nginx'] }];
  const products = [{ product: 'thing', detector: 'declared', build: '1.2.3' }];
  fs.writeFileSync(path.join(state, 'agent.json'), JSON.stringify({ feeds, hosts: [nginx.hostConfig], products }));

  const look = async () => {
    expect(await stopgap(state, 'check')).toMatchObject({ code: 0 });
    const { code, out } = await stopgap(state, 'status', '--json');
    const { mitigations, warnings } = JSON.parse(out) as {
      mitigations: { id: string; source: string; state: string }[];
      warnings: string[];
    };
    return {
      code,
      warnings,
      states: Object.fromEntries(mitigations.map((one) => [one.id, `${one.source}: ${one.state}`])),
    };
  };

  expect(await look()).toEqual({
    code: 3,
    states: { M1: 'own: protected', 'other/M1': 'other: conflict', M2: 'other: protected', M3: 'web: blocked' },
    warnings: [expect.stringMatching(/^feed web: M3: refused: feed web may speak for nginx only .* this is for thing/)],
  });
  const outcomes = async () => await Promise.all(['M1', 'M2', 'M3'].map((id) => nginx.outcome(`/attack/${id}`)));
  expect(await outcomes()).toEqual(['refused', 'refused', '200']);

  // The first gives its mitigation up: only now is the other one heard about it, and it has withdrawn its own.
  await own.offer({});
  await web.offer({ M4: documentText('M4').replace('name="thing"', 'name="nginx"') });
  expect(await look()).toMatchObject({
    code: 0,
    warnings: [],
    states: { M1: 'own: removed', M2: 'other: protected', M4: 'web: not-applicable' },
  });
  expect(await outcomes()).toEqual(['200', 'refused', '200']);
});
