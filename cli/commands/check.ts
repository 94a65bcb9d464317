import path from 'node:path';
import { asking } from './asking.ts';

export const command = asking({
  name: 'check',
  summary: 'look now: ask the feeds, decide, apply, prove',
  usage: 'check [--bundle FILE [--feed NAME]] [--json] [--state-dir DIR]',
  about:
    'Does now what the agent service does every hour. Needs no service.\n\nWith --bundle no feed is asked: FILE (from "stopgap feed bundle") is verified in place of what a feed would have\nanswered, with no network at all. One older than what was seen is refused; so is one whose freshness ran out longer\nago than policy allows ("stale": {"stopAfterDays": N} in a policy file; default 30).',
  options: { bundle: { type: 'string' }, feed: { type: 'string' } },
  optionHelp: [
    '--bundle FILE    take this offline bundle, and ask no feed',
    '--feed NAME      with --bundle: the feed it is for, where several are configured',
  ],
  request: ({ values }, actor) => ({ ask: 'look', actor, ...bundleOf(values) }),
});

function bundleOf({ bundle, feed }: Readonly<Record<string, unknown>>) {
  if (typeof bundle !== 'string') return {};
  return { bundle: { file: path.resolve(bundle), feed: typeof feed === 'string' ? feed : undefined } };
}
