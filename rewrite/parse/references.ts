import type { Position } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { PatternSyntax } from '../model.ts';
import { type CostlyPatterns, compilePattern, PatternProblem } from '../pattern/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { lookupsOf, TemplateProblem } from '../template/template.ts';
import type { Attributes } from './attributes.ts';

/** What one part of a configuration may call by name in another. */
export type ReferenceKind = 'map' | 'preCondition' | 'customTags';

/** Names that rules call, kept while parsing and checked once everything is read. */
export class References {
  /** Whether patterns without a linear form are taken, too. */
  readonly costly: CostlyPatterns;
  readonly #calls: { readonly kind: ReferenceKind; readonly name: string; readonly position: Position }[] = [];

  constructor(costly: CostlyPatterns) {
    this.costly = costly;
  }

  note(kind: ReferenceKind, name: string, position: Position): void {
    this.#calls.push({ kind, name, position });
  }

  /** Throws `undefined-reference` for the first name that `defined` does not know; names compare without case. */
  check(defined: Readonly<Record<ReferenceKind, Iterable<string>>>): void {
    const lower = (names: Iterable<string>) => new Set([...names].map((name) => name.toLowerCase()));
    const known = {
      map: lower(defined.map),
      preCondition: lower(defined.preCondition),
      customTags: lower(defined.customTags),
    };
    for (const call of this.#calls) {
      if (known[call.kind].has(call.name.toLowerCase())) continue;
      throw new RewriteError('undefined-reference', undefinedMessage(call.kind, call.name), call.position);
    }
  }
}

function undefinedMessage(kind: ReferenceKind, name: string): string {
  if (kind === 'map') return `{${name}:…} names neither a function nor a rewrite map or provider that is defined`;
  return kind === 'preCondition'
    ? `preCondition="${name}" is not defined under <preConditions>`
    : `customTags="${name}" is not defined under <customTags>`;
}

/** A template attribute: checked, its calls noted. Throws `invalid-template`. */
export function templateAttribute(attributes: Attributes, name: string, value: string, references: References): string {
  const position = attributes.position(name);
  try {
    for (const call of lookupsOf(parseTemplate(value))) references.note('map', call.name, position);
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    const message = `${name}="${value}": ${error.message} (character ${error.offset + 1})`;
    throw new RewriteError('invalid-template', message, position, error);
  }
  return value;
}

/** A pattern attribute, compiled once to see that IIS would take it. Throws `invalid-pattern` or `costly-pattern`. */
export function patternAttribute(
  attributes: Attributes,
  name: string,
  value: string,
  syntax: PatternSyntax,
  { costly }: Pick<References, 'costly'>,
): string {
  try {
    compilePattern(value, syntax, true, costly);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    const message = `${name}="${value}": ${error.message} (character ${error.offset + 1})`;
    throw new RewriteError(error.code, message, attributes.position(name), error);
  }
  return value;
}
