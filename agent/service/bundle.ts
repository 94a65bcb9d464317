import { MachineError } from '@stopgap/machine';
import { AgentError } from '../errors.ts';
import { look } from '../look/look.ts';
import type { Parts } from '../look/parts.ts';
import { bundleAllowance, effectiveStaleness } from '../policy/staleness.ts';
import { readPolicy } from '../policy/store.ts';
import { mostBundleBytes } from '../source.ts';
import type { AgentAnswer, BundleRequest } from './requests.ts';

/**
 * A look with a bundle in place of the feeds: no feed is asked. How long it may have expired is policy's to say. Throws
 * `bundle-refused` when it is not taken; what was verified before then stays, and is still looked after.
 */
export async function takeBundle(
  parts: Parts,
  { file, name, feed: wanted }: BundleRequest,
  actor: string,
): Promise<AgentAnswer> {
  const feed = feedFor(parts, wanted);
  const bytes = readBundle(parts, file, name);
  const { organisation, server } = parts.policyFiles;
  const staleness = effectiveStaleness(readPolicy(parts.files, organisation), readPolicy(parts.files, server));
  const terms = { allowanceMs: bundleAllowance(staleness) };
  const { done } = await look(parts, { actor, askSources: { feed, bytes, terms }, byHand: [], retryNow: new Set() });
  const record = parts.journal.sources().find((one) => one.name === feed);
  const entry = { at: parts.clock.now(), actor };
  if (record?.trouble) {
    const refusal = `${name} was refused (${record.trouble.step}): ${record.trouble.reason}`;
    parts.journal.record({ ...entry, event: 'feed-trouble', detail: `${feed}: the bundle ${refusal}` });
    throw new AgentError('bundle-refused', refusal);
  }
  const said = `${name} for feed ${feed}: version ${record?.version ?? 0}`;
  parts.journal.record({ ...entry, event: 'feed-published', detail: `took the bundle ${said}` });
  return { ok: true, done, said: `took ${said}` };
}

function feedFor({ sources }: Parts, wanted: string | undefined): string {
  const takers = sources.filter((source) => source.take !== undefined);
  const names = takers.map(({ name }) => name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new AgentError(
      'bundle-refused',
      `no feed ${wanted} that takes bundles is configured; there are: ${names.join(', ') || 'none'}`,
    );
  }
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  const remedy = only === undefined ? 'configure one in agent.json' : `say which with --feed: ${names.join(', ')}`;
  throw new AgentError('bundle-refused', `${names.length} feeds here take bundles; ${remedy}`);
}

function readBundle(parts: Parts, file: string, name: string): Uint8Array {
  try {
    const found = parts.files.read(file, mostBundleBytes);
    if (found) return found.bytes;
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new AgentError('bundle-refused', error.message, error);
  }
  throw new AgentError('bundle-refused', `${name} is not there`);
}
