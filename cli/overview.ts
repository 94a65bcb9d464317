import { daysText, type Journal, readRefused, readStaleness, type ServerNote, staleDays } from '@stopgap/agent/status';

/** What `status` shows, as its `--json` prints it. Times are ms since the epoch; absent things are `null`. */
export interface Overview {
  readonly feeds: readonly {
    readonly name: string;
    readonly version: number | null;
    readonly signed: number | null;
    readonly expires: number | null;
    readonly looked: number;
    /** Days since its freshness ran out, the first one counted as 1; 0 while it is fresh. */
    readonly staleDays: number;
    readonly trouble: { readonly step: string; readonly reason: string; readonly since: number } | null;
  }[];
  readonly server: ServerNote | null;
  readonly nextLook: number | null;
  readonly warnings: readonly string[];
  readonly mitigations: readonly {
    readonly id: string;
    readonly revision: number;
    readonly title: string;
    readonly type: string;
    readonly source: string;
    readonly state: string;
    readonly since: number | null;
    readonly reason: string;
    readonly nextTry: number | null;
  }[];
  /** Something needs a person. */
  readonly attention: boolean;
}

const needsAttention = new Set(['failed', 'conflict', 'prerequisite-missing']);

/** Reads the overview out of the journal; `now` in ms since the epoch. */
export function overviewOf(journal: Journal, server: ServerNote | undefined, now: number): Overview {
  const mitigations = journal.status().map((record) => ({
    id: record.mitigation,
    revision: record.revision,
    title: record.title,
    type: record.kinds,
    source: record.source,
    state: record.state,
    since: record.since ?? null,
    reason: record.reason,
    nextTry: record.nextTry ?? null,
  }));
  const feeds = journal.sources().map((source) => ({
    name: source.name,
    version: source.version ?? null,
    signed: source.signed ?? null,
    expires: source.expires ?? null,
    looked: source.looked,
    staleDays: source.expires === undefined ? 0 : staleDays(source.expires, now),
    trouble: source.trouble ?? null,
  }));
  const warnings = [...warningsOf(journal, server), ...staleWarnings(journal, feeds), ...readRefused(journal)];
  const attention =
    warnings.length > 0 ||
    feeds.some((feed) => feed.trouble !== null) ||
    mitigations.some(({ state }) => needsAttention.has(state));
  const nextLook = Number(journal.note('next-look') ?? 0);
  return { feeds, server: server ?? null, nextLook: nextLook > 0 ? nextLook : null, warnings, mitigations, attention };
}

function warningsOf(journal: Journal, server: ServerNote | undefined): readonly string[] {
  const trouble = journal.note('trouble') ?? '';
  return [
    ...(trouble === '' ? [] : [`the last look failed: ${trouble}`]),
    ...(server?.problems ?? []).map(({ product, reason }) => `${product}: ${reason}`),
    ...(server?.hosts ?? []).flatMap((host) =>
      [...host.missing, ...(host.weaknesses ?? [])].map(({ what, remedy }) => `${host.name}: ${what}; ${remedy}`),
    ),
    ...(server?.hosts ?? []).filter((host) => !host.present).map((host) => `${host.name}: ${host.detail}`),
  ];
}

function staleWarnings(journal: Journal, feeds: Overview['feeds']): readonly string[] {
  const { warnAfterDays, stopAfterDays } = readStaleness(journal);
  return feeds
    .filter((feed) => feed.staleDays > warnAfterDays)
    .map(({ name, staleDays: days }) => {
      const consequence =
        days > stopAfterDays
          ? 'nothing new is applied from it, what is in force stays'
          : `from ${daysText(stopAfterDays)} on nothing new is applied from it`;
      return `feed ${name} is stale by ${daysText(days)}: ${consequence}; see "stopgap connectivity", or bring a newer bundle`;
    });
}
