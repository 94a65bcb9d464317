import { readAgentConfig, statePaths } from '@stopgap/agent';
import { type ConnectivityStep, connectivity, decodeFeedConfig } from '@stopgap/feed/consume';
import { systemClock, systemFiles } from '@stopgap/machine';
import type { Command, Context } from '../context.ts';
import { exit } from '../exit.ts';
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
  for (const [index, entry] of feeds.entries()) {
    const feed = decodeFeedConfig(entry, `${paths.config}: feeds[${index}]`, paths.feeds);
    const result = { feed: feed.name, steps: [] as ConnectivityStep[] };
    if (!values.json) context.print(`${context.style.bold(feed.name)}  ${feed.url}\n`);
    for await (const step of connectivity(feed, { files: systemFiles, clock: systemClock, environment: context.env })) {
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

function line(step: ConnectivityStep, { style }: Context): string {
  const verdict = step.verdict.padEnd(7);
  const painted =
    step.verdict === 'ok' ? style.green(verdict) : step.verdict === 'failed' ? style.red(verdict) : style.dim(verdict);
  const time = step.verdict === 'skipped' ? '' : `${Math.round(step.milliseconds)} ms`;
  return `  ${step.step.padEnd(13)}  ${painted}  ${time.padStart(8)}  ${step.detail}`;
}
