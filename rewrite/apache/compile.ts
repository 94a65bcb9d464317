import type { ScopedRules } from '../model.ts';
import { ownersApart } from '../translate/owners.ts';
import { throwFirst, withOwners } from '../translate/refusals.ts';
import { requestFieldsOf } from '../translate/request-fields.ts';
import type { Refusal } from '../translate/result.ts';
import { depthOf, normaliseLevel } from '../url/level.ts';
import { type Answer, abort, answerSection, lastWord } from './answers.ts';
import { refusalsOf } from './check.ts';
import { chainTexts } from './expression.ts';
import { twinTest } from './field-twins.ts';
import { Inputs } from './inputs.ts';
import { notesOf } from './notes.ts';
import { emitObserved } from './observe.ts';
import { OutboundRules } from './outbound.ts';
import { type ApacheCompilation, type ApacheOptions, defaultPrefix } from './result.ts';
import { emitPhase, goesOn, readRules } from './rules.ts';
import { isSet, Statements, setWhere, unsetWhere, variableWord } from './statements.ts';

/** Why rules cannot be held by Apache, each by name. Empty: `compileApache` gives all of them. Rules that are only observed are asked, too. */
export function checkApache(rules: readonly ScopedRules[]): readonly Refusal[] {
  return rules.flatMap((set) => refusalsOf(set));
}

/**
 * Compiles rules to Apache configuration of the same verdict (see README for what is broader). `@throws` RewriteError `unsupported` for
 * what `checkApache` names: nothing weaker is ever emitted.
 */
export function compileApache(rules: readonly ScopedRules[], options: ApacheOptions = {}): ApacheCompilation {
  throwFirst(checkApache(rules), rules, 'Apache');
  const prefix = options.variablePrefix ?? defaultPrefix;
  if (!/^[a-z][a-z0-9_]{0,23}$/.test(prefix)) throw new TypeError(`no prefix of variables: ${prefix}`);
  const statements = new Statements(prefix);
  const inputs = new Inputs(statements);
  const enforced = rules.filter((set) => set.mode === 'enforce').toSorted((a, b) => depth(a) - depth(b));
  const sections = emitInbound(statements, inputs, options.apart ? ownersApart(enforced) : [enforced]);
  const outbound = new OutboundRules(statements, inputs);
  for (const set of enforced) outbound.add(set);
  const log = emitObserved(statements, inputs, rules, options.observeLog);
  const last = lastWord(sections + outbound.text());
  const text = [...statements.lines().map((line) => `${line}\n`), last, log].join('');
  return { main: withOwners(rules, text), modules: modulesOf(text), notes: notesOf(rules, options) };
}

/** What is answered, each with the value that says so in a variable. */
class Answers {
  readonly #values = new Map<string, { readonly value: string; readonly answer: Answer }>();

  valueFor(answer: Answer): string {
    const key = JSON.stringify(answer);
    const entry = this.#values.get(key) ?? {
      value: answer === abort ? 'abort' : `${answer.status}.${this.#values.size + 1}`,
      answer,
    };
    this.#values.set(key, entry);
    return entry.value;
  }

  /** Whether some rule drops the connection. */
  get aborts(): boolean {
    return this.#values.has(JSON.stringify(abort));
  }

  sections(statements: Statements, name: string): string {
    return [...this.#values.values()]
      .map(({ value, answer }) => answerSection(statements, name, value, answer))
      .join('');
  }
}

/** `groups`: rules that are one list, each. What one has decided no later one is asked about. */
function emitInbound(statements: Statements, inputs: Inputs, groups: readonly (readonly ScopedRules[])[]): string {
  const answers = new Answers();
  const names = emitTwins(statements, groups.flat(), answers);
  for (const sets of groups) names.push(...emitGroup(statements, inputs, sets, { answers, decided: [...names] }));
  return names.map((name) => answers.sections(statements, name)).join('');
}

/** Another spelling of a field that rules know would get past them: 400, as a bad request. */
function emitTwins(statements: Statements, sets: readonly ScopedRules[], answers: Answers): string[] {
  const fields = new Set(sets.flatMap(requestFieldsOf));
  const tests = [...fields].flatMap((field) => twinTest(field) ?? []);
  if (tests.length === 0) return [];
  const name = statements.fresh('twin');
  statements.add(...tests.map((test) => setWhere(test, name, answers.valueFor({ status: 400 }))));
  emitEnd(statements, name);
  return [name];
}

/** The verdicts of a list: the variables of its phases. `decided`: those of the lists before it. */
function emitGroup(
  statements: Statements,
  inputs: Inputs,
  sets: readonly ScopedRules[],
  { answers, decided }: { readonly answers: Answers; readonly decided: readonly string[] },
): readonly string[] {
  const valueFor = (answer: Answer) => answers.valueFor(answer);
  const read = (collection: 'globalRules' | 'rules') =>
    sets.flatMap((set) => readRules(set, collection, inputs, statements));
  const all = (parts: readonly string[]) => (parts.length === 0 ? undefined : chainTexts(parts, '&&'));
  const open = decided.map((name) => `-z ${variableWord(name)}`);
  const first = emitPhase(statements, read('globalRules'), 'global', valueFor, all(open));
  // A global rule that stops lets the others go on.
  const undecided = first ? [`(-z ${variableWord(first)} || ${variableWord(first)} == '${goesOn}')`] : [];
  const second = emitPhase(statements, read('rules'), 'rules', valueFor, all([...open, ...undecided]));
  const names = [first, second].filter((name) => name !== undefined);
  for (const name of names) {
    statements.add(unsetWhere(`${variableWord(name)} == '${goesOn}'`, name));
    if (answers.aborts) statements.add(setWhere(`${variableWord(name)} == 'abort'`, 'nokeepalive', '1'));
    emitEnd(statements, name);
  }
  return names;
}

/** What mod_proxy and mod_cache look at before they take a request for themselves. */
function emitEnd(statements: Statements, name: string): void {
  statements.add({ expression: isSet(name), change: 'no-proxy=1 no-cache=1' });
}

function modulesOf(text: string): readonly string[] {
  const needed = [
    ['setenvif', /^SetEnvIfExpr /m],
    ['authz_core', /^ +Require /m],
    ['alias', /^ +Redirect /m],
    ['headers', /^ *Header /m],
    ['log_config', /^GlobalLog /m],
  ] as const;
  return needed.filter(([, used]) => used.test(text)).map(([name]) => name);
}

const depth = (set: ScopedRules): number => depthOf(normaliseLevel(set.level));
