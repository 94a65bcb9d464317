import {
  evaluateLine,
  explain as explainRequest,
  type LineRules,
  openConfiguration,
  PatternExhausted,
  RequestLineError,
  RewriteError,
  readRequestLine,
  renderExplanation,
} from '@stopgap/rewrite';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { linesOf, readConfig, refuseConfig } from './files.ts';

const options = {
  config: { type: 'string' },
  requests: { type: 'string' },
  url: { type: 'string' },
  method: { type: 'string' },
  header: { type: 'string', multiple: true },
  'remote-addr': { type: 'string' },
  scope: { type: 'string' },
  file: { type: 'string', multiple: true },
} as const;

/** `stopgap rewrite explain`: which rule, which condition, what each pattern saw. */
export async function explain(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('rewrite', args, options);
  const config = readConfig(values.config);
  const json = values.json === true;
  const lines = values.url === undefined ? linesOf(values.requests) : [lineOf(values.url, values)];
  try {
    const rules = openConfiguration(config.bytes, config.readBeside, config.server);
    for await (const line of lines) context.print(`${json ? inJson(rules, line) : inWords(rules, line)}\n`);
    return exit.ok;
  } catch (error) {
    if (error instanceof RewriteError) return refuseConfig(error, config, json, context);
    if (error instanceof RequestLineError) throw new CliError(`${values.requests ?? '--url'}: ${error.message}`);
    throw error;
  }
}

function inWords(rules: LineRules, line: string): string {
  const read = readRequestLine(line);
  try {
    return renderExplanation(explainRequest(rules.for(read), read.request, read.response));
  } catch (error) {
    if (error instanceof PatternExhausted) return `${read.request.url}: ${error.message}`;
    throw error;
  }
}

function inJson(rules: LineRules, line: string): string {
  const answer = evaluateLine(rules, line);
  if (answer.outcome === 'invalid-request' || answer.phase === 'runtime') return JSON.stringify(answer);
  const read = readRequestLine(line);
  const explanation = explainRequest(rules.for(read), read.request, read.response);
  return JSON.stringify({ ...answer, explanation: plain(explanation) });
}

/** Maps as objects, so that JSON shows them. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, item) => (item instanceof Map ? Object.fromEntries(item) : item)));
}

/** What is said of a request on the command line. */
interface Said {
  readonly method?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly 'remote-addr'?: string | undefined;
  readonly scope?: string | undefined;
  readonly file?: readonly string[] | undefined;
}

/** A request line from the command line's options; an absolute URL gives scheme and host. */
function lineOf(url: string, { method, header = [], 'remote-addr': remoteAddr, scope, file }: Said): string {
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(url);
  return JSON.stringify({
    url: absolute ? absolute[3] || '/' : url,
    ...(absolute && { scheme: absolute[1]?.toLowerCase(), host: absolute[2] }),
    method,
    headers: Object.fromEntries(header.map(headerOf)),
    remoteAddr,
    scope,
    ...(file && { fs: { files: file } }),
  });
}

function headerOf(header: string): [string, string] {
  const colon = header.indexOf(':');
  if (colon < 1) throw new CliError(`--header ${header}: expected 'Name: value'`);
  return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
}
