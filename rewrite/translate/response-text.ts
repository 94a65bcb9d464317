import { Inexpressible } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { and, type Formula } from './formula.ts';
import type { Input, InputSource } from './input.ts';
import type { RuleReferences } from './references.ts';

/** The text of a CustomResponse in pieces, and where it is what IIS would send; undefined: everywhere. */
export interface ResponseText {
  readonly pieces: readonly (string | Input)[];
  readonly clean: Formula | undefined;
}

/** Takes the text of a CustomResponse apart. `@throws` Inexpressible. */
export function responseText(template: string, inputs: InputSource, references: RuleReferences): ResponseText {
  const pieces = parseTemplate(template).map((node) => {
    const input = inputs.ofTemplate([node], false, references);
    if ('constant' in input) return input.constant;
    if (input.decode) throw new Inexpressible('template', 'text of a CustomResponse that would have to be decoded');
    return input;
  });
  const read = pieces.filter((piece) => typeof piece !== 'string');
  const exact = references.exact();
  const tests = [...(exact ? [exact] : []), ...read.flatMap((input) => references.plain(input))];
  return { pieces, clean: tests.length === 0 ? undefined : and(tests) };
}
