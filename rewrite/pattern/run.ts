import { Memory } from './memory.ts';
import { type LookAhead, op, type Program } from './program.ts';

/** `verdict`: groups are not noted. `captures`: they are. */
type Mode = 'verdict' | 'captures';

/**
 * A program at work on one input: tries paths in the order a backtracking engine does, so that it finds the same match with the same captures, but
 * remembers where paths met and failed and never walks on from there twice: time and memory are O(program x input). That holds for look-aheads
 * too, each of which is decided once a position. Groups inside a look-ahead are worked out when all is decided, from the last place it was passed.
 */
export class Run {
  /** Instructions executed, for tests and for showing attacks. */
  steps = 0;
  /** Positions of groups (2g, 2g+1), then of look-aheads; -1: none. */
  readonly slots: Int32Array;
  readonly #program: Program;
  readonly #text: string;
  readonly #memory: Memory | undefined;
  readonly #decided: Uint8Array;
  readonly #budget: number;
  /** Choices (instruction, position, progress, trail length) and undo notes (-1 - slot, value before, 0, 0). */
  #stack = new Int32Array(256);
  #top = 0;
  /** Meeting places passed inside look-aheads, as row and position. */
  readonly #trail: number[] = [];
  #lookDepth = 0;
  #mode: Mode = 'verdict';

  /**
   * `budget`: without it the run remembers; with it, it is a plain backtracking engine that gives up after so many steps.
   * `repeated`: the run may be asked on after a success (`search.ts`).
   */
  constructor(program: Program, text: string, budget?: number, repeated = false) {
    this.#program = program;
    this.#text = text;
    this.#budget = budget ?? -1;
    const rows = program.meets * program.progressStates;
    this.#memory = budget === undefined ? new Memory(rows, text.length + 1, repeated) : undefined;
    this.#decided = new Uint8Array(program.lookAheads.length * (text.length + 1));
    this.slots = new Int32Array(program.slots).fill(-1);
  }

  /** Whether the pattern matches beginning at `position`. May be asked for ascending positions until the first success; if `repeated`, on. */
  matches(position: number, mode: Mode): boolean {
    this.#mode = mode;
    this.#top = 0;
    this.#memory?.beginAttempt();
    if (!this.#walk(0, position)) return false;
    if (mode === 'captures' && this.#memory !== undefined) this.#captureInLookAheads(this.#memory);
    this.#memory?.forgetAttempt();
    return true;
  }

  /** Whether the budget is used up: the answer "no match" then means nothing. */
  get exhausted(): boolean {
    return this.#budget >= 0 && this.steps > this.#budget;
  }

  #walk(entry: number, at: number): boolean {
    const { codes, xs, ys, sets, progressStates } = this.#program;
    const [text, bottom, full] = [this.#text, this.#top, progressStates - 1];
    let [pc, position, progress] = [entry, at, full];
    for (;;) {
      const x = xs[pc] ?? 0;
      let next = -1;
      this.steps += 1;
      switch (codes[pc]) {
        case op.character:
          if (text.charCodeAt(position) === x) next = pc + 1;
          position += 1;
          progress = full;
          break;
        case op.set:
          if (position < text.length && sets[x]?.has(text.charCodeAt(position))) next = pc + 1;
          position += 1;
          progress = full;
          break;
        case op.split:
          this.#push(ys[pc] ?? 0, position, progress, this.#trail.length);
          next = x;
          break;
        case op.jump:
          next = x;
          break;
        case op.meet: {
          const row = x * progressStates + progress;
          if (this.#isNew(row, position)) next = pc + 1;
          else if (this.#memory?.leadsToSuccess(row, position)) return this.#succeed(bottom);
          break;
        }
        case op.iterate:
          progress &= ~(1 << x);
          next = pc + 1;
          break;
        case op.progress:
          if ((progress & (1 << x)) !== 0) next = pc + 1;
          break;
        case op.accept:
          return this.#succeed(bottom);
        case op.reference: {
          const length = this.#referenceLength(x, position);
          if (length >= 0) next = pc + 1;
          if (length > 0) progress = full;
          position += length;
          break;
        }
        default:
          if (this.#passes(pc, position)) next = pc + 1;
      }
      if (next < 0 || (this.#budget >= 0 && this.exhausted)) {
        next = this.#backtrack(bottom);
        if (next < 0) return false;
        position = this.#resumedAt;
        progress = this.#resumedProgress;
      }
      pc = next;
    }
  }

  /** Position and progress of the choice last taken up. */
  #resumedAt = 0;
  #resumedProgress = 0;

  /** Takes up the last choice above `bottom`; its instruction, or -1. */
  #backtrack(bottom: number): number {
    const stack = this.#stack;
    while (this.#top > bottom) {
      this.#top -= 4;
      const pc = stack[this.#top] ?? 0;
      const position = stack[this.#top + 1] ?? 0;
      if (pc < 0) {
        this.slots[-1 - pc] = position;
        continue;
      }
      this.#resumedAt = position;
      this.#resumedProgress = stack[this.#top + 2] ?? 0;
      this.#trail.length = stack[this.#top + 3] ?? 0;
      return this.exhausted ? -1 : pc;
    }
    return -1;
  }

  #push(first: number, second: number, third: number, fourth: number): void {
    if (this.#top === this.#stack.length) {
      const larger = new Int32Array(4 * this.#stack.length);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    const stack = this.#stack;
    stack[this.#top] = first;
    stack[this.#top + 1] = second;
    stack[this.#top + 2] = third;
    stack[this.#top + 3] = fourth;
    this.#top += 4;
  }

  /** Choices are dropped, undo notes kept. */
  #succeed(bottom: number): true {
    const stack = this.#stack;
    let kept = bottom;
    for (let at = bottom; at < this.#top; at += 4) {
      if ((stack[at] ?? 0) >= 0) continue;
      stack.copyWithin(kept, at, at + 4);
      kept += 4;
    }
    this.#top = kept;
    return true;
  }

  #isNew(row: number, position: number): boolean {
    if (this.#memory === undefined) return true;
    if (this.#memory.visit(row, position)) return false;
    if (this.#lookDepth > 0) this.#trail.push(row, position);
    return true;
  }

  /** Instructions that consume nothing. */
  #passes(pc: number, position: number): boolean {
    const x = this.#program.xs[pc] ?? 0;
    switch (this.#program.codes[pc]) {
      case op.save:
        this.#note(x, position);
        return true;
      case op.forget:
        for (let slot = x; slot < (this.#program.ys[pc] ?? 0); slot += 1) this.#note(slot, -1);
        return true;
      case op.start:
        return position === 0;
      case op.end:
        return position === this.#text.length;
      case op.wordBoundary:
        return this.#isWord(position - 1) !== this.#isWord(position);
      case op.noWordBoundary:
        return this.#isWord(position - 1) === this.#isWord(position);
      default:
        return this.#look(x, position);
    }
  }

  #note(slot: number, value: number): void {
    const before = this.slots[slot] ?? -1;
    if (before === value || (this.#mode === 'verdict' && this.#memory !== undefined)) return;
    this.#push(-1 - slot, before, 0, 0);
    this.slots[slot] = value;
  }

  #isWord(position: number): boolean {
    const unit = this.#text.charCodeAt(position);
    const letter = unit | 0x20;
    return (letter >= 0x61 && letter <= 0x7a && unit < 0x80) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f;
  }

  #referenceLength(group: number, position: number): number {
    const [start, end] = [this.slots[2 * group] ?? -1, this.slots[2 * group + 1] ?? -1];
    if (start < 0 || end < 0) return 0;
    this.steps += end - start;
    return this.#text.startsWith(this.#text.slice(start, end), position) ? end - start : -1;
  }

  #look(number: number, position: number): boolean {
    const look = this.#program.lookAheads[number];
    if (look === undefined) return false;
    const found = this.#memory === undefined ? this.#tryOut(look, position) : this.#decide(look, number, position);
    if (found && look.hasCaptures) this.#note(look.slot, position);
    return found !== look.negate;
  }

  /** Without memory: as a plain engine does, groups kept on success of a positive look-ahead. */
  #tryOut(look: LookAhead, position: number): boolean {
    const bottom = this.#top;
    const found = this.#walk(look.entry, position);
    if (found && look.negate) this.#backtrack(bottom);
    return found;
  }

  #decide(look: LookAhead, number: number, position: number): boolean {
    const place = number * (this.#text.length + 1) + position;
    const known = this.#decided[place] ?? 0;
    if (known !== 0) return known === 1;
    const [mode, trailBottom] = [this.#mode, this.#trail.length];
    this.#mode = 'verdict';
    this.#lookDepth += 1;
    const found = this.#walk(look.entry, position);
    for (let at = trailBottom; found && at < this.#trail.length; at += 2) {
      this.#memory?.noteSuccess(this.#trail[at] ?? 0, this.#trail[at + 1] ?? 0);
    }
    this.#trail.length = trailBottom;
    this.#lookDepth -= 1;
    this.#mode = mode;
    this.#decided[place] = found ? 1 : 2;
    return found;
  }

  /** Outer look-aheads come first, so that what they pass inside is known when its turn comes. */
  #captureInLookAheads(memory: Memory): void {
    const states = this.#program.progressStates;
    const done = new Set<number>();
    for (const look of this.#program.lookAheads) {
      const position = this.slots[look.slot] ?? -1;
      if (!look.hasCaptures || position < 0 || done.has(look.slot)) continue;
      done.add(look.slot);
      memory.clear(look.meets[0] * states, look.meets[1] * states);
      this.#walk(look.entry, position);
    }
  }
}
