import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../host.ts';
import { makeBench } from '../testing/bench.ts';
import { documentText, evidenceFor } from '../testing/documents.ts';
import { look } from './look.ts';

const rule =
  '<rewrite><rules><rule name="M1" stopProcessing="true"><match url="^attack/M1"/><action type="AbortRequest"/></rule></rules></rewrite>';
const globalRule = rule.replaceAll('rules>', 'globalRules>');

const endpoint = (port: number, site?: string): Endpoint => ({
  scheme: 'http',
  address: '127.0.0.1',
  port,
  hostHeader: 'machine',
  ...(site === undefined ? {} : { site }),
});
const onTwoSites = [endpoint(80, 'Default Web Site'), endpoint(81, 'Exchange Back End'), endpoint(82)];

/** Ports that evidence was sent to on a server with these endpoints, and what the mitigation is then. */
async function askedOf(actions: string, endpoints: readonly Endpoint[]) {
  const bench = makeBench([]);
  bench.feed.documents.set('M1.xml', documentText('M1', { actions, evidence: evidenceFor('/attack/M1') }));
  const survey = await bench.host.survey();
  bench.host.survey = async () => ({ ...survey, endpoints });
  const ports = new Set<number>();
  const send: typeof bench.parts.send = async ({ port }, evidence) => {
    ports.add(port);
    return bench.answers(evidence.request.url);
  };
  const { status } = await look({ ...bench.parts, send });
  bench.close();
  return { ports: [...ports].sort(), state: status[0]?.state, reason: status[0]?.reason };
}

describe('evidence on a server with several sites', () => {
  it('of a rule of one site is sent to that site, in any letter case, and to what has no site', async () => {
    const actions = `<urlRewrite><onSite name="default web site"/>${rule}</urlRewrite>`;
    expect(await askedOf(actions, onTwoSites)).toMatchObject({ ports: [80, 82], state: 'protected' });
  });

  it('of a rule of a path is sent to the site that the path is on', async () => {
    const actions = `<urlRewrite><onPath site="Exchange Back End" path="/ecp"/>${rule}</urlRewrite>`;
    expect((await askedOf(actions, onTwoSites)).ports).toEqual([81, 82]);
  });

  it('of a rule of the whole server, and of anything but rules, is sent to all', async () => {
    const server = `<urlRewrite><onServer/>${globalRule}</urlRewrite>`;
    expect((await askedOf(server, onTwoSites)).ports).toEqual([80, 81, 82]);
    expect((await askedOf('<appPool name="p"/>', onTwoSites)).ports).toEqual([80, 81, 82]);
  });

  it('is sent to sixteen addresses at most, and no more are said to be shown', async () => {
    const many = Array.from({ length: 40 }, (_, index) => endpoint(8000 + index));
    const { ports, reason } = await askedOf(`<urlRewrite><onServer/>${globalRule}</urlRewrite>`, many);
    expect(ports).toHaveLength(16);
    expect(reason).toMatch(/at each of 16 of 40 addresses$/);
  });

  it('of a site that does not answer anywhere is not sent elsewhere, so that nothing is proven', async () => {
    const actions = `<urlRewrite><onSite name="Default Web Site"/>${rule}</urlRewrite>`;
    expect(await askedOf(actions, [endpoint(81, 'Exchange Back End')])).toMatchObject({
      ports: [],
      state: 'applied',
      reason: expect.stringContaining('cannot be proven: no address of the server is known'),
    });
  });
});
