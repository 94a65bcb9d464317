import type { Approval, Block, PolicyLevel, PolicyMode } from './policy.ts';
import { effectiveStaleness, type Staleness } from './staleness.ts';

/** A block with the level that said so. */
export interface LevelBlock extends Block {
  readonly level: 'organisation' | 'server';
}

/** What the levels say together. */
export interface EffectivePolicy {
  /** Applied automatically, or who switched that off. */
  readonly automatic: { readonly on: true } | { readonly on: false; readonly reason: string };
  readonly blocked: ReadonlyMap<string, LevelBlock>;
  readonly mode: PolicyMode;
  readonly approved: readonly Approval[];
  readonly stale: Staleness;
}

/**
 * The most restrictive level wins for *whether* (switched off or blocked at either level stays so, the smaller number of stale days counts), the most specific for
 * *how* (the server's mode before the organisation's). `MitigationsEnabled` as in the Exchange service's table.
 */
export function effectivePolicy(organisation: PolicyLevel, server: PolicyLevel): EffectivePolicy {
  return {
    automatic: automatic(organisation, server),
    blocked: new Map([...at('server', server), ...at('organisation', organisation)]),
    mode: server.mode ?? organisation.mode ?? 'enforce',
    approved: [...organisation.approved, ...server.approved],
    stale: effectiveStaleness(organisation, server),
  };
}

function automatic(organisation: PolicyLevel, server: PolicyLevel): EffectivePolicy['automatic'] {
  if (!organisation.mitigationsEnabled)
    return { on: false, reason: 'mitigations are switched off for the organisation' };
  if (!server.mitigationsEnabled) return { on: false, reason: 'mitigations are switched off on this server' };
  return { on: true };
}

function at(level: LevelBlock['level'], { blocked }: PolicyLevel): readonly (readonly [string, LevelBlock])[] {
  return blocked.map((block) => [block.id, { ...block, level }]);
}
