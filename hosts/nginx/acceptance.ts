import type { Acceptance, HeldAction, HostSurvey } from '@stopgap/agent';
import type { RuleCompiler } from './compiler.ts';
import { scopedRules } from './rules.ts';

/** Whether this nginx can hold an action, and if not, why. Pure. */
export function acceptanceOf(held: HeldAction, survey: HostSurvey, compiler: RuleCompiler): Acceptance {
  const { action } = held;
  if (action.kind !== 'urlRewrite') {
    return {
      accepted: false,
      state: 'unsupported',
      reason: `nginx holds URL rules, not actions of kind ${action.kind}`,
    };
  }
  if (!survey.present) return { accepted: false, state: 'not-applicable', reason: survey.detail };
  const [missing] = survey.missing;
  if (missing) {
    return { accepted: false, state: 'prerequisite-missing', reason: `${missing.what}; ${missing.remedy}` };
  }
  const rules = scopedRules([held]);
  const refusals = compiler.check(rules);
  if (refusals.length > 0) {
    return { accepted: false, state: 'unsupported', reason: `nginx cannot hold this: ${refusals.join('; ')}` };
  }
  return { accepted: true, notes: compiler.compile(rules).notes };
}
