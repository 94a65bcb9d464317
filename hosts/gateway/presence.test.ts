import type { HeldAction, HostSurvey } from '@stopgap/agent';
import { systemFiles } from '@stopgap/machine';
import { meaningOf, parseRewrite } from '@stopgap/rewrite';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayHost } from './index.ts';
import { aborting, apply, type GatewayFolder, gatewayFolder, get, held, world } from './testing/gateway-folder.ts';

let folder: GatewayFolder | undefined;

afterEach(async () => {
  await folder?.close();
  folder = undefined;
});

/** A host whose gateway has these own rules. */
async function hostWithOwn(own: string) {
  folder = await gatewayFolder();
  const config = JSON.parse(systemFiles.read(folder.configFile)?.bytes.toString() ?? '{}');
  systemFiles.write(folder.configFile, JSON.stringify({ ...config, ownRules: folder.ownRules }));
  systemFiles.write(folder.ownRules, own);
  return gatewayHost({ kind: 'gateway', configFile: folder.configFile }, world);
}

const mitigation = held('CVE-1', aborting('EEMS one', '^one'));

describe('an administrator’s own rules', () => {
  it('that do the same under another name are adopted, not doubled', async () => {
    const host = await hostWithOwn(aborting('My rule', '^one', ''));
    const plan = await host.plan([mitigation], new Map());
    expect(plan).toMatchObject({ findings: [{ presence: 'adopted', detail: /"My rule"/ }], changes: [] });
    const { address } = (await folder?.start()) ?? { address: { port: 0 } };
    expect(await get(address.port, '/one')).toBe('');
  });

  it.each([
    ['disabled', aborting('My rule', '^one', 'enabled="false"')],
    ['of another pattern', aborting('My rule', '^on')],
    ['not there', '<rewrite><rules /></rewrite>'],
    [
      'hidden behind one that stops',
      aborting('My rule', '^one').replace(
        '<rules>',
        '<rules><rule name="first" stopProcessing="true"><match url=".*" /><action type="None" /></rule>',
      ),
    ],
  ])('that are %s leave ours to be put in', async (_name, own) => {
    const host = await hostWithOwn(own);
    expect(await host.plan([mitigation], new Map())).toMatchObject({
      findings: [{ presence: 'absent' }],
      changes: [{ kind: 'file' }],
    });
  });

  it('that do the same, but elsewhere, leave ours to be put in', async () => {
    const host = await hostWithOwn(aborting('My rule', '^one'));
    const action = { ...mitigation.action, scope: { level: 'path', site: 'Default Web Site', path: '/owa' } } as const;
    const below = { ...mitigation, action } as HeldAction;
    expect(await host.plan([below], new Map())).toMatchObject({ findings: [{ presence: 'absent' }] });
  });

  it('that have our name and another meaning are a conflict, and nothing is written', async () => {
    const host = await hostWithOwn(aborting('eems ONE', '^something else'));
    const plan = await host.plan([mitigation], new Map());
    expect(plan).toMatchObject({ findings: [{ presence: 'conflict', detail: /"eems ONE"/ }], changes: [] });
  });

  it('that cannot be read stop everything, by name', async () => {
    const host = await hostWithOwn('<rewrite><rules><rule /></rules></rewrite>');
    await expect(host.plan([mitigation], new Map())).rejects.toMatchObject({
      code: 'configuration-refused',
      message: /own\.xml/,
    });
  });
});

describe('the meaning of a rule', () => {
  const meaning = (inside: string, attributes = '') => {
    const configuration = parseRewrite(
      `<rewrite><rules><rule name="n" ${attributes}>${inside}</rule></rules></rewrite>`,
    );
    const [rule] = configuration.rules;
    return rule && meaningOf(rule, configuration);
  };
  const abort = '<action type="AbortRequest" />';
  const conditions = (list: string, attributes = '') =>
    `<match url=".*" /><conditions ${attributes}>${list}</conditions>${abort}`;
  const a = '<add input="{URL}" pattern="a" />';
  const b = '<add input="{QUERY_STRING}" pattern="b" />';

  it.each([
    [
      'spelling of variables',
      conditions('<add input="{UrlDecode:{REQUEST_URI}}" pattern="x" />'),
      conditions('<add input="{urldecode:{request_uri}}" pattern="x" />'),
    ],
    ['order of conditions', conditions(a + b), conditions(b + a)],
    ['doubled conditions', conditions(a + b), conditions(a + b + a)],
    ['grouping of a single condition', conditions(a), conditions(a, 'logicalGrouping="MatchAny"')],
    [
      'defaults written out',
      conditions(a),
      conditions('<add input="{URL}" pattern="a" ignoreCase="true" negate="false" matchType="Pattern" />'),
    ],
  ])('is not changed by the %s', (_name, one, other) => expect(meaning(one)).toBe(meaning(other)));

  it('of a rule that ends the request is not changed by stopProcessing, of another it is', () => {
    const none = '<match url="x" /><action type="None" />';
    expect(meaning(conditions(a), 'stopProcessing="true"')).toBe(meaning(conditions(a), 'stopProcessing="false"'));
    expect(meaning(none, 'stopProcessing="true"')).not.toBe(meaning(none, 'stopProcessing="false"'));
  });

  it.each([
    ['pattern', conditions(a), conditions('<add input="{URL}" pattern="A" />')],
    ['case', conditions(a), conditions('<add input="{URL}" pattern="a" ignoreCase="false" />')],
    ['negation', conditions(a), conditions('<add input="{URL}" pattern="a" negate="true" />')],
    ['grouping', conditions(a + b), conditions(a + b, 'logicalGrouping="MatchAny"')],
    ['missing condition', conditions(a + b), conditions(a)],
    ['action', '<match url="x" /><action type="AbortRequest" />', '<match url="x" /><action type="None" />'],
    [
      'order of conditions whose captures are used',
      `<match url="x" /><conditions>${a}${b}</conditions><action type="Redirect" url="/{C:0}" />`,
      `<match url="x" /><conditions>${b}${a}</conditions><action type="Redirect" url="/{C:0}" />`,
    ],
  ])('is changed by another %s', (_name, one, other) => expect(meaning(one)).not.toBe(meaning(other)));

  it('of a rule with a map holds what the map holds', () => {
    const mapped = (value: string) => {
      const configuration = parseRewrite(
        `<rewrite><rules><rule name="r"><match url=".*" /><conditions><add input="{Bad:{URL}}" pattern="1" /></conditions>${abort}</rule></rules><rewriteMaps><rewriteMap name="bad"><add key="/x" value="${value}" /></rewriteMap></rewriteMaps></rewrite>`,
      );
      const [rule] = configuration.rules;
      return rule && meaningOf(rule, configuration);
    };
    expect(mapped('1')).toBe(mapped('1'));
    expect(mapped('1')).not.toBe(mapped('2'));
  });

  it('of an outbound rule holds its precondition, under whatever name', () => {
    const outbound = (pre: string, pattern: string) => {
      const configuration = parseRewrite(
        `<rewrite><outboundRules><rule name="r" preCondition="${pre}"><match serverVariable="RESPONSE_X" pattern=".*" /><action type="Rewrite" value="y" /></rule><preConditions><preCondition name="${pre}"><add input="{RESPONSE_CONTENT_TYPE}" pattern="${pattern}" /></preCondition></preConditions></outboundRules></rewrite>`,
      );
      const [rule] = configuration.outboundRules;
      return rule && meaningOf(rule, configuration);
    };
    expect(outbound('p', '^text/html')).toBe(outbound('q', '^text/html'));
    expect(outbound('p', '^text/html')).not.toBe(outbound('p', '^text/plain'));
  });
});

describe('what a gateway accepts', () => {
  const nowhere = { present: true, detail: '', missing: [], endpoints: [] } as HostSurvey;
  const host = gatewayHost({ kind: 'gateway', configFile: '/nowhere' }, world);

  it('is every inbound action and response header rules, at any level', () => {
    const csp =
      '<rewrite><outboundRules><rule name="r"><match serverVariable="RESPONSE_X" pattern=".*" /><action type="Rewrite" value="y" /></rule></outboundRules></rewrite>';
    expect(host.accepts(held('CVE-1', csp), nowhere).accepted).toBe(true);
    expect(host.accepts(mitigation, nowhere)).toEqual({
      accepted: true,
      notes: ['the site "Default Web Site" is what stands behind this gateway'],
    });
    const server = { ...mitigation, action: { ...mitigation.action, scope: { level: 'server' } } } as HeldAction;
    expect(host.accepts(server, nowhere)).toEqual({ accepted: true, notes: [] });
  });

  it.each([
    [
      'a rule that asks for files',
      held(
        'CVE-1',
        '<rewrite><rules><rule name="the rule"><match url=".*" /><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" /></conditions><action type="AbortRequest" /></rule></rules></rewrite>',
      ).action,
      /rule "the rule" asks whether/,
    ],
    ['a service', { kind: 'service', name: 'MSExchangeUM', shared: false } as const, /service MSExchangeUM/],
    [
      'an application pool',
      { kind: 'appPool', name: 'MSExchangeECPAppPool' } as const,
      /application pool MSExchangeECPAppPool/,
    ],
  ])('is not %s, which it names', (_name, action, reason) => {
    expect(host.accepts({ ...mitigation, action }, nowhere)).toMatchObject({
      accepted: false,
      state: 'unsupported',
      reason,
    });
  });

  it('puts a path’s rules at that path', async () => {
    folder = await gatewayFolder();
    const there = gatewayHost({ kind: 'gateway', configFile: folder.configFile }, world);
    const action = { ...mitigation.action, scope: { level: 'path', site: 'Default Web Site', path: 'owa/' } } as const;
    const below = { ...mitigation, action } as HeldAction;
    const { address } = await folder.start();
    await apply(there, [below]);
    expect(await get(address.port, '/owa/one')).toBe('');
    expect(await get(address.port, '/one')).toMatch(/^HTTP\/1\.1 200 /);
    expect(there.render(below)).toEqual([
      { where: `${folder.rulesFile}, entry CVE-1 action 0, level /owa, enforce`, text: aborting('EEMS one', '^one') },
    ]);
  });
});
