import type { AST } from '@eslint-community/regexpp';
import { CharacterSet, isSingleCharacter, type SingleCharacter } from './character-set.ts';
import { foldCodeUnit } from './fold.ts';
import { PatternProblem } from './problem.ts';
import { type LookAhead, op, type Program } from './program.ts';
import type { PatternTree } from './tree.ts';
import { canBeEmpty } from './width.ts';

const mostInstructions = 20_000;
const deepestProgress = 3;

/** Writes a pattern as a program. `@throws` PatternProblem `costly-pattern` if it becomes too large. */
export function assembleProgram(tree: PatternTree): Program {
  return new Assembler(tree).assemble();
}

class Assembler {
  readonly #tree: PatternTree;
  readonly #codes: number[] = [];
  readonly #xs: number[] = [];
  readonly #ys: number[] = [];
  readonly #sets: CharacterSet[] = [];
  readonly #setNumbers = new Map<string, number>();
  readonly #lookAheads: LookAhead[] = [];
  readonly #groupNumbers = new Map<AST.CapturingGroup, number>();
  /** One slot for all copies of a look-ahead that a repeat makes. */
  readonly #lookSlots = new Map<AST.LookaheadAssertion, number>();
  readonly #firstLookSlot: number;
  #meets = 0;
  #depth = 0;
  #deepest = 0;
  #hasReferences = false;

  constructor(tree: PatternTree) {
    this.#tree = tree;
    this.#firstLookSlot = 2 * (tree.captures + 1);
  }

  assemble(): Program {
    this.#number(this.#tree.ast);
    this.#put(op.save, 0);
    this.#alternatives(this.#tree.ast.alternatives);
    this.#put(op.save, 1);
    this.#put(op.accept);
    return {
      codes: Uint8Array.from(this.#codes),
      xs: Int32Array.from(this.#xs),
      ys: Int32Array.from(this.#ys),
      sets: this.#sets,
      lookAheads: this.#lookAheads,
      meets: this.#meets,
      progressStates: 2 ** this.#deepest,
      groups: this.#tree.captures + 1,
      slots: this.#firstLookSlot + this.#lookSlots.size,
      hasReferences: this.#hasReferences,
    };
  }

  /** Numbers groups and look-aheads in the order of their opening, so that what a repeat holds is one range of each. */
  #number(node: AST.Pattern | AST.Element): void {
    if (node.type === 'CapturingGroup') this.#groupNumbers.set(node, this.#groupNumbers.size + 1);
    if (node.type === 'Assertion' && node.kind === 'lookahead') {
      this.#lookSlots.set(node, this.#firstLookSlot + this.#lookSlots.size);
    }
    for (const child of childrenOf(node)) this.#number(child);
  }

  #put(code: number, x = 0, y = 0): number {
    if (this.#codes.length >= mostInstructions) {
      throw new PatternProblem('costly-pattern', 'written out, its repeats are too many; use smaller counts', 0);
    }
    this.#codes.push(code);
    this.#xs.push(x);
    this.#ys.push(y);
    return this.#codes.length - 1;
  }

  #meet(): void {
    this.#put(op.meet, this.#meets);
    this.#meets += 1;
  }

  /** A choice whose two targets are set later. */
  #split(): number {
    this.#meet();
    return this.#put(op.split);
  }

  #aim(split: number, first: number, second: number): void {
    this.#xs[split] = first;
    this.#ys[split] = second;
  }

  #alternatives(alternatives: readonly AST.Alternative[]): void {
    const ends: number[] = [];
    alternatives.forEach((alternative, at) => {
      const split = at < alternatives.length - 1 ? this.#split() : undefined;
      const body = this.#codes.length;
      for (const element of alternative.elements) this.#element(element);
      if (split === undefined) return;
      ends.push(this.#put(op.jump));
      this.#aim(split, body, this.#codes.length);
    });
    if (ends.length === 0) return;
    for (const end of ends) this.#xs[end] = this.#codes.length;
    this.#meet();
  }

  #element(element: AST.Element): void {
    if (isSingleCharacter(element)) this.#single(element);
    else if (element.type === 'Group') this.#alternatives(element.alternatives);
    else if (element.type === 'CapturingGroup') this.#capture(element);
    else if (element.type === 'Quantifier') this.#quantifier(element);
    else if (element.type === 'Assertion') this.#assertion(element);
    else if (element.type === 'Backreference') this.#reference(element);
    else throw new PatternProblem('invalid-pattern', `${element.raw} is not known to IIS`, element.start);
  }

  #single(element: SingleCharacter): void {
    if (element.type === 'Character') {
      this.#put(op.character, this.#tree.ignoreCase ? foldCodeUnit(element.value) : element.value);
      return;
    }
    const known = this.#setNumbers.get(element.raw);
    const number = known ?? this.#sets.push(new CharacterSet(element, this.#tree.ignoreCase)) - 1;
    this.#setNumbers.set(element.raw, number);
    this.#put(op.set, number);
  }

  #capture(group: AST.CapturingGroup): void {
    const number = this.#groupNumbers.get(group) ?? 0;
    this.#put(op.save, 2 * number);
    this.#alternatives(group.alternatives);
    this.#put(op.save, 2 * number + 1);
  }

  #reference(node: AST.Backreference): void {
    this.#hasReferences = true;
    const group = Array.isArray(node.resolved) ? undefined : this.#groupNumbers.get(node.resolved);
    this.#put(op.reference, group ?? 0);
  }

  #assertion(node: AST.Assertion): void {
    if (node.kind === 'lookahead') this.#lookAhead(node);
    else if (node.kind === 'word') this.#put(node.negate ? op.noWordBoundary : op.wordBoundary);
    else this.#put(node.kind === 'start' ? op.start : op.end);
  }

  #lookAhead(node: AST.LookaheadAssertion): void {
    const slot = this.#lookSlots.get(node) ?? 0;
    const hasCaptures = !node.negate && this.#groupsIn(node).length > 0;
    const firstMeet = this.#meets;
    const number = this.#lookAheads.length;
    const placeholder = { negate: node.negate, entry: 0, slot, meets: [0, 0] as const, hasCaptures };
    this.#lookAheads.push(placeholder);
    this.#put(op.look, number);
    const over = this.#put(op.jump);
    const [depth, entry] = [this.#depth, this.#codes.length];
    this.#depth = 0;
    this.#alternatives(node.alternatives);
    this.#put(op.accept);
    this.#depth = depth;
    this.#xs[over] = this.#codes.length;
    this.#lookAheads[number] = { ...placeholder, entry, meets: [firstMeet, this.#meets] };
  }

  /** ECMA-262, RepeatMatcher: captures inside are forgotten at each iteration, and an iteration beyond the minimum must consume. */
  #quantifier(node: AST.Quantifier): void {
    const body = () => {
      const groups = this.#groupsIn(node.element);
      if (groups.length > 0) this.#put(op.forget, 2 * Math.min(...groups), 2 * Math.max(...groups) + 2);
      const looks = this.#looksIn(node.element);
      if (looks.length > 0) this.#put(op.forget, Math.min(...looks), Math.max(...looks) + 1);
      this.#element(node.element);
    };
    for (let count = 0; count < node.min; count += 1) {
      const before = this.#codes.length;
      body();
      // An empty group, however often it is repeated.
      if (this.#codes.length === before) break;
    }
    if (node.max === Number.POSITIVE_INFINITY) this.#loop(node, body);
    else this.#optional(node, body);
  }

  #loop(node: AST.Quantifier, body: () => void): void {
    const split = this.#split();
    const first = this.#codes.length;
    this.#consuming(node, body);
    this.#put(op.jump, split - 1);
    const behind = this.#codes.length;
    if (node.greedy) this.#aim(split, first, behind);
    else this.#aim(split, behind, first);
  }

  #optional(node: AST.Quantifier, body: () => void): void {
    const splits: number[] = [];
    for (let count = node.min; count < node.max; count += 1) {
      splits.push(this.#split());
      this.#consuming(node, body);
    }
    const behind = this.#codes.length;
    for (const split of splits) {
      if (node.greedy) this.#aim(split, split + 1, behind);
      else this.#aim(split, behind, split + 1);
    }
    if (splits.length > 0) this.#meet();
  }

  #consuming(node: AST.Quantifier, body: () => void): void {
    if (!canBeEmpty(node.element)) {
      body();
      return;
    }
    const depth = this.#depth;
    this.#depth += 1;
    this.#deepest = Math.max(this.#deepest, this.#depth);
    if (this.#depth > deepestProgress) {
      throw new PatternProblem('costly-pattern', 'repeats of what may be empty are nested too deep', node.start);
    }
    this.#put(op.iterate, depth);
    body();
    this.#put(op.progress, depth);
    this.#depth = depth;
  }

  #groupsIn(node: AST.Element): readonly number[] {
    const own = node.type === 'CapturingGroup' ? this.#groupNumbers.get(node) : undefined;
    const inner = childrenOf(node).flatMap((child) => this.#groupsIn(child));
    return own === undefined ? inner : [own, ...inner];
  }

  #looksIn(node: AST.Element): readonly number[] {
    const own = node.type === 'Assertion' && node.kind === 'lookahead' ? this.#lookSlots.get(node) : undefined;
    const inner = childrenOf(node).flatMap((child) => this.#looksIn(child));
    return own === undefined ? inner : [own, ...inner];
  }
}

function childrenOf(node: AST.Pattern | AST.Element): readonly AST.Element[] {
  if (node.type === 'Quantifier') return [node.element];
  return 'alternatives' in node ? node.alternatives.flatMap((alternative) => alternative.elements) : [];
}
