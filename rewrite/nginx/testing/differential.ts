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
    const known = isUnfinished ? 'gave up' : broaderClass(request);
    if (known !== undefined && seen !== 'pass') broader.set(known, (broader.get(known) ?? 0) + 1);
    else disagreements.push(`${trial}: IIS ${wanted}, nginx ${seen}: ${JSON.stringify(request)}`);
  }
  return {
    compared: pairs.length,
    refused: pairs.filter(({ wanted }) => wanted !== 'pass').length,
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
