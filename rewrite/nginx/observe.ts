import type { ScopedRules } from '../model.ts';
import { commentText } from '../translate/text.ts';
import type { RuleReader } from './ending.ts';
import { firstOf, inText, type Maps, none } from './maps.ts';
import { emitPhase } from './phase.ts';
import { quoted } from './text.ts';

/** Lines for `http` and for each block with an `access_log` of its own; the second for the top of a server block. */
export interface ObserveText {
  readonly log: string;
  readonly format: string;
  readonly server: string;
}

/** Emits rules in mode `observe`: a line in the log for each request that one of an owner's would have answered. */
export function emitObserved(
  maps: Maps,
  sets: readonly ScopedRules[],
  reader: RuleReader,
  logFile: string,
): ObserveText {
  const owners = new Map<string, string[]>();
  for (const set of sets) {
    const tag = ownerTag(set.owner);
    for (const collection of ['globalRules', 'rules'] as const) {
      const value = emitPhase(maps, reader.read(set, collection, tag));
      if (value !== none) owners.set(tag, [...(owners.get(tag) ?? []), value]);
    }
  }
  const values = [...owners].map(([tag, parts]) => onlyTag(maps, firstOf(maps, parts), tag));
  if (values.length === 0) return { log: '', format: '', server: '' };
  const all = `"${values.map(inText).join(' ')}"`;
  const observed = maps.add(
    'observed',
    all,
    [
      { key: '"~^ *\\z"', value: none },
      { key: none, value: none },
    ],
    all,
  );
  const format = `${maps.prefix}_observed`;
  return {
    format: `log_format ${format} '$time_iso8601 $remote_addr "$request" ${observed}';\n`,
    log: `access_log ${quoted(logFile)} ${format} if=${observed};\n`,
    server: `if (${observed}) {\n}\n`,
  };
}

/** An owner's name as one word. */
function ownerTag(owner: string): string {
  return commentText(owner).replace(/[^\w.:-]/g, '_');
}

/** Nothing but the tag: a rule that only stops is no hit. */
function onlyTag(maps: Maps, value: string, tag: string): string {
  return maps.add(
    'hit',
    value.startsWith('$') ? value : quoted(value),
    [{ key: quoted(tag), value: quoted(tag) }],
    none,
  );
}
