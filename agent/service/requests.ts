import type { PolicyMode } from '../policy/policy.ts';

/** What a person asks of the agent. Carried out by the running service, or by the command itself under the lock. */
export type AgentRequest = {
  readonly actor: string;
} /** `bundle`: ask no feed, and take this for the one named (or the only one that takes any). */ & (
  | { readonly ask: 'look'; readonly bundle?: BundleRequest }
  | { readonly ask: 'apply'; readonly ids: readonly string[] | 'all'; readonly documents: readonly GivenDocument[] }
  /** `evenIfOffered`: for a server that is not running, where nothing puts it in force again by itself. */
  | { readonly ask: 'remove'; readonly id: string; readonly reason: string; readonly evenIfOffered?: boolean }
  | { readonly ask: 'block'; readonly id: string; readonly reason: string; readonly keep: boolean }
  | { readonly ask: 'unblock'; readonly id: string }
  | { readonly ask: 'approve'; readonly id: string; readonly revision: number | undefined }
  | { readonly ask: 'enable'; readonly on: boolean }
  | { readonly ask: 'mode'; readonly mode: PolicyMode }
);

/** A bundle to be taken. */
export interface BundleRequest {
  /** Where the agent can read it: a service may be kept from seeing what a person sees. */
  readonly file: string;
  /** What the person called it. */
  readonly name: string;
  readonly feed: string | undefined;
}

/** A document from a file, when there is no feed or it is not trusted yet. */
export interface GivenDocument {
  readonly file: string;
  readonly text: string;
}

export type AgentAnswer =
  | { readonly ok: true; readonly done: readonly string[]; readonly said: string }
  | { readonly ok: false; readonly code: string; readonly message: string };
