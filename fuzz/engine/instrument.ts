import { type ESTree, parseSync, Visitor } from 'rolldown/utils';

/** The global `Uint8Array` that instrumented code counts in, one place for each point. */
export const countersName = '$points';

/** Code with counters, and the words in it that an input might have to contain. */
export interface Instrumented {
  readonly text: string;
  /** Points counted from `firstPoint` on. */
  readonly points: number;
  readonly words: readonly string[];
}

/** Text to put in; `closes` where it ends what another insertion opened. */
interface Insertion {
  readonly at: number;
  readonly text: string;
  readonly closes: boolean;
}

/**
 * Puts a counter at the head of every function, branch, loop and `case`, at both sides of a conditional expression and at
 * the right side of `&&`, `||` and `??`. Lines stay where they are. `code` is JavaScript; throws the parser's words otherwise.
 */
export function instrument(file: string, code: string, firstPoint: number): Instrumented {
  const { program, errors } = parseSync(file, code, { lang: 'js', sourceType: 'unambiguous', astType: 'js' });
  if (errors[0]) throw new Error(`${file} cannot be instrumented: ${errors[0].message}`);
  const places = new Places(firstPoint);
  const words = new Set<string>();
  visitorOf(places, words).visit(program);
  for (const node of program.body) if ('source' in node && node.source) words.delete(node.source.value);
  return { text: inserted(code, places.insertions), points: places.next - firstPoint, words: [...words] };
}

/** Collects insertions, each with a point of its own. */
class Places {
  readonly insertions: Insertion[] = [];
  next: number;

  constructor(firstPoint: number) {
    this.next = firstPoint;
  }

  #count(): string {
    return `${countersName}[${this.next++}]++`;
  }

  body(node: ESTree.Node | null | undefined): void {
    if (node?.type === 'BlockStatement') {
      const directive = node.body.findLast((one) => 'directive' in one && one.directive);
      this.#put(directive?.end ?? node.start + 1, `;${this.#count()};`);
    } else if (node) this.statement(node);
  }

  statement(node: ESTree.Node): void {
    this.#put(node.start, `{${this.#count()};`);
    this.#put(node.end, '}', true);
  }

  expression(node: ESTree.Node): void {
    this.#put(node.start, `(${this.#count()},`);
    this.#put(node.end, ')', true);
  }

  /** What happens when an `if` without `else` does not hold. */
  otherwise(at: number): void {
    this.#put(at, `else{${this.#count()}}`, true);
  }

  before(node: ESTree.Node): void {
    this.#put(node.start, `${this.#count()};`);
  }

  #put(at: number, text: string, closes = false): void {
    this.insertions.push({ at, text, closes });
  }
}

function visitorOf(places: Places, words: Set<string>): Visitor {
  const word = (text: string) => {
    if (text.length > 0 && text.length <= 60) words.add(text);
  };
  const body = (node: { readonly body: ESTree.Node | null }) => places.body(node.body);
  return new Visitor({
    FunctionDeclaration: body,
    FunctionExpression: body,
    ArrowFunctionExpression: (node) => (node.expression ? places.expression(node.body) : places.body(node.body)),
    IfStatement: (node) => {
      if (!node.alternate) places.otherwise(node.end);
      places.body(node.consequent);
      places.body(node.alternate);
    },
    ForStatement: body,
    ForOfStatement: body,
    ForInStatement: body,
    WhileStatement: body,
    DoWhileStatement: body,
    CatchClause: body,
    SwitchCase: (node) => node.consequent[0] && places.before(node.consequent[0]),
    ConditionalExpression: (node) => {
      places.expression(node.consequent);
      places.expression(node.alternate);
    },
    LogicalExpression: (node) => places.expression(node.right),
    Literal: (node) => typeof node.value === 'string' && word(node.value),
    TemplateElement: (node) => word(node.value.raw),
  });
}

/** Outer insertions before inner ones where they open, after them where they close. */
function inserted(code: string, insertions: readonly Insertion[]): string {
  const numbered = insertions.map((one, index) => ({ ...one, index }));
  numbered.sort((a, b) => {
    if (a.at !== b.at) return a.at - b.at;
    if (a.closes !== b.closes) return a.closes ? -1 : 1;
    return a.closes ? b.index - a.index : a.index - b.index;
  });
  const parts: string[] = [];
  let from = 0;
  for (const { at, text } of numbered) {
    parts.push(code.slice(from, at), text);
    from = at;
  }
  return parts.join('') + code.slice(from);
}
