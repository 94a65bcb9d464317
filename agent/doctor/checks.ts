import type { Check } from './check.ts';
import { feedChecks } from './feed-checks.ts';
import { serverChecks } from './server-checks.ts';
import { setupChecks } from './setup-checks.ts';

/** Every check, in the order in which it is shown. */
export const doctorChecks: readonly Check[] = [...setupChecks, ...serverChecks, ...feedChecks];
