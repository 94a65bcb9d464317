import type { InboundAction, InboundRule } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { normaliseLevel } from '../url/level.ts';
import type { Inputs } from './inputs.ts';
import { locationText } from './location.ts';
import type { Maps } from './maps.ts';
import { quoted } from './text.ts';

/** What is answered: a status, and for all but a dropped connection the text or place. */
export interface Answer {
  readonly status: number;
  /** A parameter; undefined for a dropped connection. */
  readonly text?: string;
}

/** nginx closes the connection without a byte. */
export const abort: Answer = { status: 444 };

/** The answer of a rule, undefined where the rule lets the request go on. `@throws` Inexpressible. */
export function answerOf(rule: InboundRule, level: string, inputs: Inputs, maps: Maps): Answer | undefined {
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
      return customAnswer(action, maps);
    case 'Redirect':
      return { status: action.status, text: locationText(action, normaliseLevel(level), inputs, maps) };
    case 'Rewrite':
      throw new Inexpressible('Rewrite', 'where nginx hands a rewritten URL depends on its locations');
  }
}

function customAnswer(action: InboundAction & { readonly type: 'CustomResponse' }, maps: Maps): Answer {
  const { statusCode } = action;
  if (statusCode < 200 || statusCode > 599 || statusCode === 308) {
    throw new Inexpressible('status code', `nginx does not return status ${statusCode} with a text`);
  }
  const body = constantText(action.statusDescription);
  return { status: statusCode, text: quoted(maps.literal(body)) };
}

function constantText(template: string): string {
  return parseTemplate(template)
    .map((node) => {
      if (node.kind === 'literal') return node.text;
      throw new Inexpressible('template', 'text of a CustomResponse that depends on the request');
    })
    .join('');
}
