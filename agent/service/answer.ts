import type { Offer } from '../decide/input.ts';
import { want } from '../decide/want.ts';
import { AgentError } from '../errors.ts';
import type { StatusRecord } from '../journal/records.ts';
import { gather } from '../look/gather.ts';
import { readHeldRows, readInForce } from '../look/in-force.ts';
import { look, routineLook } from '../look/look.ts';
import { offersFromSources } from '../look/offers.ts';
import type { Parts } from '../look/parts.ts';
import { removeByHand } from '../look/remove.ts';
import { withApproval, withBlock, withEnabled, withMode, withoutBlock } from '../policy/edit.ts';
import type { PolicyLevel } from '../policy/policy.ts';
import { readPolicy, writePolicy } from '../policy/store.ts';
import type { MitigationState } from '../state.ts';
import { takeBundle } from './bundle.ts';
import type { AgentAnswer, AgentRequest, GivenDocument } from './requests.ts';
import { inKnownSpelling, knownIds } from './spelling.ts';

type Ask<K extends AgentRequest['ask']> = Extract<AgentRequest, { ask: K }>;

/** Carries a request out. Whoever calls holds the lock. Refusals are answers, not exceptions. */
export async function answer(parts: Parts, request: AgentRequest): Promise<AgentAnswer> {
  try {
    return await dispatch(parts, await inKnownSpelling(parts, request));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    if (!(error instanceof AgentError)) parts.log.error('a request failed', { ask: request.ask, why: message });
    return { ok: false, code, message };
  }
}

async function dispatch(parts: Parts, request: AgentRequest): Promise<AgentAnswer> {
  switch (request.ask) {
    case 'look':
      return request.bundle
        ? await takeBundle(parts, request.bundle, request.actor)
        : await looked(parts, request.actor, 'looked');
    case 'apply':
      return await apply(parts, request);
    case 'remove':
      return await remove(parts, request);
    case 'block':
      return await block(parts, request);
    case 'unblock':
      return await unblock(parts, request);
    case 'approve':
      return await approve(parts, request);
    case 'enable':
      return await changePolicy(
        parts,
        request.actor,
        `switched mitigations ${request.on ? 'on' : 'off'} on this server`,
        (policy) => withEnabled(policy, request.on),
      );
    case 'mode':
      return await changePolicy(parts, request.actor, `mode is ${request.mode} on this server`, (policy) =>
        withMode(policy, request.mode),
      );
  }
}

async function looked(parts: Parts, actor: string, said: string, askSources = true): Promise<AgentAnswer> {
  const { done } = await look(parts, { ...routineLook, actor, askSources });
  return { ok: true, done, said };
}

async function changePolicy(
  parts: Parts,
  actor: string,
  said: string,
  edit: (policy: PolicyLevel, author: { by: string; at: number }) => PolicyLevel,
): Promise<AgentAnswer> {
  const file = parts.policyFiles.server;
  writePolicy(parts.files, file, edit(readPolicy(parts.files, file), { by: actor, at: parts.clock.now() }));
  parts.journal.record({ at: parts.clock.now(), actor, event: 'policy-changed', detail: said });
  return await looked(parts, actor, said, false);
}

/** One that nobody offers yet may be blocked too; but it may also be a slip of the pen. */
async function block(parts: Parts, { id, reason, keep, actor }: Ask<'block'>): Promise<AgentAnswer> {
  const known = (await knownIds(parts)).includes(id);
  const said = `blocked ${id}: ${reason}`;
  const given = await changePolicy(parts, actor, said, (policy, author) => withBlock(policy, id, reason, keep, author));
  if (known || !given.ok) return given;
  return {
    ...given,
    said: `${said}; nothing of that id is offered or in force here; see the ids with: stopgap status`,
  };
}

async function unblock(parts: Parts, { id, actor }: Ask<'unblock'>): Promise<AgentAnswer> {
  const server = readPolicy(parts.files, parts.policyFiles.server);
  const organisation = readPolicy(parts.files, parts.policyFiles.organisation);
  if (organisation.blocked.some((block) => block.id === id)) {
    throw new AgentError(
      'refused-by-policy',
      `${id} is blocked for the organisation (${parts.policyFiles.organisation}); it has to be unblocked there`,
    );
  }
  if (!server.blocked.some((block) => block.id === id))
    throw new AgentError('unknown-mitigation', `${id} is not blocked on this server`);
  return await changePolicy(parts, actor, `unblocked ${id}`, (policy) => withoutBlock(policy, id));
}

async function approve(parts: Parts, { id, revision, actor }: Ask<'approve'>): Promise<AgentAnswer> {
  const { offers } = await offersFromSources(parts, false);
  const offer = offers.find((one) => one.mitigation.id === id);
  if (!offer) throw unknown(id);
  const offered = offer.mitigation.revision;
  if (revision !== undefined && revision !== offered) {
    throw new AgentError(
      'unknown-mitigation',
      `${id} is offered in revision ${offered}, not ${revision}; read it again with: stopgap show ${id}`,
    );
  }
  return await changePolicy(parts, actor, `approved ${id} revision ${offered}`, (policy, author) =>
    withApproval(policy, { id, revision: offered, source: offer.source }, author),
  );
}

async function apply(parts: Parts, request: Ask<'apply'>): Promise<AgentAnswer> {
  const given = await Promise.all(request.documents.map((document) => offerOf(parts, document)));
  const offered = (await offersFromSources(parts, given.length === 0)).offers;
  const inForce = await readInForce(parts);
  const ids = request.ids === 'all' ? offered.map((offer) => offer.mitigation.id) : request.ids;
  const chosen = ids.map((id) => {
    const found =
      offered.find((offer) => offer.mitigation.id === id) ?? inForce.find((held) => held.mitigation.id === id);
    if (!found) throw unknown(id);
    return { ...found, origin: 'manual' as const };
  });
  const byHand = [...given, ...chosen];
  const { status, done } = await look(parts, { actor: request.actor, askSources: false, byHand, retryNow: new Set() });
  const results = byHand.flatMap(
    ({ mitigation }) => status.find((record) => record.mitigation === mitigation.id) ?? [],
  );
  return request.ids === 'all' ? allApplied(results, done) : chosenApplied(results, done);
}

const inForceStates: ReadonlySet<MitigationState> = new Set(['protected', 'applied', 'observing']);
const moot: ReadonlySet<MitigationState> = new Set(['not-applicable', 'removed']);
const wantsPerson: ReadonlySet<MitigationState> = new Set(['failed', 'conflict', 'prerequisite-missing']);

function chosenApplied(results: readonly StatusRecord[], done: readonly string[]): AgentAnswer {
  const refused = results.filter(({ state }) => !inForceStates.has(state));
  const held = results.filter(({ state }) => inForceStates.has(state));
  const applied = `applied by hand: ${namesOf(held)}`;
  const [first] = refused;
  if (!first) return { ok: true, done, said: applied };
  const not = refused.map(({ mitigation, state, reason }) => `${mitigation} is ${state}: ${reason}`).join('; ');
  throw new AgentError(
    first.state === 'blocked' ? 'refused-by-policy' : 'not-applied',
    held.length === 0 ? not : `${not}; ${applied}`,
  );
}

/** What does not apply here is passed over; what does and cannot be put in force is named, and is no success where a person can mend it. */
function allApplied(results: readonly StatusRecord[], done: readonly string[]): AgentAnswer {
  const held = results.filter(({ state }) => inForceStates.has(state));
  const not = results.filter(({ state }) => !inForceStates.has(state) && !moot.has(state));
  const first = held.length === 0 ? 'nothing of what is offered is in force' : `applied by hand: ${namesOf(held)}`;
  const said = [first, ...not.map((one) => `not applied: ${one.mitigation} is ${one.state}: ${one.reason}`)].join('\n');
  return not.some(({ state }) => wantsPerson.has(state))
    ? { ok: false, code: 'not-applied', message: said }
    : { ok: true, done, said };
}

function namesOf(records: readonly StatusRecord[]): string {
  return records.map(({ mitigation }) => mitigation).join(', ');
}

async function offerOf(parts: Parts, { file, text }: GivenDocument): Promise<Offer> {
  const document = Buffer.from(text, 'utf8');
  try {
    return { mitigation: await parts.library.read(document), source: `file ${file}`, origin: 'manual', document };
  } catch (error) {
    throw new AgentError('invalid-document', `${file}: ${error instanceof Error ? error.message : error}`, error);
  }
}

async function remove(parts: Parts, { id, reason, actor, evenIfOffered }: Ask<'remove'>): Promise<AgentAnswer> {
  if (parts.journal.toRebuild !== undefined) await look(parts, { ...routineLook, actor, askSources: false });
  if (!parts.journal.held().some(({ mitigation }) => mitigation === id))
    throw new AgentError('not-held', `${id} is not in force on this server; see: stopgap status`);
  const { unreadable } = await readHeldRows(parts);
  // What cannot be read in the journal may well be read anew.
  const comesBack = unreadable.length === 0 && (await wouldComeBack(parts, id));
  if (comesBack && evenIfOffered !== true) {
    throw new AgentError(
      'refused-by-policy',
      `${id} would be applied again at the next look; to take it off and keep it off: stopgap block ${id} --reason "…"`,
    );
  }
  const failed = await removeByHand(parts, id, actor, reason);
  if (failed !== undefined)
    return { ok: false, code: 'not-removed', message: `${id} could not be taken off: ${failed}` };
  const beside = unreadable.some(({ held }) => held.mitigation === id)
    ? unreadable.map(({ held }) => held.mitigation).filter((other) => other !== id)
    : [];
  const done = [id, ...beside].map((one) => `remove ${one}`);
  if (beside.length > 0)
    return { ok: true, done, said: `removed ${id}, and with it what could not be read either: ${beside.join(', ')}` };
  const said = comesBack
    ? `removed ${id}; it is still offered, and goes on again when something is applied`
    : `removed ${id}`;
  return { ok: true, done, said };
}

/** Whether the next look would put it in force again, in whatever mode, once it is off. */
async function wouldComeBack(parts: Parts, id: string): Promise<boolean> {
  const { offers } = await offersFromSources(parts, false);
  const offer = offers.find((one) => one.mitigation.id === id);
  return offer !== undefined && want(offer, undefined, await gather(parts, offers, [], new Set())).wanted === true;
}

function unknown(id: string): AgentError {
  return new AgentError('unknown-mitigation', `no feed offers ${id}; see the ids with: stopgap status`);
}
