import { offersFromSources } from '../look/offers.ts';
import type { Parts } from '../look/parts.ts';
import { readPolicy } from '../policy/store.ts';
import type { AgentRequest } from './requests.ts';

/** The request with ids as they are known here: people write `cve-2022-41040`, and a block of that must not block nothing. */
export async function inKnownSpelling(parts: Parts, request: AgentRequest): Promise<AgentRequest> {
  if ('id' in request) return { ...request, id: spelled(request.id, await knownIds(parts)) };
  if (request.ask !== 'apply' || request.ids === 'all') return request;
  const known = await knownIds(parts);
  return { ...request, ids: request.ids.map((id) => spelled(id, known)) };
}

/** Ids that are offered, in force or blocked here. */
export async function knownIds(parts: Parts): Promise<readonly string[]> {
  const { offers } = await offersFromSources(parts, false);
  const { blocked } = readPolicy(parts.files, parts.policyFiles.server);
  const held = parts.journal.held().map(({ mitigation }) => mitigation);
  return [...offers.map(({ mitigation }) => mitigation.id), ...held, ...blocked.map(({ id }) => id)];
}

/** The id itself where it is known, else one that differs in letter case alone, else as it was written. Pure. */
export function spelled(id: string, known: readonly string[]): string {
  if (known.includes(id)) return id;
  return known.find((one) => one.toLowerCase() === id.toLowerCase()) ?? id;
}
