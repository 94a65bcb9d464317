import { type Exchange, ExchangeState } from '../evaluate/exchange.ts';
import { applicableRules, type OutboundTrace } from '../evaluate/outbound-rule.ts';
import { fieldValue } from '../evaluate/server-variables.ts';
import { isOfBody, type PreparedRules } from '../prepare/rules.ts';
import type { DecidingRule } from '../verdict.ts';
import { BodyPasses, type BodyRule } from './passes.ts';
import { TagStream } from './tag-stream.ts';

/** Cap on what a body costs while it is rewritten. */
export interface BodyLimits {
  /** Most UTF-16 code units that are held back for rules that search the whole body. */
  readonly characters: number;
}

export const defaultBodyLimits: BodyLimits = { characters: 4 * 1024 * 1024 };

/** Why a body cannot be given to the rules that apply to it; IIS answers 500 (500.52 for the first). */
export interface BodyRefusal {
  readonly code: 'encoded' | 'too-large';
  readonly reason: string;
  readonly by: DecidingRule;
}

/** A body on its way through the rules. Once `refusal` is set nothing more comes out: answer an error instead. */
export interface BodyRewriter {
  /** Takes a piece of the body's text; answers what can be sent on. */
  write(piece: string): string;
  /** The body is over; answers what is left of it. */
  end(): string;
  readonly refusal: BodyRefusal | undefined;
  /** The rules that changed something so far. */
  readonly by: readonly DecidingRule[];
}

/**
 * A rewriter for the body of one response, or nothing where no rule that is enforced looks at it. Rules with tag filters work
 * on the go; a rule without them needs the whole body, which is held back up to `limits`. A body with a Content-Encoding is
 * refused, as IIS does (500.52): take `Accept-Encoding` out of requests whose responses are to be rewritten.
 */
export function bodyRewriter(
  rules: PreparedRules,
  exchange: Exchange,
  limits: BodyLimits = defaultBodyLimits,
  trace?: OutboundTrace,
): BodyRewriter | undefined {
  return rewriterOf(rules, 'enforce', exchange, limits, trace);
}

/**
 * The same for rules in mode `observe`: show it what the client is sent and throw away what it answers; `by` says at the end
 * which rules would have changed something.
 */
export function bodyObserver(
  rules: PreparedRules,
  exchange: Exchange,
  limits: BodyLimits = defaultBodyLimits,
): BodyRewriter | undefined {
  return rewriterOf(rules, 'observe', exchange, limits);
}

function rewriterOf(
  rules: PreparedRules,
  mode: 'enforce' | 'observe',
  exchange: Exchange,
  limits: BodyLimits,
  trace?: OutboundTrace,
): BodyRewriter | undefined {
  const state = new ExchangeState(exchange);
  const list = applicableRules(rules.outbound, state, trace)
    .filter(({ set }) => set.mode === mode)
    .flatMap(({ set, rules: own }) => own.map((rule) => ({ set, rule })))
    .filter(({ rule }) => isOfBody(rule));
  const [first] = list;
  if (!first) return undefined;
  const by = { owner: first.set.owner, rule: first.rule.source.name };
  const encoding = fieldValue(exchange.response.headers, 'content-encoding').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    const reason = `rule "${by.rule}" cannot be applied to a response encoded as ${encoding}`;
    return refused({ code: 'encoded', reason, by });
  }
  const passes = new BodyPasses(state, trace);
  return list.every(({ rule }) => rule.place.kind === 'tags')
    ? new OnTheGo(passes, list)
    : new HeldBack(passes, list, limits);
}

function refused(refusal: BodyRefusal): BodyRewriter {
  return { write: () => '', end: () => '', refusal, by: [] };
}

class OnTheGo implements BodyRewriter {
  readonly refusal = undefined;
  readonly by: readonly DecidingRule[];
  readonly #stream: TagStream;

  constructor(passes: BodyPasses, rules: readonly BodyRule[]) {
    this.by = passes.by;
    this.#stream = new TagStream(passes.attributes(rules));
  }

  write(piece: string): string {
    return this.#stream.write(piece);
  }

  end(): string {
    return this.#stream.end();
  }
}

class HeldBack implements BodyRewriter {
  readonly by: readonly DecidingRule[];
  readonly #passes: BodyPasses;
  readonly #rules: readonly BodyRule[];
  /** Most characters that the rules' searches may be given. */
  readonly #most: number;
  #pieces: string[] = [];
  #length = 0;
  #refusal: BodyRefusal | undefined;

  constructor(passes: BodyPasses, rules: readonly BodyRule[], limits: BodyLimits) {
    this.by = passes.by;
    this.#passes = passes;
    this.#rules = rules;
    const searches = rules.map(({ rule }) =>
      rule.place.kind === 'body' ? rule.place.search.mostCharacters : Infinity,
    );
    this.#most = Math.min(limits.characters, ...searches);
  }

  get refusal(): BodyRefusal | undefined {
    return this.#refusal;
  }

  write(piece: string): string {
    this.#length += piece.length;
    if (this.#refusal) return '';
    if (this.#length <= this.#most) {
      this.#pieces.push(piece);
      return '';
    }
    this.#pieces = [];
    const whole = this.#rules.find(({ rule }) => rule.place.kind === 'body');
    const by = { owner: whole?.set.owner ?? '', rule: whole?.rule.source.name ?? '' };
    const reason = `rule "${by.rule}" searches the whole body, which has more than ${this.#most} characters`;
    this.#refusal = { code: 'too-large', reason, by };
    return '';
  }

  /** Rules in order; neighbouring tag rules share a pass, so that stopProcessing counts for one attribute value. */
  end(): string {
    let text = this.#pieces.join('');
    this.#pieces = [];
    for (let at = 0; at < this.#rules.length; ) {
      const tags = runOfTags(this.#rules, at);
      if (tags.length > 0) {
        const stream = new TagStream(this.#passes.attributes(tags));
        text = stream.write(text) + stream.end();
        at += tags.length;
        continue;
      }
      const one = this.#rules[at];
      at++;
      if (!one) break;
      const after = this.#passes.whole(one, text);
      text = after.text;
      if (after.fired && one.rule.source.stopProcessing) break;
    }
    return text;
  }
}

function runOfTags(rules: readonly BodyRule[], from: number): readonly BodyRule[] {
  const end = rules.findIndex(({ rule }, index) => index >= from && rule.place.kind !== 'tags');
  return rules.slice(from, end < 0 ? rules.length : end);
}
