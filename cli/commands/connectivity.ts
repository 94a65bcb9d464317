import { readAgentConfig, statePaths } from '@stopgap/agent';
import { type ConnectivityStep, connectivity, type FeedDeps, type FeedTroubleStep } from '@stopgap/feed/consume';
import { type Files, systemClock, systemFiles } from '@stopgap/machine';
import type { Command, Context } from '../context.ts';
import { exit } from '../exit.ts';
import { decodeFeeds, type FeedEntry, sourceFor } from '../feeds.ts';
import { parseOptions, stateFolderOf } from '../options.ts';

const help = `Usage: stopgap connectivity [--json] [--state-dir DIR]

Goes the whole way to every feed, step by step: configuration, DNS, TCP, proxy, TLS, HTTP, signatures, freshness, documents, push.
Each step says what was found, or what is wrong and what to do. Verifies as a look does, and changes nothing.

Options:
  --json           as JSON
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)

Exit code: 0 all feeds can be used, 3 some cannot.
`;

export const command: Command = {
  name: 'connectivity',
  summary: 'check every step of the way to the feeds',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('connectivity', args, {});
  const stateFolder = stateFolderOf(values['state-dir'], context.env);
  const paths = statePaths(stateFolder);
  const { feeds } = readAgentConfig(systemFiles, stateFolder);
  const results: { feed: string; steps: ConnectivityStep[] }[] = [];
  for (const feed of await decodeFeeds(feeds, paths.config, paths.feeds)) {
    const { name, url = 'no url: takes offline bundles only' } = feed.config;
    const result = { feed: name, steps: [] as ConnectivityStep[] };
    if (!values.json) context.print(`${context.style.bold(name)}  ${url}\n`);
    for await (const step of walk(feed, context)) {
      result.steps.push(step);
      if (!values.json) context.print(`${line(step, context)}\n`);
    }
    results.push(result);
  }
  if (values.json) context.print(`${JSON.stringify(results, undefined, 2)}\n`);
  else if (results.length === 0)
    context.print('no feed is configured: mitigations come from files only (stopgap apply --file)\n');
  return results.some(({ steps }) => steps.some(({ verdict }) => verdict === 'failed')) ? exit.attention : exit.ok;
}

/** The way of a TUF feed; of an OCS-style one, a look that changes nothing; of one without a url, there is none. */
export async function* walk(feed: FeedEntry, context: Context): AsyncGenerator<ConnectivityStep> {
  const deps = { files: systemFiles, clock: systemClock, environment: context.env };
  if (feed.kind === 'tuf' && feed.config.url !== undefined) yield* connectivity(feed.config, deps);
  else yield await oneStep(feed, deps);
}

async function oneStep(feed: FeedEntry, deps: FeedDeps): Promise<ConnectivityStep> {
  const start = systemClock.elapsed();
  const look = await (await sourceFor(feed, { ...deps, files: unchanging(systemFiles) })).look();
  const milliseconds = systemClock.elapsed() - start;
  if (!look.ok) {
    const { step, reason } = look.trouble;
    return { step: stepNamed(step), verdict: 'failed', detail: reason, milliseconds };
  }
  const { signedAt, documents } = look.documents;
  const detail = `${documents.length} documents, signed ${new Date(signedAt).toISOString()}`;
  return { step: 'documents', verdict: 'ok', detail, milliseconds };
}

function stepNamed(step: FeedTroubleStep): ConnectivityStep['step'] {
  if (step === 'expired') return 'freshness';
  if (step === 'content' || step === 'disk') return 'documents';
  return step === 'rollback' ? 'signature' : step;
}

/** Reads are real; what is written is forgotten. */
function unchanging(files: Files): Files {
  return { ...files, write: () => {}, remove: () => {}, makeFolder: () => {} };
}

function line(step: ConnectivityStep, { style }: Context): string {
  const verdict = step.verdict.padEnd(7);
  const painted =
    step.verdict === 'ok' ? style.green(verdict) : step.verdict === 'failed' ? style.red(verdict) : style.dim(verdict);
  const time = step.verdict === 'skipped' ? '' : `${Math.round(step.milliseconds)} ms`;
  return `  ${step.step.padEnd(13)}  ${painted}  ${time.padStart(8)}  ${step.detail}`;
}
