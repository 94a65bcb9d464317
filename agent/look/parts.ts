import type { Clock, Commands, Files, Log } from '@stopgap/machine';
import type { HealthCheck } from '../apply/health.ts';
import type { InventoryView } from '../decide/input.ts';
import type { Host } from '../host.ts';
import type { Journal } from '../journal/journal.ts';
import type { SendEvidence } from '../prove/exchange.ts';
import type { MitigationSource } from '../source.ts';
import type { Library } from './library.ts';

/** All that a look works with; composed once by whoever runs the agent. */
export interface Parts {
  readonly journal: Journal;
  readonly library: Library;
  readonly sources: readonly MitigationSource[];
  readonly hosts: readonly Host[];
  readonly inventory: () => Promise<InventoryView>;
  readonly policyFiles: { readonly organisation: string; readonly server: string };
  readonly health: readonly HealthCheck[];
  readonly send: SendEvidence;
  /** Milliseconds after which a proof is due again. */
  readonly proveEvery: number;
  readonly files: Files;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}
