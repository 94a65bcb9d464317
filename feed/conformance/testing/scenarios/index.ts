import type { Scenario } from '../bench.ts';
import { artifacts } from './artifacts.ts';
import { basic } from './basic.ts';
import { delegations } from './delegations.ts';
import { expiry } from './expiry.ts';
import { keys } from './keys.ts';
import { odd } from './odd.ts';
import { quoting } from './quoting.ts';
import { rollback } from './rollback.ts';
import { rotation } from './rotation.ts';

/** Everything that a hostile repository is made to do, by area. `docs/trust.md` lists it; a test holds the two together. */
export const areas: readonly { readonly area: string; readonly scenarios: readonly Scenario[] }[] = [
  { area: 'The ordinary course, and metadata that is not what it should be', scenarios: basic },
  { area: 'Expiry', scenarios: expiry },
  { area: 'Rollback, mixed versions, and recovery from versions far ahead', scenarios: rollback },
  { area: 'Thresholds, keys and signatures', scenarios: keys },
  { area: 'Keys replaced', scenarios: rotation },
  { area: 'Delegations', scenarios: delegations },
  { area: 'Names', scenarios: quoting },
  { area: 'Odd and legal, odd and illegal', scenarios: odd },
  { area: 'Artifacts, lengths, caps and consistent snapshots', scenarios: artifacts },
];

/** So many of each area are in the quick tests, the others in the thorough ones. */
export const quickly = 4;
