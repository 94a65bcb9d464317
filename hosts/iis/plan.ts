import type { Change, Claims, Finding, HeldAction, HostPlan } from '@stopgap/agent';
import { mayHide } from '@stopgap/rewrite';
import { changeFor } from './changes.ts';
import type { IisConfigError } from './errors.ts';
import { findingFor } from './findings.ts';
import { planPools, type Running } from './pools/plan-pools.ts';
import { arrange } from './rules/arrangement.ts';
import type { UrlRewrite } from './rules/fragment.ts';
import type { Remembered } from './server/remembered.ts';
import type { Server } from './server/server.ts';
import { visitAll } from './server/visit.ts';

/**
 * Compares what stands with what is wanted. Changes nothing; a function of `wanted`, of the files, and for pools of
 * their claims and how they run. A file that is broken and holds something of ours that is not wanted becomes a change that
 * fails, saying where; so does one that cannot be read and held something when it last could (`remembered`).
 */
export function planHost(
  host: string,
  server: Server,
  wanted: readonly HeldAction[],
  claims: Claims,
  running: Running,
  remembered: Pick<Remembered, 'markedFor'>,
): HostPlan {
  const actions = refusingFirst(
    wanted.flatMap((held): readonly Wanted[] => (held.action.kind === 'urlRewrite' ? [[held, held.action]] : [])),
  );
  const pools = planPools(host, server, wanted, claims, running);
  const { judgements, files } = arrange(server, actions, pools.additions);
  visitAll(server);
  const shelved = [...new Set([...server.shelf.all.map(({ path }) => path), ...files.keys()])].sort();
  const changes = shelved.flatMap((file): readonly Change[] => {
    const one = server.shelf.get(file);
    if (one.markedFor.length === 0 && !files.has(file)) return [];
    if (one.problem) return isStuck(one.markedFor, wanted) ? [stuck(host, one.problem)] : [];
    const change = changeFor(host, one, files.get(file));
    return change ? [change] : [];
  });
  const shut = server.shelf.unreadable.flatMap(({ path, problem }) =>
    problem && isStuck(remembered.markedFor(path), wanted) ? [stuck(host, problem)] : [],
  );
  const changed = new Set(changes.flatMap((change) => (change.kind === 'file' ? [change.path] : [])));
  const findings = wanted.map((held): Finding => {
    const pool = pools.findings.get(held);
    if (pool) return pool;
    const judgement = judgements[actions.findIndex(([one]) => one === held)];
    if (!judgement) return { presence: 'absent', detail: `the iis host holds no ${held.action.kind}` };
    return findingFor(server.shelf, held, judgement, changed);
  });
  return { findings, changes: [...shut, ...changes, ...pools.changes] };
}

type Wanted = readonly [HeldAction, UrlRewrite];

/** IIS has one list for all: mitigations that can only refuse come before those by which a request may pass the rules that follow. */
function refusingFirst(actions: readonly Wanted[]): readonly Wanted[] {
  const hiding = new Set(actions.filter(([, { rewrite }]) => mayHide(rewrite)).map(([{ mitigation }]) => mitigation));
  const rank = ([{ mitigation }]: Wanted) => Number(hiding.has(mitigation));
  return actions.toSorted((a, b) => rank(a) - rank(b));
}

/** Whether a file that cannot be read holds something that should go. */
function isStuck(markedFor: readonly string[], wanted: readonly HeldAction[]): boolean {
  return markedFor.some((id) => !wanted.some(({ mitigation }) => mitigation === id));
}

/** A change that cannot be made: `perform` says why, and nothing else is done either. */
function stuck(host: string, problem: IisConfigError): Change {
  const why = JSON.stringify({ stuck: problem.message });
  const summary = `${problem.message}; correct it, nothing is changed before`;
  return { kind: 'state', host, thing: problem.file, before: why, after: why, summary };
}
