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

function compare(pairs: readonly Pair[], unfinished: GaveUp): Comparison {
  const broader = new Map<string, number>();
  const disagreements: string[] = [];
  for (const { trial, server, request, wanted, seen } of pairs) {
    if (seen === wanted || seen.startsWith('own ')) continue;
    const known = unfinished(server, request) ? 'gave up' : broaderClass(request, seen);
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

/** Whether PCRE2 came to the end of its steps on a request. */
type GaveUp = (server: string, request: WireRequest) => boolean;

/**
 * Told by nginx's log: by its end, which names server and request, or where that is cut off (a line has at most 2,048 bytes, and the pattern comes
 * first) by its beginning, which names the text that was looked at.
 */
function gaveUp(log: string): GaveUp {
  const requests = new Set<string>();
  const texts: string[] = [];
  for (const line of log.split('pcre2_match() failed: -47 on "').slice(1)) {
    const named = /server: (\S*), request: "(\S+) (.*) HTTP\/1\.1"/.exec(line);
    if (named) requests.add(named.slice(1).join(' '));
    else texts.push(line.slice(0, line.indexOf('" using')));
  }
  return (server, { method, url, headers }) => {
    if (requests.has(`${server} ${method} ${url}`)) return true;
    const search = url.slice(url.indexOf('?'));
    const own = [...(url.includes('?') ? [search] : []), ...headers.map(([, value]) => value)];
    return texts.some((text) => own.some((one) => text.endsWith(one)));
  };
}
