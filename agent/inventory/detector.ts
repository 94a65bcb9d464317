import type { Commands, Files } from '@stopgap/machine';
import type { ProductFacts } from '@stopgap/mitigation';

/** What detectors look at the machine with. */
export interface DetectorTools {
  readonly files: Files;
  readonly commands: Commands;
}

/** What a detector found. */
export type Detection =
  /** `problem`: it is there, but not everything about it could be told; nothing may be concluded from what is missing. */
  | { readonly presence: 'here'; readonly facts: ProductFacts; readonly problem?: string }
  | { readonly presence: 'absent' }
  /** The detector itself failed; the sentence says what to do. */
  | { readonly presence: 'unknown'; readonly problem: string };

/** Looks once. May throw what the machine throws; that is a problem, not the end of the inventory. */
export type Detect = (tools: DetectorTools) => Promise<Detection>;

/** A way of finding a product. One file each; `detectors.ts` lists them. */
export interface Detector {
  /** As in the configuration: `"detector": "declared"`. */
  readonly name: string;
  /** Decodes one entry of `products`. Throws `MachineError` `invalid-json` that names the place. */
  prepare(entry: unknown, place: string): Detect;
}
