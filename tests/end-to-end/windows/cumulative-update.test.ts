import { look } from '@stopgap/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, makeBench } from '../../../agent/testing/bench.ts';
import { documentText, evidenceFor } from '../../../agent/testing/documents.ts';
import { type IisBed, iisBed } from '../../../hosts/iis/testing/contract-bed.ts';
import { hostFile } from '../../../hosts/iis/testing/lay-out.ts';
import { owa, root } from '../../../hosts/iis/testing/server.ts';
import { type WindowsBed, windowsBed } from '../../../hosts/windows-service/testing/contract-bed.ts';

const rule = (name: string, scope: string, list = 'rules') =>
  `<urlRewrite>${scope}<rewrite><${list}><rule name="${name}" stopProcessing="true"><match url="^attack"/><action type="AbortRequest"/></rule></${list}></rewrite></urlRewrite>`;
const actions = [
  '<service name="MSExchangeHM" shared="true"/>',
  rule('refuse at the site', '<onSite name="Default Web Site"/>'),
  rule('refuse at owa', '<onPath site="Default Web Site" path="/owa"/>'),
  rule('refuse everywhere', '<onServer/>', 'globalRules'),
  '<appPool name="Portal"/>',
].join('');

let bench: Bench;
let iis: IisBed;
let windows: WindowsBed;
let hostBefore: string;

beforeEach(() => {
  [bench, iis, windows] = [makeBench([]), iisBed(), windowsBed()];
  hostBefore = iis.laid.read(hostFile).toString();
  const { clock } = bench;
  const hosts = [windows.host((world) => ({ ...world, clock })), iis.host((world) => ({ ...world, clock }))];
  Object.assign(bench.parts, { hosts });
  bench.feed.documents.set('M.xml', documentText('M', { actions, evidence: evidenceFor('/attack') }));
});
afterEach(async () => {
  bench.close();
  await iis.close();
  await windows.close();
});

/** What setup of a cumulative update does: new web.config files, and the product's services as they come. */
function update(build: string): string {
  bench.product.build = build;
  const web = `<configuration><!-- of ${build} --></configuration>`;
  for (const name of [root, owa]) iis.laid.write(name, web);
  windows.windows.services.setStart('MSExchangeHM', 'auto');
  windows.windows.services.start('MSExchangeHM');
  bench.clock.at += 3_600_000;
  return web;
}

const health = () => {
  const found = windows.windows.services.look('MSExchangeHM');
  return `${found?.start} ${found?.state}`;
};

describe('a cumulative update, which replaces web.config files and starts services', () => {
  it('to a build that is affected too has everything again at the next look', async () => {
    expect((await look(bench.parts)).status).toMatchObject([{ mitigation: 'M', state: 'applied' }]);
    expect(health()).toBe('disabled 1');
    const web = update('1.2.5');
    const { status, done } = await look(bench.parts);
    expect([status[0]?.state, done]).toEqual(['applied', ['repair M']]);
    for (const name of [root, owa]) {
      const text = iis.laid.read(name).toString();
      expect(text).toContain('<!-- of 1.2.5 -->');
      expect(text).toContain('<rule name="refuse at ');
    }
    expect(health()).toBe('disabled 1');
    expect((await look(bench.parts)).done).toEqual(['prove M']);
    bench.feed.documents.clear();
    await look(bench.parts);
    expect([root, owa].map((name) => iis.laid.read(name).toString())).toEqual([web, web]);
    expect(iis.laid.read(hostFile).toString()).toBe(hostBefore);
  });

  it('to a build that is fixed leaves nothing of ours: what survived it is taken out, what it set stays', async () => {
    await look(bench.parts);
    expect(iis.laid.read(hostFile).toString()).not.toBe(hostBefore);
    const web = update('1.2.9');
    const { status } = await look(bench.parts);
    expect(status).toMatchObject([{ mitigation: 'M', state: 'removed', reason: expect.stringContaining('1.2.9') }]);
    expect([root, owa].map((name) => iis.laid.read(name).toString())).toEqual([web, web]);
    expect(iis.laid.read(hostFile).toString()).toBe(hostBefore);
    expect(iis.appcmd.pools.get('portal')).toBe('Started');
    expect(health()).toBe('auto 4');
    expect([...windows.windows.registry.keys.keys()].filter((key) => key.includes('Stopgap'))).toEqual([]);
  });
});
