import type { ScopedRules } from '../model.ts';
import type { Note } from '../translate/result.ts';
import { cheaperRule } from './cheaper-rule.ts';
import { rewriteElement } from './rewrite-element.ts';
import { writeXml } from './write-xml.ts';

/** The rules of one owner at one level. */
export interface IisPart {
  readonly owner: string;
  /** Virtual path of the configuration level the element belongs to. */
  readonly level: string;
  /** The `<rewrite>` element. */
  readonly rewrite: string;
}

/** Rules as IIS configuration. The same rules give the same bytes. */
export interface IisCompilation {
  readonly parts: readonly IisPart[];
  readonly notes: readonly Note[];
}

/** Writes rules as IIS configuration again: cheaper where that changes no verdict (see README for what is broader), defaults left out. */
export function compileIis(rules: readonly ScopedRules[]): IisCompilation {
  const parts: IisPart[] = [];
  const notes: Note[] = [];
  for (const { owner, level, configuration, mode } of rules) {
    if (mode === 'observe') {
      notes.push({ owner, kind: 'differs', text: 'IIS has no rule that only observes: these rules are left out.' });
      continue;
    }
    const cheaper = [configuration.globalRules, configuration.rules].map((list) => list.map(cheaperRule));
    const [globalRules = [], own = []] = cheaper.map((list) => list.map(({ rule }) => rule));
    if (cheaper.flat().some((one) => one.broader)) notes.push({ owner, kind: 'broader', text: lineEnds });
    parts.push({ owner, level, rewrite: writeXml(rewriteElement({ ...configuration, globalRules, rules: own })) });
  }
  return { parts, notes };
}

const lineEnds =
  'Words that a rule wants side by side are looked for one by one, so an escaped line end between them hides neither; as published it does.';
