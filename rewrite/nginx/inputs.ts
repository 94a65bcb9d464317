import type { RewriteMap } from '../model.ts';
import type { PatternTree } from '../pattern/index.ts';
import { captureText, Inexpressible } from '../pcre/index.ts';
import { escapedPath } from '../translate/escaped-path.ts';
import type { ConstantInput, Input, Scan } from '../translate/input.ts';
import { mapEntries } from '../translate/map-entries.ts';
import { type RequestWord, raw, TemplateInputs } from '../translate/template-inputs.ts';
import { expressionKey } from '../translate/text.ts';
import { type Maps, none } from './maps.ts';
import { quoted } from './text.ts';

/** Headers of which nginx before 1.23 shows all lines joined, or of which it takes one only. */
const wholeHeaders = new Set(['HOST', 'COOKIE', 'X_FORWARDED_FOR', 'CONTENT_LENGTH']);
const joinsHeadersSince = [1, 23, 0] as const;

/** Whether a version of nginx joins several lines of a header field in its variable. */
export function joinsHeaders(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [at, wanted] of joinsHeadersSince.entries()) {
    const part = parts[at] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** Gives the nginx form of IIS's inputs, and emits the maps that make it. */
export class Inputs extends TemplateInputs {
  readonly #maps: Maps;
  readonly #nginxVersion: string;

  constructor(maps: Maps, nginxVersion: string) {
    super('nginx');
    this.#maps = maps;
    this.#nginxVersion = nginxVersion;
  }

  protected below(stem: string, path: string, head: string): string {
    const capture = this.#maps.capture('below_path');
    const entries = [
      { key: '"~^//"', value: path },
      { key: quoteExpression(`~*(?s)^${head}/(?<${capture}>.*)`), value: `$${capture}` },
    ];
    return this.#maps.add(stem, path, entries, '""');
  }

  protected escapedPathText(): string {
    const capture = this.#maps.capture('escaped_text');
    const key = expressionKey(false, `^(?<${capture}>${escapedPath})(?:\\?|\\z)`);
    return this.#maps.add('escaped', '$request_uri', [{ key, value: `$${capture}` }], this.pathText());
  }

  protected escapedUriText(): string {
    const mark = this.#maps.add('mark', '$request_uri', [{ key: '"~\\?"', value: '"?"' }], '""');
    return this.#maps.add('escaped_uri', none, [], `"${braced(this.escapedPathText())}${braced(mark)}$args"`);
  }

  captured(input: Input, tree: PatternTree, group: number): string {
    const name = this.#maps.capture('taken_text');
    const key = expressionKey(tree.ignoreCase, captureText(tree, group, `(?<${name}>`));
    return this.#maps.add('taken', input.source, [{ key, value: `$${name}` }], none);
  }

  lookedUp(key: Input, map: RewriteMap): string {
    const entries = mapEntries(map).map(({ expression, value }) => ({
      key: expressionKey(map.ignoreCase, expression),
      value: quoted(this.#maps.literal(value)),
    }));
    return this.#maps.add('mapped', key.source, entries, quoted(this.#maps.literal(map.defaultValue)));
  }

  protected targetScan(): Scan {
    return { source: '$request_uri', escapes: true, close: this.uriText() };
  }

  /** The value of a server variable inside another text: `${name}`. */
  braced(name: string): string {
    const input = this.variable(name);
    return 'source' in input ? braced(input.source) : quoted(this.#maps.literal(input.constant)).slice(1, -1);
  }

  protected joined(parts: readonly (Input | ConstantInput)[]): Input {
    const text = parts.map((part) =>
      'constant' in part ? quoted(this.#maps.literal(part.constant)).slice(1, -1) : braced(part.source),
    );
    const inputs = parts.filter((part) => 'source' in part);
    const odd = inputs.some((part) => part.odd !== 'never') ? 'part' : 'never';
    const encoding = inputs.every((part) => part.encoding === 'bytes') ? 'bytes' : 'utf8';
    return { source: `"${text.join('')}"`, decode: false, encoding, odd };
  }

  protected queryString(): Input {
    return { ...raw(this.#query()), scan: this.targetScan() };
  }

  protected sent(): Input {
    return raw(this.#target());
  }

  protected word(what: RequestWord): string {
    switch (what) {
      case 'host':
        return this.#host();
      case 'hostName':
        return this.#hostName();
      case 'method':
        return '$request_method';
      case 'remoteAddr':
        return '$remote_addr';
      case 'port':
        return '$server_port';
      case 'https':
        return this.#maps.add('https', '$https', [{ key: 'on', value: 'on' }], 'off');
      case 'secure':
        return this.#maps.add('secure', '$https', [{ key: 'on', value: '1' }], '0');
      case 'protocol':
        return '$server_protocol';
    }
  }

  protected header(name: string): string {
    if (!/^[A-Z0-9_]{1,48}$/.test(name)) throw new Inexpressible(`{HTTP_${name}}`, 'no name of a header field');
    if (!wholeHeaders.has(name) && !joinsHeaders(this.#nginxVersion)) {
      throw new Inexpressible(
        `{HTTP_${name}}`,
        `nginx ${this.#nginxVersion} shows only the first of several ${name.replaceAll('_', '-')} lines, so a second one would slip by; from nginx 1.23 on it works`,
      );
    }
    return `$http_${name.toLowerCase()}`;
  }

  /** Raw targets that nginx may normalise to another path than IIS: a `#`, a backslash, dot segments behind doubled slashes. */
  #unlessOdd(stem: string, plain: string): string {
    const key = String.raw`"~#|^[^?]*(?:\x5c|%5[cC]|(?:/|%2[fF]){2,}(?:\.|%2[eE]){2})"`;
    return this.#maps.add(stem, '$request_uri', [{ key, value: '"//$request_uri"' }], plain);
  }

  /** Doubled slashes are still there if `merge_slashes` is off. */
  #unlessDoubled(stem: string, value: string): string {
    return this.#maps.add(stem, '$uri', [{ key: '"~//"', value: '"//$request_uri"' }], value);
  }

  protected uriText(): string {
    const mark = this.#maps.add('mark', '$request_uri', [{ key: '"~\\?"', value: '"?"' }], '""');
    return this.#unlessOdd('uri', this.#unlessDoubled('uri_merged', `"$uri${braced(mark)}$args"`));
  }

  protected pathText(): string {
    return this.#unlessOdd('path', this.#unlessDoubled('path_merged', '$uri'));
  }

  /** `$args` ends at a `#`; IIS reads on. */
  #query(): string {
    const capture = this.#maps.capture('query_text');
    const key = `"~(?s)^[^?]*\\?(?<${capture}>.*)"`;
    return this.#maps.add('query', '$request_uri', [{ key, value: `$${capture}` }], '""');
  }

  /** `$request_uri` lacks the scheme and host of an absolute-form target; the request line has them. nginx takes more than one blank there. */
  #target(): string {
    const capture = this.#maps.capture('target_text');
    const key = `"~^[^ ]+ +(?<${capture}>.*?)(?: +HTTP/[0-9.]+)? *\\z"`;
    return this.#maps.add('target', '$request', [{ key, value: `$${capture}` }], '$request_uri');
  }

  /** The authority of an absolute-form target replaces the Host field (RFC 9112 section 3.2.2). */
  #host(): string {
    return this.#maps.add('host', this.#authority(), [{ key: none, value: this.#hostField() }], this.#authority());
  }

  /** In HTTP/3 a client names the host in `:authority` alone, of which nginx makes no field; `$host` has it, without a port. */
  #hostField(): string {
    const entries = [{ key: '"HTTP/3.0 "', value: '$host' }];
    return this.#maps.add('host_field', '"$server_protocol $http_host"', entries, '$http_host');
  }

  /** Empty for any other target. nginx takes every scheme, and more than one blank in front of it. */
  #authority(): string {
    const capture = this.#maps.capture('authority_text');
    const key = `"~*^[^ ]+ +[a-z][a-z0-9+.-]*://(?<${capture}>[^/?# ]*)"`;
    return this.#maps.add('authority', '$request', [{ key, value: `$${capture}` }], none);
  }

  /** What is said of a target that names another host than the Host field, empty for any other: nginx hands applications both (`$host`, `$http_host`). */
  twoHosts(): string {
    const capture = this.#maps.capture('same_host');
    const one = ['"~^ "', '"~ \\z"', `"~*^(?<${capture}>[^ ]+) \\k<${capture}>\\z"`];
    const both = `"${braced(this.#authority())} $http_host"`;
    const entries = one.map((key) => ({ key, value: none }));
    return this.#maps.add('two_hosts', both, entries, '"the target names another host than the Host field"');
  }

  #hostName(): string {
    const capture = this.#maps.capture('host_text');
    const host = this.#host();
    const key = `"~^(?<${capture}>.*):[0-9]*\\z"`;
    return this.#maps.add('name', host, [{ key, value: `$${capture}` }], host);
  }
}

/** `$name` as `${name}`, so that text may follow. */
const braced = (variable: string): string => `\${${variable.slice(1)}}`;
const quoteExpression = (text: string): string => `"${text}"`;
