import type { Evidence, Mitigation } from '@stopgap/mitigation';
import type { Endpoint } from '../host.ts';
import type { Seen, SendEvidence } from './exchange.ts';
import { describeSeen, type EvidenceVerdict, indistinct, judgeEvidence } from './judge-evidence.ts';

/** What the evidence showed, over all endpoints. */
export type Proof =
  | { readonly result: 'proven'; readonly reason: string; readonly refusedBefore: Baseline }
  /** In force, but nothing could be sent, or what came back tells nothing. */
  | { readonly result: 'unproven'; readonly reason: string; readonly refusedBefore: Baseline }
  /** An attack got through, or ordinary traffic did not: then `ordinary` is the request. */
  | { readonly result: 'disproven'; readonly reason: string; readonly ordinary?: Sent };

/** What ordinary requests got before the change, by endpoint and evidence. */
export type Baseline = ReadonlyMap<string, Seen>;

const mostEndpoints = 16;
const atOnce = 8;

/** Sends the requests that must pass, before anything is changed. */
export async function takeBaseline(
  mitigation: Mitigation,
  endpoints: readonly Endpoint[],
  send: SendEvidence,
): Promise<Baseline> {
  const passing = mitigation.evidence.filter((evidence) => evidence.expect === 'passes');
  const seen = await sendAll(mitigation, passing, endpoints, send);
  return new Map(seen.map(({ endpoint, evidence, seen }) => [keyOf(endpoint, evidence), seen]));
}

/** Sends all evidence through the real server and says what it shows. */
export async function prove(
  mitigation: Mitigation,
  endpoints: readonly Endpoint[],
  baseline: Baseline,
  send: SendEvidence,
): Promise<Proof> {
  const refusedBefore = new Map<string, Seen>();
  if (mitigation.evidence.length === 0) return { result: 'proven', reason: withoutEvidence(mitigation), refusedBefore };
  if (endpoints.length === 0)
    return {
      result: 'unproven',
      reason: 'cannot be proven: no address of the server is known or answers',
      refusedBefore: baseline,
    };
  const unknown: string[] = [];
  const asBefore = new Set<string>();
  const sent = await sendAll(mitigation, mitigation.evidence, endpoints, send);
  for (const one of sent) {
    const key = keyOf(one.endpoint, one.evidence);
    const before = baseline.get(key);
    const verdict = judge(mitigation, one, sent, before);
    if (verdict.holds === false) return disproof(one, verdict.seen);
    if (verdict.holds === 'unknown') unknown.push(`${one.endpoint.address}:${one.endpoint.port}: ${verdict.seen}`);
    else if (verdict.asBefore) asBefore.add(one.evidence.name);
    const stands = verdict.holds === 'unknown' || verdict.asBefore === true;
    if (before && stands && judgeEvidence(mitigation, one.evidence, before, undefined).holds === false)
      refusedBefore.set(key, before);
  }
  if (unknown[0] !== undefined) return { result: 'unproven', reason: `cannot be proven: ${unknown[0]}`, refusedBefore };
  return { result: 'proven', reason: countOf(mitigation, endpoints.length, asBefore.size), refusedBefore };
}

function judge(mitigation: Mitigation, one: Sent, all: readonly Sent[], before: Seen | undefined): EvidenceVerdict {
  const ordinary = all
    .filter(({ endpoint, evidence }) => endpoint === one.endpoint && evidence.expect === 'passes')
    .map(({ seen }) => seen);
  const verdict = judgeEvidence(mitigation, one.evidence, one.seen, before);
  if (one.evidence.expect === 'refused' && indistinct(one.seen, verdict.holds === true, ordinary))
    return { holds: 'unknown', seen: `ordinary requests get the same as attacks: ${describeSeen(one.seen)}` };
  return verdict;
}

function disproof(sent: Sent, seen: string): Proof {
  const { endpoint, evidence } = sent;
  const reason = `${headline(evidence)} at ${endpoint.address}:${endpoint.port}: ${seen}`;
  return { result: 'disproven', reason, ...(evidence.expect === 'passes' ? { ordinary: sent } : {}) };
}

function headline(evidence: Evidence): string {
  return evidence.expect === 'refused'
    ? `the attack "${evidence.name}" was not refused`
    : `the ordinary request "${evidence.name}" does not pass`;
}

function countOf(mitigation: Mitigation, endpoints: number, asBefore: number): string {
  const refused = mitigation.evidence.filter(({ expect }) => expect === 'refused').length;
  const passed = mitigation.evidence.length - refused - asBefore;
  const said = [
    ...(refused > 0 ? [`${refused} ${refused === 1 ? 'attack' : 'attacks'} refused`] : []),
    ...(passed > 0 ? [`${passed} ordinary ${passed === 1 ? 'request' : 'requests'} passed`] : []),
    ...(asBefore > 0 ? [`${asBefore} that the server refuses without it too`] : []),
  ];
  const some = endpoints > mostEndpoints ? `${mostEndpoints} of ` : '';
  return said.join(', ') + (endpoints > 1 ? `, at each of ${some}${endpoints} addresses` : '');
}

function withoutEvidence(mitigation: Mitigation): string {
  const actions = mitigation.actions.filter((action) => action.kind !== 'none');
  if (actions.length === 0) return 'heartbeat';
  return actions
    .map((action) => (action.kind === 'urlRewrite' ? 'rule in place' : `${action.name} stopped and kept from starting`))
    .join(', ');
}

/** One request, and what became of it. */
export interface Sent {
  readonly endpoint: Endpoint;
  readonly evidence: Evidence;
  readonly seen: Seen;
}

/** A few at a time: evidence must not look like an attack by its number. */
async function sendAll(
  mitigation: Mitigation,
  evidence: readonly Evidence[],
  endpoints: readonly Endpoint[],
  send: SendEvidence,
): Promise<readonly Sent[]> {
  const all = endpoints
    .slice(0, mostEndpoints)
    .flatMap((endpoint) => evidence.map((one) => ({ endpoint, evidence: one })));
  const sent: Sent[] = [];
  for (let start = 0; start < all.length; start += atOnce) {
    const batch = all.slice(start, start + atOnce);
    sent.push(
      ...(await Promise.all(
        batch.map(async (one) => ({ ...one, seen: await send(one.endpoint, one.evidence, mitigation.id) })),
      )),
    );
  }
  return sent;
}

/** Under which a request at an endpoint is found in a `Baseline`. */
export function keyOf(endpoint: Endpoint, evidence: Evidence): string {
  return `${endpoint.scheme}://${endpoint.address}:${endpoint.port} ${endpoint.hostHeader} ${evidence.name}`;
}
