import type { ActionKind } from '@stopgap/mitigation';
import type {
  Acceptance,
  Change,
  Claims,
  Finding,
  HeldAction,
  Host,
  HostPlan,
  HostSurvey,
  StateChange,
} from '../index.ts';

/**
 * A host in memory, for the agent's own tests: it holds rules by mitigation and services by name, and fails where a test
 * says so. Real hosts have tests of their own.
 */
export class FakeHost implements Host {
  readonly name: string;
  readonly kind = 'fake';
  readonly holds: readonly ActionKind[] = ['urlRewrite', 'service', 'appPool'];
  /** What is on the host: `rule:<id>#<index>` → revision, `service:<name>` → `running` or `stopped`. */
  readonly things = new Map<string, string>();
  /** Called before each step; a test throws from it. */
  before: (step: string) => void = () => {};
  acceptance: Acceptance = { accepted: true, notes: [] };
  foreign = new Map<string, Finding>();
  activations = 0;

  constructor(name = 'fake') {
    this.name = name;
  }

  async survey(): Promise<HostSurvey> {
    return {
      present: true,
      detail: 'fake',
      missing: [],
      endpoints: [{ scheme: 'http', address: '127.0.0.1', port: 1, hostHeader: 'fake' }],
    };
  }

  accepts(): Acceptance {
    return this.acceptance;
  }

  async plan(wanted: readonly HeldAction[], claims: Claims): Promise<HostPlan> {
    const target = new Map(wanted.map((action) => [keyOf(action), targetOf(action)]));
    for (const [thing, before] of claims) if (!target.has(thing)) target.set(thing, before);
    const ours = [...this.things.keys()].filter((key) => key.startsWith('rule:') && !target.has(key));
    const changes = [...target, ...ours.map((key) => [key, ''] as const)].flatMap(([thing, after]) => {
      const now = this.things.get(thing) ?? '';
      return now === after ? [] : [this.#change(thing, now, after)];
    });
    return { findings: wanted.map((action) => this.#finding(action)), changes };
  }

  async perform(change: Change): Promise<void> {
    this.before(`perform ${describe(change)}`);
    this.#set(change as StateChange, 'after');
  }

  async undo(change: Change): Promise<void> {
    this.before(`undo ${describe(change)}`);
    this.#set(change as StateChange, 'before');
  }

  async activate(): Promise<void> {
    this.before('activate');
    this.activations++;
  }

  render() {
    return [];
  }

  #finding(action: HeldAction): Finding {
    const foreign = this.foreign.get(action.mitigation);
    if (foreign) return foreign;
    const key = keyOf(action);
    const now = this.things.get(key) ?? '';
    const claims = key.startsWith('service:') ? { claims: { thing: key, state: now } } : {};
    if (now === targetOf(action)) return { presence: 'in-place', detail: 'as wanted', ...claims };
    return now === '' || key.startsWith('service:')
      ? { presence: 'absent', detail: 'not there', ...claims }
      : { presence: 'drifted', detail: `is ${now}` };
  }

  #set(change: StateChange, side: 'before' | 'after'): void {
    if (change[side] === '') this.things.delete(change.thing);
    else this.things.set(change.thing, change[side]);
  }

  #change(thing: string, before: string, after: string): StateChange {
    return { kind: 'state', host: this.name, thing, before, after, summary: `${thing}: ${before} → ${after}` };
  }
}

function keyOf({ action, mitigation, index }: HeldAction): string {
  return action.kind === 'service' || action.kind === 'appPool'
    ? `service:${action.name}`
    : `rule:${mitigation}#${index}`;
}

function targetOf({ action, revision, mode }: HeldAction): string {
  return action.kind === 'urlRewrite' ? `${revision} ${mode}` : 'stopped';
}

function describe(change: Change): string {
  return change.kind === 'state' ? change.thing : change.path;
}
