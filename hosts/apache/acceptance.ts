import type { Acceptance, HostSurvey } from '@stopgap/agent';
import type { CompiledAction } from './compile-one.ts';
import { missingModule } from './modules.ts';

/**
 * Whether this Apache can hold an action, and if not, why. `modules`: what it has loaded; `undefined`: not known. Pure.
 */
export function acceptanceOf(
  survey: HostSurvey,
  action: CompiledAction,
  modules: ReadonlySet<string> | undefined,
): Acceptance {
  if (!survey.present) return { accepted: false, state: 'not-applicable', reason: survey.detail };
  const [missing] = survey.missing;
  if (missing) {
    return { accepted: false, state: 'prerequisite-missing', reason: `${missing.what}; ${missing.remedy}` };
  }
  if (!action.held) return { accepted: false, state: 'unsupported', reason: action.reason };
  const [absent] = modules ? action.modules.filter((name) => !modules.has(name)) : [];
  if (absent === undefined) return { accepted: true, notes: action.notes };
  const { what, remedy } = missingModule(absent);
  return { accepted: false, state: 'prerequisite-missing', reason: `${what}; ${remedy}` };
}
