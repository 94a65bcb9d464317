import { type Decoder, flag, listOf, object, oneOf, optional, text, whole } from '@stopgap/machine';

/** How a mitigation that may be applied is applied. */
export type PolicyMode = 'enforce' | 'observe' | 'approve';

/** An id that must not be applied, who said so and why. */
export interface Block {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Leave what is already in force where it is; only do not apply it again. */
  readonly keep: boolean;
}

/** A revision that somebody approved. Later revisions await approval again. */
export interface Approval {
  readonly id: string;
  readonly revision: number;
  /** The feed that offered it; absent in files written before there were several: any. */
  readonly source?: string | undefined;
  readonly by: string;
  readonly at: number;
}

/** One level's policy: the organisation's or the server's. The file holds just this, as JSON. */
export interface PolicyLevel {
  /** The Exchange service's `MitigationsEnabled` of that level. */
  readonly mitigationsEnabled: boolean;
  readonly blocked: readonly Block[];
  /** `undefined`: no say; the other level's, else `enforce`. */
  readonly mode: PolicyMode | undefined;
  readonly approved: readonly Approval[];
  /** How stale a feed may be; what is not said is left to the other level, else to `defaultStaleness`. */
  readonly stale?:
    | { readonly warnAfterDays?: number | undefined; readonly stopAfterDays?: number | undefined }
    | undefined;
}

/** Nothing said: mitigations are applied automatically. */
export const defaultPolicy: PolicyLevel = { mitigationsEnabled: true, blocked: [], mode: undefined, approved: [] };

const when = whole(0, 8_640_000_000_000_000);
const identifier = text(64);

/** Most characters of the reason of a block. */
export const mostOfReason = 1000;
const days = whole(0, 3650);

const block: Decoder<Block> = object({
  id: identifier,
  reason: text(mostOfReason),
  by: text(200),
  at: optional(when, 0),
  keep: optional(flag, false),
});

const approval: Decoder<Approval> = object({
  id: identifier,
  // As high as that of a document can be.
  revision: whole(1, 999_999_999),
  source: optional(text(200)),
  by: text(200),
  at: optional(when, 0),
});

/** Decodes a policy file; unknown keys are refused. */
export const policyLevel: Decoder<PolicyLevel> = object({
  mitigationsEnabled: optional(flag, true),
  blocked: optional(listOf(block), []),
  mode: optional(oneOf('enforce', 'observe', 'approve')),
  approved: optional(listOf(approval), []),
  stale: optional(object({ warnAfterDays: optional(days), stopAfterDays: optional(days) })),
});
