import type { InboundAction, InboundRule } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import type { Formula } from '../translate/formula.ts';
import type { RuleReferences } from '../translate/references.ts';
import { responseText } from '../translate/response-text.ts';
import { normaliseLevel } from '../url/level.ts';
import type { Inputs } from './inputs.ts';
import { type LocationText, locationText } from './location.ts';
import { inText, type Maps, none } from './maps.ts';
import { rewritingText } from './rewriting.ts';
import { quoted } from './text.ts';

/** What is answered: a status, and for all but a dropped connection the text or place. */
export interface Answer {
  readonly status: number;
  /** A parameter; undefined for a dropped connection. */
  readonly text?: string;
  /** The request goes on at this path, a parameter; `text` is its query then. */
  readonly rewritten?: string;
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
      'what the application is sent is set in each location anew (proxy_set_header, fastcgi_param); a line of ours would not reach it',
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
    case 'Rewrite': {
      const { path, query, clean } = rewritingText(rule, action, normaliseLevel(level), inputs, maps, references);
      return { status: 200, rewritten: path, text: query, ...(clean ? { only: { where: clean, otherwise } } : {}) };
    }
  }
}

/** A request of which no Location can be made, or of which it is not certain where it leads, is one that nobody means. */
export const otherwise: Answer = { status: 400, text: none };

function redirectAnswer(status: number, { text, clean }: LocationText): Answer {
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
