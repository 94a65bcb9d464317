import { Inexpressible } from '../pcre/index.ts';
import type { Formula } from '../translate/formula.ts';
import type { MapEntry, Maps } from './maps.ts';

/** nginx looks at most 100 variables deep; there is more above ours. */
const deepest = 60;

/** Emits a chain of maps, each asked only if the one before leaves it open. Returns the value of the first. */
export function emitFormula(maps: Maps, formula: Formula, holds: string, fails: string, comment: string): string {
  return emit(maps, formula, { text: holds, depth: 0 }, { text: fails, depth: 0 }, comment).text;
}

interface Value {
  readonly text: string;
  readonly depth: number;
}

function emit(maps: Maps, formula: Formula, holds: Value, fails: Value, comment: string): Value {
  switch (formula.kind) {
    case 'constant':
      return formula.holds ? holds : fails;
    case 'not':
      return emit(maps, formula.part, fails, holds, comment);
    case 'and':
      return formula.parts.reduceRight((rest, part) => emit(maps, part, rest, fails, comment), holds);
    case 'or':
      return formula.parts.reduceRight((rest, part) => emit(maps, part, holds, rest, comment), fails);
    case 'test': {
      const { source, keys, expect } = formula.test;
      const [hit, miss] = expect ? [holds, fails] : [fails, holds];
      const depth = 1 + Math.max(holds.depth, fails.depth);
      if (depth > deepest) throw new Inexpressible('conditions', `more than ${deepest} tests in one rule`);
      const entries = keys.map((key, at): MapEntry => ({ key, value: hit.text, ...(at === 0 ? { comment } : {}) }));
      return { text: maps.add('test', source, entries, miss.text), depth };
    }
  }
}
