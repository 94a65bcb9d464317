import type { RewriteMap } from '../model.ts';
import type { PatternTree } from '../pattern/index.ts';
import { captureText, Inexpressible } from '../pcre/index.ts';
import { escapedPath } from '../translate/escaped-path.ts';
import type { ConstantInput, Input, Scan } from '../translate/input.ts';
import { mapEntries } from '../translate/map-entries.ts';
import { type RequestWord, raw, TemplateInputs } from '../translate/template-inputs.ts';
import { matches } from './expression.ts';
import { word } from './quoting.ts';
import { type Statements, setCaptured, setWhere, unsetWhere } from './statements.ts';

const whole = '(?s)^(.*)\\z';
const slash = '(?:/|%2[fF])';
/**
 * Targets of which the path is more than its letters and single escapes: a `#`, backslashes, doubled slashes, dot segments, `%2f`, NUL, broken
 * escapes. Apache or HTTP.sys normalise or refuse them each in its own way.
 */
const odd = `\\x23|\\x5c|%5[cC]|%2[fF]|//|%00|%(?![0-9a-fA-F]{2})|${slash}(?:\\.|%2[eE]){1,2}(?:${slash}|\\?|\\z)`;
/** A target up to the protocol's version: with `HttpProtocolOptions Unsafe` there may be blanks and tabs in it and around it. */
const toVersion = '(.*?)(?:\\s+HTTP/[0-9.]+)?\\s*\\z';
/** More words than that would nest deeper than Apache evaluates. */
const mostPieces = 10;

/** Gives Apache's form of IIS's inputs: texts made once a request, from the request line and the header fields as they were sent. */
export class Inputs extends TemplateInputs {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    super('Apache');
    this.#statements = statements;
  }

  protected below(stem: string, path: string, head: string): string {
    return this.#statements.text(stem, (name) => [
      setCaptured(path, '(?s)^(//.*)', name),
      setCaptured(path, `(?s)^(?!//)${head}/(.*)`, name, { caseless: true }),
    ]);
  }

  protected escapedPathText(): string {
    const [target, path] = [this.#target(), this.pathText()];
    return this.#statements.text('escaped', (name) => [
      setCaptured(path, whole, name),
      setCaptured(target, `^(${escapedPath})(?:\\?|\\z)`, name),
    ]);
  }

  protected escapedUriText(): string {
    const [path, search] = [this.escapedPathText(), this.#search()];
    return this.#statements.text('escaped_uri', (name) => [setCaptured(`${path} . ${search}`, whole, name)]);
  }

  captured(input: Input, tree: PatternTree, group: number): string {
    const expression = captureText(tree, group, '(');
    return this.#statements.text('taken', (name) => [
      setCaptured(input.source, expression, name, { caseless: tree.ignoreCase }),
    ]);
  }

  lookedUp(key: Input, map: RewriteMap): string {
    const { defaultValue, ignoreCase } = map;
    const entries = mapEntries(map);
    return this.#statements.text('mapped', (name) => [
      ...(defaultValue === '' ? [] : [setWhere('true', name, valueText(defaultValue))]),
      ...entries.map(({ expression, value }) =>
        value === ''
          ? unsetWhere(matches(key.source, expression, ignoreCase), name)
          : setWhere(matches(key.source, expression, ignoreCase), name, valueText(value)),
      ),
    ]);
  }

  protected queryString(): Input {
    return { ...raw(this.query()), scan: this.targetScan() };
  }

  protected sent(): Input {
    return { ...raw(this.#asSent()), scan: this.targetScan(false) };
  }

  /** A request header field; Apache joins several lines of one with commas. */
  protected header(name: string): string {
    if (!/^[A-Z0-9_]{1,48}$/.test(name)) throw new Inexpressible(`{HTTP_${name}}`, 'no name of a header field');
    return `req_novary('${name.replaceAll('_', '-')}')`;
  }

  protected word(what: RequestWord): string {
    switch (what) {
      case 'host':
        return this.host();
      case 'hostName':
        return this.#hostName();
      case 'method':
        return '%{REQUEST_METHOD}';
      case 'remoteAddr':
        return '%{REMOTE_ADDR}';
      case 'port':
        return '%{SERVER_PORT}';
      case 'https':
        return '%{HTTPS}';
      case 'secure':
        return this.#secure();
      case 'protocol':
        return '%{SERVER_PROTOCOL}';
    }
  }

  /**
   * The Host field, in which Apache has already put the authority of an absolute-form target (RFC 9112 section 3.2.2), unless that is of
   * another scheme; without one (HTTP/1.0) that authority.
   */
  host(): string {
    return this.#statements.text(
      'host',
      (name) => [
        setCaptured('%{THE_REQUEST}', '^\\S+\\s+https?://([^/?\\x23\\s]*)', name, { caseless: true }),
        setCaptured("req_novary('Host')", '(?s)^(.+)\\z', name),
      ],
      'scanned',
    );
  }

  query(): string {
    const target = this.#target();
    return this.#statements.text('query', (name) => [setCaptured(target, '(?s)^[^?]*\\?(.*)\\z', name)]);
  }

  /** Words of the target stand in the request line, as they are or escaped. */
  protected targetScan(escapes = true): Scan {
    return { source: '%{THE_REQUEST}', escapes, close: '%{THE_REQUEST}' };
  }

  protected joined(parts: readonly (Input | ConstantInput)[]): Input {
    if (parts.length > mostPieces) throw new Inexpressible('template', `an input of more than ${mostPieces} pieces`);
    const inputs = parts.filter((part) => 'source' in part);
    const text = parts.map((part) => ('constant' in part ? word(part.constant) : part.source)).join(' . ');
    const source = this.#statements.text('joined', (name) => [setCaptured(text, whole, name)]);
    const isOdd = inputs.some((part) => part.odd !== 'never');
    const encoding = inputs.every((part) => part.encoding === 'bytes') ? 'bytes' : 'utf8';
    return { source, decode: false, encoding, odd: isOdd ? 'part' : 'never' };
  }

  /** The request target as it was sent. */
  #asSent(): string {
    return this.#statements.text('sent', (name) => [setCaptured('%{THE_REQUEST}', `(?s)^\\S+\\s+${toVersion}`, name)]);
  }

  /** The same without scheme and host. */
  #target(): string {
    const expression = `(?s)^\\S+\\s+(?:https?://[^/?\\x23\\s]*)?${toVersion}`;
    return this.#statements.text('target', (name) => [
      setCaptured('%{THE_REQUEST}', expression, name, { caseless: true }),
    ]);
  }

  /** The path of a target that is not odd, still escaped. */
  #plainPath(): string {
    const target = this.#target();
    const expression = `(?s)^(?=/)(?![^?]*?(?:${odd}))([^?]*)`;
    return this.#statements.text('plain', (name) => [setCaptured(target, expression, name)]);
  }

  /** The decoded path, or `//` and the target where that is odd. */
  protected pathText(): string {
    const target = this.#target();
    const plain = this.#plainPath();
    return this.#statements.text('path', (name) => [
      setCaptured(target, whole, name, { value: '//$1' }),
      setCaptured(`unescape(${plain})`, whole, name, { guard: `-n ${plain}` }),
    ]);
  }

  #search(): string {
    const target = this.#target();
    const plain = this.#plainPath();
    return this.#statements.text('search', (name) => [
      setCaptured(target, '(?s)^[^?]*(\\?.*)\\z', name, { guard: `-n ${plain}` }),
    ]);
  }

  protected uriText(): string {
    const path = this.pathText();
    const search = this.#search();
    return this.#statements.text('uri', (name) => [setCaptured(`${path} . ${search}`, whole, name)]);
  }

  #hostName(): string {
    const host = this.host();
    return this.#statements.text(
      'name',
      (name) => [setCaptured(host, whole, name), setCaptured(host, '(?s)^(.*):[0-9]*\\z', name)],
      'scanned',
    );
  }

  #secure(): string {
    return this.#statements.text(
      'secure',
      (name) => [setWhere('true', name, '0'), setWhere("%{HTTPS} == 'on'", name, '1')],
      'scanned',
    );
  }
}

/** A value of a map as it may stand behind `NAME=`. `@throws` Inexpressible. */
function valueText(value: string): string {
  if (/^[!#%-[\]-~]+$/.test(value)) return value;
  throw new Inexpressible(
    'rewrite map',
    `the value "${value.slice(0, 40)}" holds blanks, quotes, "$", backslashes or more than ASCII`,
  );
}
