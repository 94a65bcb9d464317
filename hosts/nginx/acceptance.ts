import type { Acceptance, HostSurvey } from '@stopgap/agent';
import type { CompiledAction } from './compile-one.ts';

/** Whether this nginx can hold an action, and if not, why. Pure. */
export function acceptanceOf(survey: HostSurvey, action: CompiledAction): Acceptance {
  if (!survey.present) return { accepted: false, state: 'not-applicable', reason: survey.detail };
  const [missing] = survey.missing;
  if (missing) {
    return { accepted: false, state: 'prerequisite-missing', reason: `${missing.what}; ${missing.remedy}` };
  }
  if (!action.held) return { accepted: false, state: 'unsupported', reason: action.reason };
  return { accepted: true, notes: action.compiled.notes };
}
