import { sign } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import { documentsOf, loadRoles } from '../../feed/consume/roles.ts';
import { openTrust, signedAt, type Trust } from '../../feed/consume/trust.ts';
import { tufKey } from '../../feed/publish/keys.ts';
import { SimulatedRepository } from '../../feed/testing/repository.ts';
import { Trouble } from '../../feed/trouble.ts';
import { must } from '../engine/check.ts';
import { behind } from '../engine/mutate.ts';
import { mutateJson } from '../engine/mutate-json.ts';
import { type OpenTarget, type Outcome, outcomeOf } from '../engine/target.ts';

const released = Date.UTC(2026, 10, 22);

/** Takes bytes for a role. */
type Take = (trust: Trust, bytes: Uint8Array) => unknown;

const steps: ReadonlyMap<string, Take> = new Map<string, Take>([
  ['root', (_trust, bytes) => openTrust(bytes)],
  ['next root', (trust, bytes) => trust.takeRoot(bytes)],
  ['timestamp', (trust, bytes) => trust.takeTimestamp(bytes) && trust.timestamp && signedAt(trust.timestamp)],
  ['snapshot', (trust, bytes) => trust.takeSnapshot(bytes)],
  ['targets', (trust, bytes) => trust.takeTargets(bytes, 'targets', 'root')],
]);

async function repository(): Promise<SimulatedRepository> {
  const made = await SimulatedRepository.released(released);
  made.delegates.push({
    ...made.roles.targets,
    keys: [...made.roles.targets.keys],
    name: 'exchange',
    paths: ['ex-*.xml', '*/x?[!a].xml'],
    terminating: false,
    parent: 'targets',
    version: 1,
    documents: new Map([['ex-1.xml', Buffer.from('x')]]),
  });
  await made.build();
  return made;
}

/**
 * What is served of each role, with metadata named by version alone, as the specification allows (4.4, 4.5): with hashes, a changed file
 * would be refused before anybody reads it.
 */
function served(made: SimulatedRepository): ReadonlyMap<string, Buffer> {
  const loose = (step: string, file: string, meta: object) =>
    [step, signedBy(made, step, { ...JSON.parse(made.file(file).toString()).signed, meta })] as const;
  return new Map([
    ['root', made.root],
    ['next root', made.root],
    loose('timestamp', 'metadata/timestamp.json', { 'snapshot.json': { version: 1 } }),
    loose('snapshot', 'metadata/1.snapshot.json', { 'targets.json': { version: 1 }, 'exchange.json': { version: 1 } }),
    ['targets', made.file('metadata/1.targets.json')],
  ]);
}

/** Trust as it stands when a role's turn comes. */
function trustBefore(made: SimulatedRepository, files: ReadonlyMap<string, Buffer>, step: string): Trust {
  const trust = openTrust(made.root);
  trust.fixTime(released);
  if (step === 'snapshot' || step === 'targets') trust.takeTimestamp(files.get('timestamp') ?? Buffer.alloc(0));
  if (step === 'targets') trust.takeSnapshot(files.get('snapshot') ?? Buffer.alloc(0));
  return trust;
}

/** Trust before each step, made anew only once an input has changed it: signatures are what takes the time here. */
function trustKeeper(made: SimulatedRepository, files: ReadonlyMap<string, Buffer>): (step: string) => Trust {
  const kept = new Map<string, { readonly trust: Trust; readonly believed: readonly unknown[] }>();
  return (step) => {
    const before = kept.get(step);
    if (before?.believed.every((one, at) => one === believedBy(before.trust)[at])) return before.trust;
    const trust = trustBefore(made, files, step);
    kept.set(step, { trust, believed: believedBy(trust) });
    return trust;
  };
}

function believedBy(trust: Trust): readonly unknown[] {
  return [trust.root, trust.timestamp, trust.snapshot, trust.role('targets')];
}

/** First line: which role. The rest is what a mirror serves for it: nothing but what was signed is ever taken. */
export async function openTuf(): Promise<OpenTarget> {
  const made = await repository();
  const files = served(made);
  const trustFor = trustKeeper(made, files);
  const genuine = new Set([...files.values()].map((bytes) => canonicalize(JSON.parse(bytes.toString()).signed)));
  return {
    seeds: [...files].map(([step, bytes]) => `${step}\n${bytes.toString()}`),
    words: [
      '"_type":',
      '"signatures":[',
      '"keyid":',
      '"__proto__":',
      '"threshold":0',
      '"version":-1',
      '"meta":{',
      '"hashes":{',
      '"delegations":{',
      '"succinct_roles":{',
      '1e400',
      '"expires":"9999-12-31T23:59:59Z"',
    ],
    most: 64 * 1024,
    mutate: behind('line', mutateJson),
    run: (input) => {
      const { step, bytes } = partsOf(input);
      const take = steps.get(step);
      if (!take) return 'refused';
      const trust = trustFor(step);
      const outcome = outcomeOf(() => take(trust, bytes), Trouble);
      // A root signs itself: whoever enrols with it trusts it.
      if (outcome === 'accepted' && step !== 'root')
        must(isGenuine(bytes, genuine), `a ${step} is taken that nobody signed`);
      return outcome;
    },
  };
}

/** Whether it says the very things that were signed. */
function isGenuine(bytes: Buffer, genuine: ReadonlySet<string>): boolean {
  return genuine.has(canonicalize(JSON.parse(bytes.toString()).signed));
}

/** As `tuf`, but what is served is signed by its own keys whatever it says: a publisher who has gone mad. */
export async function openTufSigned(): Promise<OpenTarget> {
  const made = await repository();
  const files = served(made);
  const trustFor = trustKeeper(made, files);
  return {
    seeds: [...files].map(([step, bytes]) => `${step}\n${JSON.stringify(JSON.parse(bytes.toString()).signed)}`),
    words: [
      '"__proto__":',
      '"constructor":',
      '"version":2',
      '"meta":{',
      '"hashes":{',
      '"delegations":{',
      '"succinct_roles":{"keyids":[],"threshold":1,"bit_length":8,"name_prefix":"a"}',
      '"paths":["',
      '**',
      '{a,b}',
      '{1..1000000}',
      '[!',
      '?(a|b)',
      '"path_hash_prefixes":["',
      '1e400',
    ],
    most: 32 * 1024,
    mutate: behind('line', mutateJson),
    run: async (input) => {
      const { step, bytes } = partsOf(input);
      const take = steps.get(step);
      const said = take && jsonIn(bytes);
      if (!take || said === undefined) return 'refused';
      const trust = trustFor(step);
      const signed = signedBy(made, step, said);
      const outcome = outcomeOf(() => take(trust, signed), Trouble);
      if (outcome === 'accepted' && step === 'targets') return documentsIn(trust);
      return outcome;
    },
  };
}

/** What the agent asks of a targets role that it believes. */
async function documentsIn(trust: Trust): Promise<Outcome> {
  try {
    documentsOf(trust, await loadRoles(trust, async () => {}, 32));
    return 'accepted';
  } catch (error) {
    if (error instanceof Trouble) return 'refused';
    throw error;
  }
}

function partsOf(input: Buffer): { readonly step: string; readonly bytes: Buffer } {
  const end = input.indexOf(0x0a);
  return end < 0
    ? { step: '', bytes: input }
    : { step: input.toString('latin1', 0, end), bytes: input.subarray(end + 1) };
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function signedBy(made: SimulatedRepository, step: string, said: unknown): Buffer {
  const role = step === 'next root' ? 'root' : step;
  const keys =
    role === 'root' || role === 'timestamp' || role === 'snapshot' || role === 'targets' ? made.roles[role].keys : [];
  let canonical = '';
  try {
    canonical = canonicalize(said);
  } catch {
    // Numbers that have no canonical form cannot be signed.
  }
  const signatures = keys.map((key) => ({
    keyid: tufKey(key).keyID,
    sig: sign(null, Buffer.from(canonical), key).toString('hex'),
  }));
  return Buffer.from(JSON.stringify({ signatures, signed: said }));
}
