import type { HeldAction, Host } from '@stopgap/agent';
import { describe, expect, it } from 'vitest';
import { holding, onSite } from '../testing/actions.ts';
import { exchangeFiles, hasExchange } from '../testing/exchange.ts';
import { hostFile, performAll, undoAll } from '../testing/lay-out.ts';
import { cleanUp, laidOut, none, server } from '../testing/server.ts';
import { StandInAppcmd } from '../testing/stand-in-appcmd.ts';
import { formatPoolState } from './pool-state.ts';

cleanUp();

const pools = `<system.applicationHost>
        <applicationPools>
            <add name="Plain" />
            <add name="Always" autoStart='true' startMode="AlwaysRunning" managedRuntimeVersion="v4.0">
                <processModel idleTimeout="00:00:00" />
            </add>
            <!-- ours by choice -->
            <add name="Off" autoStart="false"/>
        </applicationPools>`;

/** A clock that goes as fast as it is asked to. */
function clock() {
  let at = 0;
  const sleep = async (ms: number) => {
    at += ms;
  };
  return { now: () => at, elapsed: () => at, sleep };
}

function pooled() {
  const at = server({}, {});
  const text = at.read(hostFile).toString().replace('<system.applicationHost>', pools);
  at.write(hostFile, text);
  const appcmd = new StandInAppcmd();
  for (const [name, state] of [
    ['plain', 'Started'],
    ['always', 'Started'],
    ['off', 'Stopped'],
  ] as const)
    appcmd.pools.set(name, state);
  const host = at.hostWith({ appcmd: 'appcmd.exe' }, undefined, appcmd, clock());
  return { ...at, appcmd, host };
}

const holds = (pool: string, mitigation = 'M'): HeldAction => ({
  mitigation,
  revision: 1,
  index: 0,
  mode: 'enforce',
  action: { kind: 'appPool', name: pool },
});

/** Claims as the journal would keep them. */
async function apply(host: Host, wanted: readonly HeldAction[], claims: ReadonlyMap<string, string>) {
  const plan = await host.plan(wanted, claims);
  await performAll(host, plan);
  const made = plan.findings.flatMap((finding) =>
    finding.claims ? [[finding.claims.thing, finding.claims.state] as const] : [],
  );
  return { plan, claims: new Map(made) };
}

describe('an application pool', () => {
  it.each([
    ['Plain', '<add name="Plain" autoStart="false" startMode="OnDemand" />'],
    ['always', `<add name="Always" autoStart='false' startMode="OnDemand" managedRuntimeVersion="v4.0">`],
  ])('%s is kept from starting and stopped, and starts again as before', async (name, expected) => {
    const { host, appcmd, read, snapshot } = pooled();
    const before = snapshot();
    const { plan, claims } = await apply(host, [holds(name)], none);
    expect(plan.findings).toMatchObject([{ presence: 'absent', detail: 'it is running; it starts by itself' }]);
    expect(plan.changes.map(({ kind }) => kind)).toEqual(['file', 'state']);
    expect(read(hostFile).toString()).toContain(expected);
    expect(appcmd.pools.get(name.toLowerCase())).toBe('Stopped');
    expect(await host.plan([holds(name)], claims)).toMatchObject({ changes: [], findings: [{ presence: 'in-place' }] });
    await apply(host, [], claims);
    expect(appcmd.pools.get(name.toLowerCase())).toBe('Started');
    expect(snapshot()).toEqual(before);
  });

  it('that was stopped and did not start by itself stays so, and is not started on removal', async () => {
    const { host, appcmd, snapshot } = pooled();
    const before = snapshot();
    const { plan, claims } = await apply(host, [holds('Off')], none);
    expect(plan.findings).toMatchObject([{ presence: 'in-place' }]);
    await apply(host, [], claims);
    expect(appcmd.pools.get('off')).toBe('Stopped');
    expect(snapshot()).toEqual(before);
    expect(appcmd.calls.filter((call) => !call.startsWith('list'))).toEqual([]);
  });

  it('that two mitigations hold starts again when the second lets go', async () => {
    const { host, appcmd, snapshot } = pooled();
    const before = snapshot();
    const first = await apply(host, [holds('Plain')], none);
    const both = await apply(host, [holds('Plain'), holds('PLAIN', 'N')], first.claims);
    expect(both.plan.changes).toEqual([]);
    const second = await apply(host, [holds('PLAIN', 'N')], both.claims);
    expect(appcmd.pools.get('plain')).toBe('Stopped');
    await apply(host, [], second.claims);
    expect(appcmd.pools.get('plain')).toBe('Started');
    expect(snapshot()).toEqual(before);
  });

  it('whose claim was lost with the journal starts again if it started by itself, and stays as it was if not', async () => {
    for (const wantedAgain of [true, false]) {
      const { host, appcmd, snapshot } = pooled();
      const before = snapshot();
      await apply(host, [holds('Plain'), holds('Off', 'N')], none);
      let claims = none;
      if (wantedAgain) {
        const again = await apply(host, [holds('Plain'), holds('Off', 'N')], none);
        expect(again.plan).toMatchObject({
          changes: [],
          findings: [{ presence: 'in-place' }, { presence: 'in-place' }],
        });
        claims = again.claims;
      }
      await apply(host, [], claims);
      expect([...appcmd.pools]).toEqual([
        ['plain', 'Started'],
        ['always', 'Started'],
        ['off', 'Stopped'],
      ]);
      expect(snapshot()).toEqual(before);
    }
  });

  it('that somebody started, or lets start by itself again, has drifted and is stopped', async () => {
    const { host, appcmd, read, write } = pooled();
    const { claims } = await apply(host, [holds('Plain')], none);
    appcmd.pools.set('plain', 'Started');
    write(
      hostFile,
      read(hostFile).toString().replace('<add name="Plain" autoStart="false"', '<add name="Plain" autoStart="true"'),
    );
    const again = await apply(host, [holds('Plain')], claims);
    expect(again.plan.findings).toMatchObject([{ presence: 'drifted', claims: { state: formatPoolState('running') } }]);
    expect(appcmd.pools.get('plain')).toBe('Stopped');
    expect(read(hostFile).toString()).toContain('<add name="Plain" autoStart="false"');
  });

  it('shares applicationHost.config with rules: one change of the file, all given back', async () => {
    const { host, snapshot } = pooled();
    const before = snapshot();
    const rule = '<rule name="r"><match url="x" /><action type="AbortRequest" /></rule>';
    const rules = holding('R', `<globalRules>${rule}</globalRules>`, { level: 'server' });
    const { plan, claims } = await apply(host, [holds('Plain'), rules], none);
    expect(plan.changes.filter(({ kind }) => kind === 'file')).toHaveLength(1);
    await apply(host, [], claims);
    expect(snapshot()).toEqual(before);
  });

  it('is taken back from every step, twice', async () => {
    const { host, appcmd, snapshot } = pooled();
    const before = snapshot();
    const plan = await host.plan([holds('Always')], none);
    for (let made = 0; made <= plan.changes.length; made++) {
      await performAll(host, { ...plan, changes: plan.changes.slice(0, made) });
      for (let time = 0; time < 2; time++) await undoAll(host, plan);
      expect(snapshot()).toEqual(before);
      expect(appcmd.pools.get('always')).toBe('Started');
    }
  });

  it('that takes its time is waited for; one that does not stop at all is an error, not a hang', async () => {
    const { host, appcmd } = pooled();
    appcmd.looksBetween = 20;
    await apply(host, [holds('Plain')], none);
    expect(appcmd.pools.get('plain')).toBe('Stopped');
    appcmd.stuck = true;
    await expect(apply(host, [holds('Always')], none)).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringContaining('after 150 seconds'),
    });
  });

  it('is refused where it is not there, and where there are no rights the error says so', async () => {
    const { host, appcmd } = pooled();
    expect(host.accepts(holds('Nobody'), await host.survey())).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('"Nobody"'),
    });
    appcmd.fails = 5;
    await expect(host.plan([holds('Plain')], none)).rejects.toMatchObject({ code: 'access-denied' });
    appcmd.fails = 1722;
    await expect(host.plan([holds('Plain')], none)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('1722'),
    });
  });

  it('is known to run by what appcmd lists, whatever its word for it is', async () => {
    const { host, appcmd } = pooled();
    appcmd.words = new Map([
      ['Started', 'Gestartet'],
      ['Stopped', '\ufffdArr\ufffdt\ufffd'],
      ['Stopping', 'Wird beendet'],
    ]);
    const { claims } = await apply(host, [holds('Plain')], none);
    expect(appcmd.pools.get('plain')).toBe('Stopped');
    expect((await host.plan([holds('Plain')], claims)).findings).toMatchObject([{ presence: 'in-place' }]);
    await apply(host, [], claims);
    expect(appcmd.pools.get('plain')).toBe('Started');
    appcmd.pools.set('plain', 'Paused');
    await expect(host.plan([holds('Plain')], none)).rejects.toMatchObject({ code: 'unreachable' });
    appcmd.pools.set('plain', 'Unknown');
    expect((await host.plan([holds('Plain')], none)).changes.map(({ kind }) => kind)).toEqual(['file']);
  });

  it.each([5, 0x80070005, 0x80070005 - 2 ** 32])('that is denied (exit code %i) is a want of rights', async (code) => {
    const { hostWith } = pooled();
    const run = async () => ({ code, stdout: '', stderr: '' });
    const host = hostWith({ appcmd: 'appcmd.exe' }, undefined, { run });
    await expect(host.plan([holds('Plain')], none)).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('of a server that does not run is only configured', async () => {
    const { hostWith, read } = pooled();
    const host = hostWith({});
    const { plan, claims } = await apply(host, [holds('Plain')], none);
    expect(plan.changes.map(({ kind }) => kind)).toEqual(['file']);
    expect(claims.get('app pool:plain')).toBe(formatPoolState('unknown'));
    expect(read(hostFile).toString()).toContain('autoStart="false"');
    expect((await host.plan([holds('Plain')], claims)).changes).toEqual([]);
  });

  it('needs no URL Rewrite module', async () => {
    const at = server({}, { globalModules: '' });
    at.write(hostFile, at.read(hostFile).toString().replace('<system.applicationHost>', pools));
    const survey = await at.host.survey();
    expect(at.host.accepts(holds('Plain'), survey)).toMatchObject({ accepted: true });
    expect(
      at.host.accepts(holding('R', '<rules><rule name="r"><match url="x" /></rule></rules>', onSite), survey),
    ).toMatchObject({ accepted: false });
  });
});

describe.skipIf(!hasExchange)('the pools of a real Exchange 2019 (skipped where ../shared is absent)', () => {
  it.each(['MSExchangeECPAppPool', 'MSExchangeOABAppPool', 'MSExchangeRestAppPool'])(
    '%s: held, and every byte given back',
    async (name) => {
      const at = laidOut(exchangeFiles());
      const before = at.snapshot();
      const { claims } = await apply(at.host, [holds(name)], none);
      expect(at.read(hostFile).toString()).toMatch(new RegExp(`<add name="${name}"[^>]*autoStart="false"[^>]*>`));
      await apply(at.host, [], claims);
      expect(at.snapshot()).toEqual(before);
    },
  );
});
