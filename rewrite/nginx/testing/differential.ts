import { evaluateInbound } from '../../evaluate/inbound.ts';
import type { ScopedRules } from '../../model.ts';
import { prepareRules } from '../../prepare/prepare-rules.ts';
import type { HeaderFields, RewriteRequest } from '../../request.ts';
import { compileNginx } from '../compile.ts';
import { answerWords, broaderClass, verdictWords } from './compared.ts';
import { startNginx } from './nginx-at-work.ts';
import { send, sideBySide, type WireRequest } from './wire.ts';

/** Rules, and the requests to send them. */
export interface Trial {
  readonly name: string;
  readonly rules: readonly ScopedRules[];
  readonly requests: readonly WireRequest[];
}

/** What came of comparing nginx with the evaluator. */
export interface Comparison {
  readonly compared: number;
  readonly refused: number;
  /** nginx refused the request itself (400), rules or no rules. */
  readonly ownRefusals: number;
  /** nginx refused what IIS lets pass, in a class that the README names. */
  readonly broader: ReadonlyMap<string, number>;
  readonly disagreements: readonly string[];
}

/** Sends every request of every trial to a real nginx that holds the trial's rules, and compares with `evaluateInbound`. */
export async function compareWithNginx(
  trials: readonly Trial[],
  more?: { readonly headerBuffers?: string },
): Promise<Comparison> {
  const compiled = trials.map(({ rules }, at) => compileNginx(rules, { variablePrefix: `s${at}` }));
  const nginx = await startNginx(compiled, more);
  const broader = new Map<string, number>();
  const disagreements: string[] = [];
  const counts = { compared: 0, refused: 0, ownRefusals: 0 };
  try {
    for (const [at, { name, rules, requests }] of trials.entries()) {
      const prepared = prepareRules(rules);
      const answers = await sideBySide(requests, 24, (request) => send(nginx.socket(at), request));
      for (const [place, request] of requests.entries()) {
        const answer = answers[place];
        if (!answer) continue;
        const seen = answerWords(answer);
        const wanted = verdictWords(evaluateInbound(prepared, rewriteRequest(request)));
        counts.compared += 1;
        if (wanted !== 'pass') counts.refused += 1;
        if (seen.startsWith('own ')) counts.ownRefusals += 1;
        else if (seen !== wanted) {
          const known = seen !== 'pass' ? broaderClass(request) : undefined;
          if (known) broader.set(known, (broader.get(known) ?? 0) + 1);
          else disagreements.push(`${name}: IIS ${wanted}, nginx ${seen}: ${JSON.stringify(request)}`);
        }
      }
    }
  } finally {
    await nginx.stop();
  }
  return { ...counts, broader, disagreements };
}

/** The request as the evaluator takes it. */
export function rewriteRequest({ method, url, host, headers }: WireRequest): RewriteRequest {
  const fields: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = fields[key];
    fields[key] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return { method, scheme: 'http', host, url, headers: fields satisfies HeaderFields };
}
