import type { PreparedTemplate } from '../prepare/template.ts';
import type { RewriteRequest } from '../request.ts';
import { cookPath } from '../url/cook-path.ts';
import { splitTarget } from '../url/target.ts';
import type { InboundChanges } from '../verdict.ts';

type Values = Map<string, string>;
const nothing: ReadonlyMap<string, string> = new Map();

/** A request as rules see it: what arrived, and what the rules have made of it so far. */
export class RequestState {
  readonly request: RewriteRequest;
  /** Host header, or the authority of an absolute-form target. */
  readonly host: string;
  /** Cooked path and raw query (with its `?`) as they arrived. */
  readonly originalPath: string;
  readonly originalSearch: string;
  /** Cooked path and raw query together. */
  readonly originalUri: string;
  #requestHeaders: Values | undefined;
  #serverVariables: Values | undefined;
  #path: string;
  #query: string;
  #absolute: string | undefined;
  #rewritten = false;
  #revision: object = {};
  #steady: Map<PreparedTemplate, string> | undefined;

  constructor(request: RewriteRequest) {
    const target = splitTarget(request.url);
    this.request = request;
    this.host = target.authority ?? request.host;
    this.originalPath = cookPath(target.path);
    this.originalSearch = target.search;
    // Most often there is nothing to cook: then the URL need not be put together again.
    const asWritten =
      this.originalPath === target.path && target.path.length + target.search.length === request.url.length;
    this.originalUri = asWritten ? request.url : this.originalPath + target.search;
    this.#path = this.originalPath;
    this.#query = target.search.slice(1);
  }

  /** Request headers that rules have set, by lower-case name. */
  get requestHeaders(): ReadonlyMap<string, string> {
    return this.#requestHeaders ?? nothing;
  }

  /** Server variables that rules have set, by upper-case name. */
  get serverVariables(): ReadonlyMap<string, string> {
    return this.#serverVariables ?? nothing;
  }

  /** Current decoded path; after a proxy rewrite still the local one. */
  get path(): string {
    return this.#path;
  }

  /** Current query without its `?`. */
  get query(): string {
    return this.#query;
  }

  /** Where a proxy rewrite sends the request, query included. */
  get absolute(): string | undefined {
    return this.#absolute;
  }

  get rewritten(): boolean {
    return this.#rewritten;
  }

  rewriteTo(path: string, query: string): void {
    this.#path = path;
    this.#query = query;
    this.#absolute = undefined;
    this.#changed();
  }

  proxyTo(url: string): void {
    this.#absolute = url;
    this.#changed();
  }

  /** Sets a server variable; `HTTP_*` names are request headers. */
  set(name: string, value: string): void {
    if (name.startsWith('HTTP_')) this.setHeader(name.slice(5).replaceAll('_', '-').toLowerCase(), value);
    else this.setVariable(name, value);
  }

  /** Sets a request header, lower-case name. */
  setHeader(name: string, value: string): void {
    this.#requestHeaders ??= new Map();
    this.#requestHeaders.set(name, value);
    this.forget();
  }

  /** Sets a server variable that is no request header, upper-case name. */
  setVariable(name: string, value: string): void {
    this.#serverVariables ??= new Map();
    this.#serverVariables.set(name, value);
    this.forget();
  }

  #changed(): void {
    this.#rewritten = true;
    this.forget();
  }

  /** Stands for what rules have made of the request so far: another object after every change, shared with a fork until one of the two changes. */
  get revision(): object {
    return this.#revision;
  }

  /** Drops remembered template values: something they may read has changed. */
  forget(): void {
    this.#revision = {};
    this.#steady = undefined;
  }

  /** Remembers the value of a template without back-references until something changes. */
  remember(template: PreparedTemplate, evaluate: () => string): string {
    const known = this.#steady?.get(template);
    if (known !== undefined) return known;
    const value = evaluate();
    this.#steady ??= new Map();
    this.#steady.set(template, value);
    return value;
  }

  /** What rules have set so far, or nothing. */
  changes(): InboundChanges | undefined {
    if (this.requestHeaders.size === 0 && this.serverVariables.size === 0) return undefined;
    return { requestHeaders: new Map(this.requestHeaders), serverVariables: new Map(this.serverVariables) };
  }

  /** A copy that may go its own way: rules that are only observed work on one. */
  fork(): RequestState {
    const copy = new RequestState(this.request);
    copy.#path = this.#path;
    copy.#query = this.#query;
    copy.#absolute = this.#absolute;
    copy.#rewritten = this.#rewritten;
    copy.#revision = this.#revision;
    copy.#requestHeaders = this.#requestHeaders && new Map(this.#requestHeaders);
    copy.#serverVariables = this.#serverVariables && new Map(this.#serverVariables);
    return copy;
  }
}
