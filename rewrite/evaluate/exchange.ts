import type { RewriteRequest, RewriteResponse } from '../request.ts';
import { cookPath } from '../url/cook-path.ts';
import { splitTarget } from '../url/target.ts';
import type { InboundVerdict } from '../verdict.ts';
import { RequestState } from './request-state.ts';
import { fieldValue, readVariable } from './server-variables.ts';

/** A request with the response that came back for it. */
export interface Exchange {
  /** As it arrived, before the inbound rules. */
  readonly request: RewriteRequest;
  readonly response: RewriteResponse;
  /** What the inbound rules decided; outbound rules see the rewritten URL and the variables that were set. */
  readonly inbound?: InboundVerdict;
}

/** An exchange as outbound rules see it while they change it. */
export class ExchangeState {
  readonly request: RequestState;
  readonly #exchange: Exchange;
  readonly #edits = new Map<string, readonly string[]>();

  constructor(exchange: Exchange) {
    this.request = requestAfter(exchange);
    this.#exchange = exchange;
  }

  get #response(): RewriteResponse {
    return this.#exchange.response;
  }

  /**
   * The values of a response header that rules work on, lower-case name. Lines of the same name are one value, joined by
   * commas, but for Set-Cookie, whose lines cannot be joined; a missing header is one empty value.
   */
  values(name: string): readonly string[] {
    const edited = this.#edits.get(name);
    if (edited) return edited;
    const own = Object.hasOwn(this.#response.headers, name) ? this.#response.headers[name] : undefined;
    if (name === 'set-cookie' && Array.isArray(own) && own.length > 0) return own;
    return [fieldValue(this.#response.headers, name)];
  }

  edit(name: string, values: readonly string[]): void {
    this.#edits.set(name, values);
    this.request.forget();
  }

  /** The headers whose values differ from those of the response, lower-case names. */
  editedNames(): readonly string[] {
    const original = new ExchangeState(this.#exchange);
    return [...this.#edits.keys()].filter((name) => {
      const now = this.values(name);
      const before = original.values(name);
      return now.length !== before.length || now.some((value, index) => value !== before[index]);
    });
  }

  /** A copy that may go its own way: rules that are only observed work on one. */
  fork(): ExchangeState {
    const copy = new ExchangeState(this.#exchange);
    for (const [name, values] of this.#edits) copy.#edits.set(name, values);
    return copy;
  }

  /** A server variable, upper-case name; `RESPONSE_*` are the status and the headers of the response. */
  variable(name: string): string {
    if (name === 'RESPONSE_STATUS') return String(this.#response.status);
    if (!name.startsWith('RESPONSE_')) return readVariable(this.request, name);
    const values = this.values(name.slice('RESPONSE_'.length).replaceAll('_', '-').toLowerCase());
    return values.join(', ');
  }
}

function requestAfter({ request, inbound }: Exchange): RequestState {
  const state = new RequestState(request);
  if (!inbound) return state;
  if (inbound.outcome === 'rewrite' && inbound.url.startsWith('/')) {
    const target = splitTarget(inbound.url);
    state.rewriteTo(cookPath(target.path), target.search.slice(1));
  }
  if (inbound.outcome !== 'pass' && inbound.outcome !== 'rewrite') return state;
  for (const [name, value] of inbound.changes?.requestHeaders ?? []) state.setHeader(name, value);
  for (const [name, value] of inbound.changes?.serverVariables ?? []) state.setVariable(name, value);
  return state;
}
