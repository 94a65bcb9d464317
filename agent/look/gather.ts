import { actionsFor, type Holding, isReady, type SurveyedHost, wantedOn } from '../apply/wanted.ts';
import { pairs } from '../decide/decide.ts';
import type { ActionView, Attempts, DecideInput, Offer } from '../decide/input.ts';
import { want } from '../decide/want.ts';
import type { Acceptance, Finding } from '../host.ts';
import { effectivePolicy } from '../policy/effective.ts';
import { readPolicy } from '../policy/store.ts';
import { readInForce } from './in-force.ts';
import type { Parts } from './parts.ts';

/** Looks at every host. One that cannot be looked at now is left alone, and keeps nothing from the others. */
export async function surveyHosts({ hosts, log }: Pick<Parts, 'hosts' | 'log'>): Promise<readonly SurveyedHost[]> {
  return await Promise.all(
    hosts.map(async (host) => {
      try {
        return { host, survey: await host.survey() };
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        log.warn('a host cannot be looked at, and is left alone', { host: host.name, why: what });
        const missing = [{ what, remedy: 'correct this; nothing is changed before' }];
        return { host, survey: { present: true, detail: 'it cannot be looked at', missing, endpoints: [] } };
      }
    }),
  );
}

/** Collects everything that `decide` takes. Changes nothing. */
export async function gather(
  parts: Parts,
  offers: readonly Offer[],
  hosts: readonly SurveyedHost[],
  retryNow: ReadonlySet<string>,
): Promise<DecideInput> {
  const status = parts.journal.status();
  const attempts = new Map<string, Attempts>(
    status
      .filter((record) => record.attempts > 0)
      .map((r) => [
        r.mitigation,
        { revision: r.revision, count: r.attempts, reason: r.reason, nextTry: r.nextTry ?? 0 },
      ]),
  );
  const input: DecideInput = {
    now: parts.clock.now(),
    offers,
    inForce: await readInForce(parts),
    policy: effectivePolicy(
      readPolicy(parts.files, parts.policyFiles.organisation),
      readPolicy(parts.files, parts.policyFiles.server),
    ),
    inventory: await parts.inventory(),
    attempts,
    observed: new Map(),
    proveEvery: parts.proveEvery,
    retryNow,
    removedBefore: new Map(status.filter(({ state }) => state === 'removed').map((r) => [r.mitigation, r.reason])),
  };
  return { ...input, observed: await observe(parts, input, hosts) };
}

/** Asks the hosts how each mitigation stands that should be in force, each beside those that are in force already. */
async function observe(
  parts: Parts,
  input: DecideInput,
  hosts: readonly SurveyedHost[],
): Promise<ReadonlyMap<string, readonly ActionView[]>> {
  const observed = new Map<string, ActionView[]>();
  const holdings = new Map(
    input.inForce.map((held) => [held.mitigation.id, held as Offer & { mode: 'enforce' | 'observe' }]),
  );
  const newcomers = new Map(holdings);
  for (const { offer, held } of pairs(input)) {
    const wanted = offer && want(offer, held, input);
    // What is left as it is must still be looked at, or it would be said to stand where somebody took it out.
    if (held && wanted?.wanted === 'as-is') observed.set(held.mitigation.id, []);
    if (wanted?.wanted !== true) continue;
    observed.set(wanted.offer.mitigation.id, []);
    newcomers.set(wanted.offer.mitigation.id, { ...wanted.offer, mode: wanted.mode });
  }
  for (const surveyed of hosts) {
    const { host, survey } = surveyed;
    const findings = await findingsOn(surveyed, parts, [...newcomers.values()], [...holdings.values()]);
    for (const [id, views] of observed) {
      const holding = newcomers.get(id);
      for (const action of holding ? actionsFor(host, holding) : []) {
        const acceptance = typeof findings === 'string' ? unreadable(findings) : host.accepts(action, survey);
        const finding = typeof findings === 'string' ? undefined : findings.get(keyOf(action));
        views.push({ host: host.name, index: action.index, acceptance, finding });
      }
    }
  }
  return observed;
}

/** What stands on a host, beside what is in force and beside what is to be; a text when the host cannot be read. */
async function findingsOn(
  surveyed: SurveyedHost,
  parts: Parts,
  newcomers: readonly Holding[],
  inForce: readonly Holding[],
): Promise<ReadonlyMap<string, Finding> | string> {
  if (!isReady(surveyed)) return new Map();
  const found = new Map<string, Finding>();
  try {
    for (const holdings of [newcomers, inForce]) {
      const wanted = wantedOn(surveyed, holdings);
      const { findings } = await surveyed.host.plan(wanted, parts.journal.claims(surveyed.host.name));
      for (const [index, finding] of findings.entries()) found.set(keyOf(wanted[index]), finding);
    }
    return found;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function unreadable(reason: string): Acceptance {
  return { accepted: false, state: 'prerequisite-missing', reason };
}

function keyOf(action: { mitigation: string; revision: number; index: number } | undefined): string {
  return action ? `${action.mitigation} ${action.revision} ${action.index}` : '';
}
