import { evaluateInbound } from '../../evaluate/inbound.ts';
import { prepareRules } from '../../prepare/prepare-rules.ts';
import { answerWords, broaderClass, showingSite, verdictWords } from '../../translate/testing/compared.ts';
import { type Comparison, rewriteRequest, type Trial } from '../../translate/testing/trial.ts';
import { send, sideBySide, type WireRequest } from '../../translate/testing/wire.ts';
import { compileNginx } from '../compile.ts';
import { startNginx } from './nginx-at-work.ts';

/** Sends every request of every trial to a real nginx that holds the trial's rules, and compares with `evaluateInbound`. */
export async function compareWithNginx(
  trials: readonly Trial[],
  more?: { readonly headerBuffers?: string },
): Promise<Comparison> {
  const compiled = trials.map(({ rules }, at) => ({
    ...compileNginx(rules, { variablePrefix: `s${at}` }),
    rest: showingSite,
  }));
  const nginx = await startNginx(compiled, more);
  try {
    const pairs: Pair[] = [];
    for (const [at, trial] of trials.entries()) pairs.push(...(await answersTo(nginx.socket(at), at, trial)));
    return compare(pairs, gaveUp(nginx.errors()));
  } finally {
    await nginx.stop();
  }
}

/** What IIS and nginx say to a request. */
interface Pair {
  readonly trial: string;
  readonly server: string;
  readonly request: WireRequest;
  readonly wanted: string;
  readonly seen: string;
}

async function answersTo(socket: string, at: number, { name, rules, requests }: Trial): Promise<readonly Pair[]> {
  const prepared = prepareRules(rules);
  const answers = await sideBySide(requests, 24, (request) => send(socket, request));
  return requests.flatMap((request, place) => {
    const answer = answers[place];
    if (!answer) return [];
    const wanted = verdictWords(evaluateInbound(prepared, rewriteRequest(request)));
    return [{ trial: name, server: `s${at}`, request, wanted, seen: answerWords(answer) }];
  });
}

function compare(pairs: readonly Pair[], unfinished: ReadonlySet<string>): Comparison {
  const broader = new Map<string, number>();
  const disagreements: string[] = [];
  for (const { trial, server, request, wanted, seen } of pairs) {
    if (seen === wanted || seen.startsWith('own ')) continue;
    const isUnfinished = unfinished.has(`${server} ${request.method} ${request.url}`);
    const known = isUnfinished ? 'gave up' : broaderClass(request, seen);
    if (known !== undefined && !/^(?:pass$|rewrite )/.test(seen)) broader.set(known, (broader.get(known) ?? 0) + 1);
    else disagreements.push(`${trial}: IIS ${wanted}, nginx ${seen}: ${JSON.stringify(request)}`);
  }
  return {
    compared: pairs.length,
    refused: pairs.filter(({ wanted }) => wanted !== 'pass').length,
    redirected: pairs.filter(({ wanted, seen }) => seen === wanted && /^re(?:direct|write)/.test(wanted)).length,
    ownRefusals: pairs.filter(({ seen }) => seen.startsWith('own ')).length,
    broader,
    disagreements,
  };
}

/** The requests on which PCRE2 came to the end of its steps, as `server method url`. */
function gaveUp(log: string): ReadonlySet<string> {
  const lines = log.matchAll(/pcre2_match\(\) failed: -47 .*server: (\S*), request: "(\S+) (.*) HTTP\/1\.1"/g);
  return new Set([...lines].map(([, server, method, url]) => `${server} ${method} ${url}`));
}
