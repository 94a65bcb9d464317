import type { Host } from '../../host.ts';
import type { HostBed, HostContract, Skip } from './bed.ts';
import { Keeper } from './keeper.ts';

/** What a case works with. */
export interface At<B extends HostBed> {
  readonly contract: HostContract<B>;
  readonly bed: B;
  readonly host: Host;
  readonly keeper: Keeper;
}

/** One promise of `Host`, and how it is tried. */
export interface Case {
  readonly title: string;
  /** Why it cannot be tried on this kind of host; `undefined`: it can. */
  skip?(contract: HostContract<HostBed>): string | undefined;
  try(at: At<HostBed>): Promise<void>;
}

/** A bed with a host and an empty memory. */
export function atWork<B extends HostBed>(contract: HostContract<B>, bed: B): At<B> {
  const host = bed.host();
  return { contract, bed, host, keeper: new Keeper(host) };
}

/** The reason of a `Skip`; `undefined` for anything else. */
export function reasonOf(part: unknown): string | undefined {
  return isSkip(part) ? part.skip : undefined;
}

/** Narrows to what can be tried; a case whose `skip` answers is never run. */
export function given<T>(part: T | Skip): T {
  if (isSkip(part)) throw new Error(`skipped: ${part.skip}`);
  return part;
}

function isSkip(part: unknown): part is Skip {
  return typeof part === 'object' && part !== null && 'skip' in part;
}
