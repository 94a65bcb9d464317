import type { Journal } from '@stopgap/agent/journal';
import type { ServerNote } from '@stopgap/agent/server-note';

/** What `status` shows, as its `--json` prints it. Times are ms since the epoch; absent things are `null`. */
export interface Overview {
  readonly feeds: readonly {
    readonly name: string;
    readonly version: number | null;
    readonly signed: number | null;
    readonly expires: number | null;
    readonly looked: number;
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

/** Reads the overview out of the journal. */
export function overviewOf(journal: Journal, server: ServerNote | undefined): Overview {
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
    trouble: source.trouble ?? null,
  }));
  const warnings = warningsOf(journal, server);
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
      host.missing.map(({ what, remedy }) => `${host.name}: ${what}; ${remedy}`),
    ),
    ...(server?.hosts ?? []).filter((host) => !host.present).map((host) => `${host.name}: ${host.detail}`),
  ];
}
