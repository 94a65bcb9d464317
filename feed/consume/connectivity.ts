import type { Clock } from '@stopgap/machine';
import { dialSteps, type Route } from '../http/dial.ts';
import type { FeedTroubleStep } from '../source.ts';
import { Trouble, troubleOf } from '../trouble.ts';
import { type FeedConfig, type FeedDeps, withDefaults } from './config.ts';
import { connectFeed, type FeedConnection } from './connection.ts';
import { fetchDocuments } from './documents.ts';
import { type FeedFiles, feedFiles } from './fetch.ts';
import { scratchOver, type TrustFolder, trustFolder } from './folder.ts';
import { defaultLimits, type FeedLimits } from './limits.ts';
import { documentsOf } from './roles.ts';
import { openTrust, signedAt } from './trust.ts';
import { type Updated, updateWhole } from './update.ts';

const steps = [
  'configuration',
  'dns',
  'tcp',
  'proxy',
  'tls',
  'http',
  'signature',
  'freshness',
  'documents',
  'push',
] as const;
type StepName = (typeof steps)[number];

/** One step on the way to a feed. */
export interface ConnectivityStep {
  readonly step: StepName;
  readonly verdict: 'ok' | 'failed' | 'skipped';
  /** What was found; for `failed`, what is wrong and the remedy. */
  readonly detail: string;
  readonly milliseconds: number;
}

/**
 * Goes the whole way to a feed, step by step, and says how each went; what a failure keeps from being tried is `skipped`.
 * Verifies everything as a look does, but changes nothing on disk. Never throws.
 */
export async function* connectivity(config: FeedConfig, given: FeedDeps = {}): AsyncGenerator<ConnectivityStep> {
  const reached = new Set<StepName>();
  let failure: ConnectivityStep | undefined;
  for await (const step of walk(config, withDefaults(given))) {
    yield* skipped(reached, steps.slice(0, steps.indexOf(step.step)), 'not needed');
    reached.add(step.step);
    if (step.verdict === 'failed') failure = step;
    yield step;
  }
  yield* skipped(reached, steps, failure ? `not tried: ${failure.step} failed` : 'not needed');
}

function* skipped(reached: Set<StepName>, names: readonly StepName[], detail: string): Generator<ConnectivityStep> {
  for (const step of names) {
    if (reached.has(step)) continue;
    reached.add(step);
    yield { step, verdict: 'skipped', detail, milliseconds: 0 };
  }
}

type Walk<T = void> = AsyncGenerator<ConnectivityStep, T>;

/** Carries nothing: the failed step was yielded already. */
class Stopped extends Error {}

async function* walk(config: FeedConfig, deps: Required<FeedDeps>): Walk {
  const limits = { ...defaultLimits, ...config.limits };
  const folder = scratchOver(trustFolder(config.stateFolder, deps.files));
  const time = <T>(step: StepName, work: () => Promise<T>, detail: (result: T) => string) =>
    timed(deps.clock, step, work, detail);
  let connection: FeedConnection | undefined;
  try {
    connection = yield* time('configuration', async () => connectFeed(config, deps, limits), describe);
    yield* dialled(connection.route, deps.clock);
    const files = feedFiles(connection.http, connection.url);
    const fetchTimestamp = () => files.get('metadata/timestamp.json', limits.timestampBytes);
    const timestamp = yield* time('http', fetchTimestamp, (bytes) => `timestamp.json, ${bytes.length} bytes`);
    yield* verified({ files, folder, limits, connection, deps }, timestamp);
    yield* pushed(connection, deps.clock, limits.idleTimeoutMs);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    connection?.http.close();
  }
}

async function* timed<T>(clock: Clock, step: StepName, work: () => Promise<T>, detail: (result: T) => string): Walk<T> {
  const start = clock.elapsed();
  let result: T;
  try {
    result = await work();
  } catch (error) {
    yield { step, verdict: 'failed', detail: troubleOf(error).reason, milliseconds: clock.elapsed() - start };
    throw new Stopped();
  }
  yield { step, verdict: 'ok', detail: detail(result), milliseconds: clock.elapsed() - start };
  return result;
}

function describe({ url, route, enrolledRoot, proxyByEnvironment }: FeedConnection): string {
  const { version } = openTrust(enrolledRoot).root.signed;
  const way = route.proxy ? `through the proxy ${route.proxy.host}` : 'no proxy';
  // A service does not see what a shell exports, nor the other way round.
  const why = proxyByEnvironment ? " by this command's environment" : '';
  return `${url.href}, ${way}${why}, enrolled with root version ${version}`;
}

async function* dialled(route: Route, clock: Clock): Walk {
  const start = clock.elapsed();
  const way = dialSteps(route, clock);
  try {
    for (let next = await way.next(); ; next = await way.next()) {
      if (next.done) {
        next.value.destroy();
        return;
      }
      yield { ...next.value, step: dialStep(next.value.step), verdict: 'ok' };
    }
  } catch (error) {
    const { step, reason } = troubleOf(error);
    yield { step: dialStep(step), verdict: 'failed', detail: reason, milliseconds: clock.elapsed() - start };
    throw new Stopped();
  } finally {
    await way.return(undefined as never);
  }
}

function dialStep(step: FeedTroubleStep): StepName {
  return steps.find((name) => name === step) ?? 'tcp';
}

interface Verifying {
  readonly files: FeedFiles;
  readonly folder: TrustFolder;
  readonly limits: FeedLimits;
  readonly connection: FeedConnection;
  readonly deps: Required<FeedDeps>;
}

async function* verified({ files, folder, limits, connection, deps }: Verifying, timestamp: Buffer): Walk {
  const { clock, log } = deps;
  const { enrolledRoot } = connection;
  const start = clock.elapsed();
  const update = () => updateWhole({ files, folder, limits, log, now: clock.now(), enrolledRoot }, timestamp);
  let updated: Updated;
  try {
    updated = await update();
  } catch (error) {
    const { step, reason } = troubleOf(error);
    const milliseconds = clock.elapsed() - start;
    // Expiry is judged last, on metadata whose signatures were found good.
    if (step === 'expired') yield { step: 'signature', verdict: 'ok', detail: 'signed as the root asks', milliseconds };
    yield { step: step === 'expired' ? 'freshness' : 'signature', verdict: 'failed', detail: reason, milliseconds };
    throw new Stopped();
  }
  yield { step: 'signature', verdict: 'ok', detail: versionsOf(updated), milliseconds: clock.elapsed() - start };
  yield { step: 'freshness', verdict: 'ok', detail: freshnessOf(updated), milliseconds: 0 };
  const { root } = updated.trust;
  const targets = documentsOf(updated.trust, updated);
  const fetchAll = () => fetchDocuments(files, folder, limits, targets, root.signed.consistentSnapshot);
  yield* timed(clock, 'documents', fetchAll, (documents) => `${documents.length} whole and as signed`);
}

function versionsOf({ trust, roles }: Updated): string {
  const { root, timestamp, snapshot } = trust;
  const versions = [
    `root ${root.signed.version}`,
    `timestamp ${timestamp?.signed.version}`,
    `snapshot ${snapshot?.signed.version}`,
    ...roles.map((role) => `${role} ${trust.role(role)?.signed.version}`),
  ];
  return `signed as the root asks: ${versions.join(', ')}`;
}

function freshnessOf({ trust: { timestamp } }: Updated): string {
  const signed = timestamp && signedAt(timestamp);
  return `${signed === undefined ? '' : `signed ${new Date(signed).toISOString()}, `}good until ${timestamp?.signed.expires}`;
}

/** A feed without a push channel is none the worse: looks come by the hour then. */
async function* pushed({ http }: FeedConnection, clock: Clock, idleMs: number): Walk {
  const start = clock.elapsed();
  const stop = new AbortController();
  const step = (verdict: ConnectivityStep['verdict'], detail: string): ConnectivityStep => {
    return { step: 'push', verdict, detail, milliseconds: clock.elapsed() - start };
  };
  try {
    const answer = await http.open('events', { accept: 'text/event-stream' }, stop, idleMs);
    answer.on('error', () => {});
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true;
    if (answer.statusCode === 200 && isStream) yield step('ok', 'news arrive at once');
    else
      yield step('skipped', `there is no push channel (status ${answer.statusCode}); news are found at the next look`);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    yield step('failed', `${error.message}; news are found at the next look`);
  } finally {
    stop.abort();
  }
}
