import { type Decoder, flag, listOf, MachineError, object, oneOf, optional, text, whole } from '@stopgap/machine';
import { mostOfReason } from '../policy/policy.ts';
import type { AgentRequest } from './requests.ts';

/** A document may have any character that a file can have; the line that it came in has a cap. */
const longText: Decoder<string> = (value, place) => {
  if (typeof value === 'string') return value;
  throw new MachineError('invalid-json', `${place}: expected a text`);
};

const actor = text(200);
const id = text(64);
const ids: Decoder<readonly string[] | 'all'> = (value, place) =>
  value === 'all' ? 'all' : listOf(id, 1000)(value, place);
const document = object({ file: text(), text: longText });
const bundle = optional(object({ file: text(), name: text(), feed: optional(text(200)) }));

/** What each ask may hold, and nothing else. */
const shapes = {
  look: object({ ask: oneOf('look'), actor, bundle }),
  apply: object({ ask: oneOf('apply'), actor, ids, documents: listOf(document, 100) }),
  remove: object({ ask: oneOf('remove'), actor, id, reason: text(), evenIfOffered: optional(flag) }),
  block: object({ ask: oneOf('block'), actor, id, reason: text(mostOfReason), keep: flag }),
  unblock: object({ ask: oneOf('unblock'), actor, id }),
  approve: object({ ask: oneOf('approve'), actor, id, revision: optional(whole(1, Number.MAX_SAFE_INTEGER)) }),
  enable: object({ ask: oneOf('enable'), actor, on: flag }),
  mode: object({ ask: oneOf('mode'), actor, mode: oneOf('enforce', 'observe', 'approve') }),
} as const;

/** Decodes one request. Throws `MachineError` `invalid-json` naming the place; an ask that is not known by its name. */
export const decodeRequest: Decoder<AgentRequest> = (value, place) => {
  const ask = typeof value === 'object' && value !== null && 'ask' in value ? value.ask : undefined;
  if (typeof ask !== 'string' || !Object.hasOwn(shapes, ask)) {
    const known = Object.keys(shapes).join(', ');
    const named = JSON.stringify(ask)?.slice(0, 60) ?? 'nothing';
    throw new MachineError('invalid-json', `${place}: ask ${named} is not known; known are ${known}`);
  }
  const request = shapes[ask as keyof typeof shapes](value, place);
  // A key that was not given must not stand there as `undefined`.
  const given = Object.entries(request).filter(([, held]) => held !== undefined);
  return Object.fromEntries(given) as unknown as AgentRequest;
};
