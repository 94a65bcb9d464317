import { type AgentConfig, parseAgentConfig } from '@stopgap/agent';
import { MachineError } from '@stopgap/machine';
import type { Detected } from './detect.ts';
import type { Enrolled } from './enrolment.ts';

/** `agent.json` for a server that has none yet: what was found, laid out for people. Pure. */
export function draftConfiguration(detected: Detected, enrolled: Enrolled | undefined): string {
  return formatted({
    feeds: enrolled ? [enrolled.entry] : [],
    hosts: detected.hosts,
    products: detected.products,
    health: [],
  });
}

/**
 * The text of the `agent.json` of a state folder with the feed's entry in it, in the place of one of the same name; all else stays. The
 * text itself where that changes nothing. Pure. Throws `invalid-json` naming the place, also where a feed of that name has another
 * address and nobody has said that this one is to take its place.
 */
export function withFeed(text: string, enrolled: Enrolled, stateFolder: string): string {
  parseAgentConfig(text, stateFolder);
  const config = JSON.parse(text) as Record<string, unknown>;
  const feeds: readonly unknown[] = Array.isArray(config.feeds) ? config.feeds : [];
  const at = feeds.findIndex((feed) => nameOf(feed) === enrolled.entry.name);
  const before = feeds[at];
  if (enrolled.guessed) refuseAnother(before, enrolled.entry);
  const entry = typeof before === 'object' && before !== null ? { ...before, ...enrolled.entry } : enrolled.entry;
  if (JSON.stringify(entry) === JSON.stringify(before)) return text;
  return formatted({ ...config, feeds: at < 0 ? [...feeds, entry] : feeds.with(at, entry) });
}

function refuseAnother(before: unknown, { name, url }: Enrolled['entry']): void {
  const known = typeof before === 'object' && before !== null && 'url' in before ? before.url : undefined;
  if (known === undefined || known === url) return;
  throw new MachineError(
    'invalid-json',
    `a feed called ${name} is configured already, at ${known}; if ${url} is to take its place: --feed-name ${name}, else choose another name with --feed-name`,
  );
}

function nameOf(feed: unknown): unknown {
  return typeof feed === 'object' && feed !== null && 'name' in feed ? feed.name : undefined;
}

/** An entry a line where it is short, as a person would write it. */
function formatted(config: Record<string, unknown>): string {
  const parts = Object.entries(config).map(([key, value]) => {
    if (!Array.isArray(value) || value.length === 0) return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const entries = value.map((entry) => `    ${onOneLine(entry)}`);
    return `  ${JSON.stringify(key)}: [\n${entries.join(',\n')}\n  ]`;
  });
  return `{\n${parts.join(',\n')}\n}\n`;
}

function onOneLine(entry: unknown): string {
  return JSON.stringify(entry, undefined, 1).replace(/\n\s*/g, ' ');
}

/** Folders of the agent's own that it writes in: the state, and the server's policy where that stands elsewhere. Pure. */
export function ownFolders(config: Pick<AgentConfig, 'policy'>, stateFolder: string): readonly string[] {
  return [stateFolder, config.policy.server.replace(/\/[^/]*$/, '')];
}
