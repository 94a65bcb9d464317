import type { DoctorFacts } from './facts.ts';

/** What a check found. */
export interface Problem {
  /** What is wrong, with the thing in it. */
  readonly what: string;
  /** What to do about it, where it is more than the check's own remedy. */
  readonly remedy?: string;
}

/** One check, as data: the table that `doctor` prints and `docs/doctor.md` are made of these. */
export interface Check {
  /** Stable: what scripts look at. */
  readonly code: string;
  /** `failed`: mitigations will not be applied, or not all of them. `warning`: they will, but something wants a person. */
  readonly severity: 'failed' | 'warning';
  /** What is looked at. */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  readonly remedy: string;
  /** Pure. Every problem there is, or what is well, in words; `skipped`: nothing to look at here. */
  examine(facts: DoctorFacts): readonly Problem[] | { readonly well: string } | 'skipped';
}

/** One line of the doctor's answer. */
export interface Finding {
  readonly code: string;
  readonly verdict: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly title: string;
  readonly detail: string;
  /** Empty where nothing is wrong. */
  readonly remedy: string;
  readonly why: string;
}

/** Runs every check, in order. Pure. */
export function diagnose(checks: readonly Check[], facts: DoctorFacts): readonly Finding[] {
  return checks.flatMap((check): readonly Finding[] => {
    const { code, title, why, severity } = check;
    const about = { code, title, why };
    const found = check.examine(facts);
    if (found === 'skipped') return [{ ...about, verdict: 'skipped', detail: 'nothing to look at', remedy: '' }];
    if ('well' in found) return [{ ...about, verdict: 'ok', detail: found.well, remedy: '' }];
    return found.map(({ what, remedy = check.remedy }) => ({ ...about, verdict: severity, detail: what, remedy }));
  });
}

/** Problems, or that all is well. */
export function orWell(problems: readonly Problem[], well: string): readonly Problem[] | { readonly well: string } {
  return problems.length > 0 ? problems : { well };
}

/** `1 folder`, `2 folders`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
