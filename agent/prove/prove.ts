import type { Evidence, Mitigation } from '@stopgap/mitigation';
import type { Endpoint } from '../host.ts';
import type { Seen, SendEvidence } from './exchange.ts';
import { judgeEvidence } from './judge-evidence.ts';

/** What the evidence showed, over all endpoints. */
export type Proof =
  | { readonly result: 'proven'; readonly reason: string }
  /** In force, but nothing could be sent. */
  | { readonly result: 'unproven'; readonly reason: string }
  /** An attack got through, or ordinary traffic did not. */
  | { readonly result: 'disproven'; readonly reason: string };

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
  if (mitigation.evidence.length === 0) return { result: 'proven', reason: withoutEvidence(mitigation) };
  if (endpoints.length === 0)
    return { result: 'unproven', reason: 'cannot be proven: no address of the server is known or answers' };
  const unknown: string[] = [];
  for (const { endpoint, evidence, seen } of await sendAll(mitigation, mitigation.evidence, endpoints, send)) {
    const verdict = judgeEvidence(mitigation, evidence, seen, baseline.get(keyOf(endpoint, evidence)));
    if (verdict.holds === true) continue;
    const at = `${endpoint.address}:${endpoint.port}`;
    if (verdict.holds === 'unknown') unknown.push(`${at}: ${verdict.seen}`);
    else return { result: 'disproven', reason: `${headline(evidence)} at ${at}: ${verdict.seen}` };
  }
  if (unknown[0] !== undefined) return { result: 'unproven', reason: `cannot be proven: ${unknown[0]}` };
  return { result: 'proven', reason: countOf(mitigation, endpoints.length) };
}

function headline(evidence: Evidence): string {
  return evidence.expect === 'refused'
    ? `the attack "${evidence.name}" was not refused`
    : `the ordinary request "${evidence.name}" does not pass`;
}

function countOf(mitigation: Mitigation, endpoints: number): string {
  const refused = mitigation.evidence.filter(({ expect }) => expect === 'refused').length;
  const passed = mitigation.evidence.length - refused;
  const said = [
    ...(refused > 0 ? [`${refused} ${refused === 1 ? 'attack' : 'attacks'} refused`] : []),
    ...(passed > 0 ? [`${passed} ordinary ${passed === 1 ? 'request' : 'requests'} passed`] : []),
  ];
  return said.join(', ') + (endpoints > 1 ? `, at each of ${endpoints} addresses` : '');
}

function withoutEvidence(mitigation: Mitigation): string {
  const actions = mitigation.actions.filter((action) => action.kind !== 'none');
  if (actions.length === 0) return 'heartbeat';
  return actions
    .map((action) => (action.kind === 'urlRewrite' ? 'rule in place' : `${action.name} stopped and kept from starting`))
    .join(', ');
}

interface Sent {
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

function keyOf(endpoint: Endpoint, evidence: Evidence): string {
  return `${endpoint.scheme}://${endpoint.address}:${endpoint.port} ${endpoint.hostHeader} ${evidence.name}`;
}
