import { type Evidence, headersChangedIn, type Mitigation } from '@stopgap/mitigation';
import type { Seen } from './exchange.ts';

type Answered = Extract<Seen, { kind: 'answered' }>;

/** What one piece of evidence shows. */
export type EvidenceVerdict =
  /** `asBefore`: an ordinary request that the server refused in the same way before we came. */
  | { readonly holds: true; readonly asBefore?: true }
  | { readonly holds: false; readonly seen: string }
  | { readonly holds: 'unknown'; readonly seen: string };

/**
 * Judges what was seen. `refused` holds when the connection was closed without a response, or when the answer is one of the
 * mitigation's refusals; `passes` holds when there was any other answer that is no worse than `before` (what the same request got
 * before the mitigation was applied), with the documented response headers.
 */
export function judgeEvidence(
  mitigation: Mitigation,
  evidence: Evidence,
  seen: Seen,
  before: Seen | undefined,
): EvidenceVerdict {
  const refusals = refusalsOf(mitigation);
  if (seen.kind === 'unreachable') return { holds: 'unknown', seen: seen.reason };
  if (seen.kind === 'timed-out') return { holds: 'unknown', seen: 'no answer within 10 seconds' };
  const refused = seen.kind === 'closed' || refusals.has(seen.status);
  if (evidence.expect === 'refused') return refused ? { holds: true } : { holds: false, seen: describeSeen(seen) };
  if (refused && !(before && sameAnswer(seen, before))) return { holds: false, seen: describeSeen(seen) };
  if (seen.kind === 'answered' && seen.status >= 500 && before?.kind === 'answered' && before.status < 500) {
    return { holds: false, seen: `status ${seen.status}, before it was ${before.status}` };
  }
  const shown = seen.kind === 'answered' ? headersShow(mitigation, evidence, seen) : ({ holds: true } as const);
  // What the server itself refused before we came is not our doing.
  return refused && shown.holds === true ? { holds: true, asBefore: true } : shown;
}

/** Whether two requests got the same: both a closed connection, or the same status. */
export function sameAnswer(a: Seen, b: Seen): boolean {
  if (a.kind === 'answered') return b.kind === 'answered' && a.status === b.status;
  return a.kind === 'closed' && b.kind === 'closed';
}

/**
 * What an attack got proves nothing where every ordinary request at the same address got the same, be it a refusal (a server
 * that lets nobody in) or an error of the server (one that is down for maintenance). Any other answer shows that the attack
 * got through.
 */
export function indistinct(attack: Seen, refused: boolean, ordinary: readonly Seen[]): boolean {
  const silent = attack.kind === 'answered' && attack.status < 500 && !refused;
  return !silent && ordinary.length > 0 && ordinary.every((one) => sameAnswer(one, attack));
}

/** A promised header can only be shown by an answer that the rules change: not every answer is of that kind. */
function headersShow(mitigation: Mitigation, evidence: Evidence, seen: Answered): EvidenceVerdict {
  for (const wanted of evidence.responseHeaders) {
    const name = wanted.name.toLowerCase();
    const value = seen.headers[name];
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    if (text.includes(wanted.contains)) continue;
    const found = `${wanted.name} is ${text === '' ? 'absent' : text}`;
    if (!headersChangedIn(mitigation, evidence, seen).has(name)) {
      const kind = seen.headers['content-type'] ?? 'no content type';
      return {
        holds: 'unknown',
        seen: `"${evidence.name}" is answered with status ${seen.status}, ${kind}, which the rule does not change`,
      };
    }
    return { holds: false, seen: `${found}, without ${wanted.contains}` };
  }
  return { holds: true };
}

/** For people: what was seen, in a few words. */
export function describeSeen(seen: Seen): string {
  if (seen.kind === 'closed') return 'the connection was closed without a response';
  if (seen.kind === 'answered') return `status ${seen.status}`;
  return seen.kind === 'timed-out' ? 'no answer within 10 seconds' : seen.reason;
}

/**
 * Status codes that count as refusing: what the mitigation's own rules answer with; 403, which servers that cannot drop a
 * connection answer instead; and 503, which a server answers for an app pool or a service that is stopped.
 */
function refusalsOf(mitigation: Mitigation): ReadonlySet<number> {
  const codes = new Set([403]);
  for (const action of mitigation.actions) {
    if (action.kind === 'appPool' || action.kind === 'service') codes.add(503);
    if (action.kind !== 'urlRewrite') continue;
    for (const rule of [...action.rewrite.globalRules, ...action.rewrite.rules]) {
      if (rule.action.type === 'CustomResponse') codes.add(rule.action.statusCode);
      if (rule.action.type === 'Redirect') codes.add(rule.action.status);
    }
  }
  return codes;
}
