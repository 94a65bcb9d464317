import type { InboundAction, InboundRule } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import type { Formula } from '../translate/formula.ts';
import type { RuleReferences } from '../translate/references.ts';
import { responseText } from '../translate/response-text.ts';
import { normaliseLevel } from '../url/level.ts';
import type { Inputs } from './inputs.ts';
import { type LocationText, locationText } from './location.ts';
import { inText, type Maps, none } from './maps.ts';
import { quoted } from './text.ts';

/** What is answered: a status, and for all but a dropped connection the text or place. */
export interface Answer {
  readonly status: number;
  /** A parameter; undefined for a dropped connection. */
  readonly text?: string;
  /** Where the text can be made, and what is answered elsewhere. Undefined: everywhere. */
  readonly only?: { readonly where: Formula; readonly otherwise: Answer };
}

/** nginx closes the connection without a byte. */
export const abort: Answer = { status: 444 };

/** The answer of a rule, undefined where the rule lets the request go on. `@throws` Inexpressible. */
export function answerOf(
  rule: InboundRule,
  level: string,
  inputs: Inputs,
  maps: Maps,
  references: RuleReferences,
): Answer | undefined {
  if (rule.serverVariables.length > 0) {
    throw new Inexpressible(
      'serverVariables',
      'nginx sets request headers in each location anew, and no server variables',
    );
  }
  const { action } = rule;
  switch (action.type) {
    case 'None':
      return undefined;
    case 'AbortRequest':
      return abort;
    case 'CustomResponse':
      return customAnswer(action, inputs, maps, references);
    case 'Redirect':
      return redirectAnswer(action.status, locationText(action, normaliseLevel(level), inputs, maps, references));
    case 'Rewrite':
      throw new Inexpressible('Rewrite', 'where nginx hands a rewritten URL depends on its locations');
  }
}

/** A Location that cannot be made is a request that nobody means: it is answered with 400. */
function redirectAnswer(status: number, { text, clean }: LocationText): Answer {
  const otherwise: Answer = { status: 400, text: none };
  return { status, text, ...(clean ? { only: { where: clean, otherwise } } : {}) };
}

function customAnswer(
  action: InboundAction & { readonly type: 'CustomResponse' },
  inputs: Inputs,
  maps: Maps,
  references: RuleReferences,
): Answer {
  const { statusCode: status, statusDescription } = action;
  if (status < 200 || status > 599 || status === 308) {
    throw new Inexpressible('status code', `nginx does not return status ${status} with a text`);
  }
  const { pieces, clean } = responseText(statusDescription, inputs, references);
  const shown = pieces.map((piece) =>
    typeof piece === 'string' ? quoted(maps.literal(piece)).slice(1, -1) : inText(piece.source),
  );
  const only = clean && { where: clean, otherwise: { status, text: none } };
  return { status, text: `"${shown.join('')}"`, ...(only ? { only } : {}) };
}
