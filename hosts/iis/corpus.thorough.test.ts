import { evaluateInbound, evaluateOutbound, prepareRules, scopedRules } from '@stopgap/rewrite';
import { describe, expect, it } from 'vitest';
import { addingPolicy, onPath, refusing } from './testing/actions.ts';
import { applicationHost } from './testing/application-host.ts';
import { corpus } from './testing/corpus.ts';
import { hostFile, type Laid, layOut, performAll } from './testing/lay-out.ts';
import { readLevels } from './testing/levels.ts';

const none = new Map<string, string>();
const owa = 'Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/web.config';
const places = [
  ['the root of the site', 'inetpub/wwwroot/web.config', '/'],
  ['an application', owa, '/owa'],
] as const;

/** A site whose root, or whose application, has the file. */
function withFile(place: string, bytes: Uint8Array): Laid {
  const others = [
    'inetpub/wwwroot/index.html',
    owa.replace('web.config', 'x.aspx'),
    'Data/Files/a.txt',
    'inetpub/inner/a.txt',
  ];
  return layOut([[hostFile, applicationHost()], ...others.map((name) => [name, ''] as const), [place, bytes]]);
}

function outcomes(laid: Laid, level: string) {
  const rules = prepareRules(scopedRules(readLevels(laid.root).at('Default Web Site', `${level}/x`)));
  const request = (word: string) =>
    ({
      method: 'GET',
      scheme: 'https',
      host: 'a.example',
      url: `${level === '/' ? '' : level}/x?q=${word}`,
      headers: {},
    }) as const;
  const inbound = (word: string) => evaluateInbound(rules, request(word)).outcome;
  const headers = { 'content-type': 'text/html', 'content-security-policy': "default-src 'self'" };
  const response = { status: 200, headers };
  const edits = evaluateOutbound(rules, { request: request('plain'), response }).headers;
  return {
    evil: inbound('evil'),
    worse: inbound('worse'),
    plain: inbound('plain'),
    policy: edits.get('content-security-policy'),
  };
}

describe(`a corpus of ${corpus.length} files`, () => {
  it.each(places)('is edited, evaluated and restored byte for byte at %s', async (_name, place, level) => {
    let edited = 0;
    // What differs below the root is where a rule goes, not how it is put there: a third of the files shows it.
    for (const { name, bytes } of corpus.filter((_one, index) => level === '/' || index % 3 === 0)) {
      const laid = withFile(place, bytes);
      const { host, snapshot } = laid;
      const before = snapshot();
      const plainBefore = outcomes(laid, level).plain;
      const wanted = [refusing('evil', onPath(level)), addingPolicy(onPath(level)), refusing('worse', onPath(level))];
      const survey = await host.survey();
      expect(
        wanted.map((one) => host.accepts(one, survey).accepted),
        name,
      ).toEqual([true, true, true]);
      const plan = await host.plan(wanted, none);
      expect(
        plan.findings.map(({ presence }) => presence),
        name,
      ).toEqual(['absent', 'absent', 'absent']);
      await performAll(host, plan);
      expect(await host.plan(wanted, none), name).toMatchObject({
        changes: [],
        findings: [{ presence: 'in-place' }, { presence: 'in-place' }, { presence: 'in-place' }],
      });
      const after = outcomes(laid, level);
      expect(after, name).toMatchObject({ evil: 'abort', worse: 'abort', plain: plainBefore });
      expect(after.policy, name).toMatch(/; script-src-attr 'none'$/);
      await performAll(host, await host.plan(wanted.slice(1), none));
      expect(outcomes(laid, level), name).toMatchObject({ evil: plainBefore, worse: 'abort' });
      await performAll(host, await host.plan([], none));
      expect(snapshot(), name).toEqual(before);
      laid.remove();
      edited++;
    }
    console.log(`${edited} files at ${place}`);
    expect(edited).toBeGreaterThanOrEqual(level === '/' ? 60 : 30);
  });
});
