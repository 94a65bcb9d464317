import type { Engine } from './engine.ts';
import { nextLineStart } from './lines.ts';
import type { PatternTree } from './tree.ts';

/** Runs a pattern on V8's engine, from the positions that have to be tried. Only for patterns of linear growth. */
export function nativeEngine(tree: PatternTree): Engine {
  const { tried } = tree;
  const sticky = tried === 'everywhere' ? '' : 'y';
  const regex = new RegExp(tree.source, `${tree.ignoreCase ? 'i' : ''}${sticky}`);
  const find = (input: string): RegExpExecArray | null => {
    for (let at = 0; at !== -1; at = tried === 'line' ? nextLineStart(input, at) : -1) {
      regex.lastIndex = at;
      const found = regex.exec(input);
      if (found !== null) return found;
    }
    return null;
  };
  return {
    kind: 'native',
    test: (input) => find(input) !== null,
    exec: (input) => {
      const found = find(input);
      return found === null ? undefined : Array.from(found, (group) => group ?? '');
    },
  };
}
