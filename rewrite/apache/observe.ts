import type { ScopedRules } from '../model.ts';
import { commentText } from '../translate/text.ts';
import type { Inputs } from './inputs.ts';
import { argument, expressionArgument } from './quoting.ts';
import { emitPhase, readRules } from './rules.ts';
import { isSet, type Statements, setCaptured, setWhere, unsetWhere, variableWord } from './statements.ts';

/**
 * Emits rules in mode `observe`: a line in the log for each request that one of an owner's would have answered. `GlobalLog` writes beside
 * the logs of virtual hosts, which replace every other log of the server.
 */
export function emitObserved(
  statements: Statements,
  inputs: Inputs,
  rules: readonly ScopedRules[],
  logFile: string | undefined,
): string {
  const observed = rules.filter((set) => set.mode === 'observe');
  if (logFile === undefined || observed.length === 0) return '';
  const all = statements.fresh('observed');
  const before = variableWord(all);
  const owners = new Map<string, ScopedRules[]>();
  for (const set of observed) owners.set(tagOf(set.owner), [...(owners.get(tagOf(set.owner)) ?? []), set]);
  for (const [tag, sets] of owners) {
    const hit = statements.temporary('hit');
    for (const collection of ['globalRules', 'rules'] as const) {
      const list = sets.flatMap((set) => readRules(set, collection, inputs, statements));
      const name = emitPhase(statements, list, 'seen', () => 'seen');
      if (name !== undefined) {
        statements.add(setWhere(`${variableWord(name)} == 'seen'`, hit, '1'), unsetWhere('true', name));
      }
    }
    statements.add(
      setCaptured(before, '(?s)^(.+)\\z', all, { guard: isSet(hit), value: `$1,${tag}` }),
      setWhere(`${isSet(hit)} && -z ${before}`, all, tag),
    );
  }
  const format = `%{%Y-%m-%dT%H:%M:%S%z}t %a \\"%r\\" %{${all}}e`;
  statements.keep(all);
  return `GlobalLog ${argument(logFile)} "${format}" ${expressionArgument(`expr=${isSet(all)}`)}\n`;
}

/** An owner's name as one word. */
function tagOf(owner: string): string {
  return commentText(owner).replace(/[^\w.:-]/g, '_');
}
