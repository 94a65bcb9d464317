import type { PolicyLevel, PolicyMode } from './policy.ts';

export interface Author {
  readonly by: string;
  readonly at: number;
}

/** Blocks an id, or replaces its block. */
export function withBlock(policy: PolicyLevel, id: string, reason: string, keep: boolean, author: Author): PolicyLevel {
  return {
    ...policy,
    blocked: [...policy.blocked.filter((block) => block.id !== id), { id, reason, keep, ...author }],
  };
}

/** Takes the block of an id away. */
export function withoutBlock(policy: PolicyLevel, id: string): PolicyLevel {
  return { ...policy, blocked: policy.blocked.filter((block) => block.id !== id) };
}

/** Approves one revision of an id, as this feed offers it. */
export function withApproval(
  policy: PolicyLevel,
  { id, revision, source }: { readonly id: string; readonly revision: number; readonly source: string },
  author: Author,
): PolicyLevel {
  const others = policy.approved.filter((one) => one.id !== id);
  return { ...policy, approved: [...others, { id, revision, source, ...author }] };
}

/** Switches automatic application on or off. */
export function withEnabled(policy: PolicyLevel, mitigationsEnabled: boolean): PolicyLevel {
  return { ...policy, mitigationsEnabled };
}

/** Chooses how mitigations are applied from now on. */
export function withMode(policy: PolicyLevel, mode: PolicyMode): PolicyLevel {
  return { ...policy, mode };
}
