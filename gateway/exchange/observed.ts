import type { Observation } from '@stopgap/rewrite';
import type { Exchange } from './exchange.ts';

/** Says and counts what rules in mode `observe` would have done. Nothing else comes of them. */
export function noteObserved(exchange: Exchange, observed: readonly Observation[] | undefined): void {
  if (observed === undefined || observed.length === 0) return;
  const { site } = exchange;
  site.tally.observed++;
  for (const { by, outcome } of observed) {
    const fields = { ...described(exchange), outcome, mitigation: by.owner, rule: by.rule };
    site.refusals.write('a rule that only observes would have fired', fields);
  }
}

/**
 * A request, for log lines. A probe of the agent says so in `Stopgap-Probe`; this line is the only thing the field ever changes,
 * for an attacker can send it too.
 */
export function described({ connection, request, head }: Exchange) {
  return {
    client: connection.peer.address,
    method: head.method,
    host: head.host.slice(0, 200),
    url: head.url.slice(0, 1000),
    probe: request.headers['stopgap-probe'] !== undefined ? true : undefined,
  };
}
