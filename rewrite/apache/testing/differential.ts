import { evaluateInbound } from '../../evaluate/inbound.ts';
import { prepareRules } from '../../prepare/prepare-rules.ts';
import { broaderClass, verdictWords } from '../../translate/testing/compared.ts';
import { type Comparison, rewriteRequest, type Trial } from '../../translate/testing/trial.ts';
import { send, sideBySide, type WireAnswer, type WireRequest } from '../../translate/testing/wire.ts';
import { encodeLoose } from '../../url/encode.ts';
import { compileApache } from '../compile.ts';
import { passing, startApache } from './apache-at-work.ts';

/**
 * Sends every request of every trial to a real Apache that holds the trial's rules, and compares with `evaluateInbound`. The rules of a trial
 * stand in a virtual host of its own, which takes the same directives as the server's configuration.
 */
export async function compareWithApache(trials: readonly Trial[]): Promise<Comparison> {
  const hosts = trials.map(({ rules }) => compileApache(rules).main + passing);
  const apache = await startApache({ hosts });
  const broader = new Map<string, number>();
  const disagreements: string[] = [];
  const counts = { compared: 0, refused: 0, redirected: 0, ownRefusals: 0 };
  try {
    for (const [at, { name, rules, requests }] of trials.entries()) {
      const prepared = prepareRules(rules);
      const answers = await sideBySide(requests, 16, (request) => send({ port: apache.port(at) }, request));
      for (const [place, request] of requests.entries()) {
        const answer = answers[place];
        if (!answer) continue;
        const seen = answerWords(answer);
        const wanted = verdictWords(evaluateInbound(prepared, rewriteRequest(request)));
        counts.compared += 1;
        if (wanted !== 'pass') counts.refused += 1;
        if (seen === wanted && wanted.startsWith('redirect')) counts.redirected += 1;
        if (seen.startsWith('own ')) counts.ownRefusals += 1;
        else if (seen !== wanted) {
          const known = seen !== 'pass' ? broaderOnApache(request, seen) : undefined;
          if (known) broader.set(known, (broader.get(known) ?? 0) + 1);
          else disagreements.push(`${name}: IIS ${wanted}, Apache ${seen}: ${JSON.stringify(request)}`);
        }
      }
    }
  } finally {
    await apache.stop();
  }
  return { ...counts, broader, disagreements };
}

/** An answer in the words of a verdict. `own`: Apache refused the request before any rule, as HTTP.sys may, too. */
export function answerWords({ status, headers, body }: WireAnswer): string {
  if (status === 451) return 'pass';
  const location = headers.find(([name]) => name === 'location')?.[1];
  // What no URL may hold comes back raw from Apache; README names it.
  if (location !== undefined) return `redirect ${status} ${encodeLoose(location)}`;
  const isOwnPage = /^<!DOCTYPE HTML/.test(body) && (status === 400 || status === 404);
  if (status === 403 && body.startsWith('<!DOCTYPE HTML')) return 'abort';
  if (isOwnPage) return `own ${status}`;
  return `custom ${status} ${body}`;
}

/** Requests that Apache may refuse although IIS lets them pass; README names the same. */
function broaderOnApache(request: WireRequest, seen: string): string | undefined {
  const slash = '(?:/|\\\\|%2f|%5c)';
  const odd = new RegExp(`^[^?]*(?:${slash}{2,}|%2f|${slash}(?:\\.|%2e){1,2}(?:${slash}|\\?|$)|%(?![0-9a-f]{2}))`, 'i');
  return broaderClass(request, seen) ?? (odd.test(request.url) ? 'odd path' : undefined);
}
