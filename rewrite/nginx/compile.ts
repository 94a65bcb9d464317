import type { ScopedRules } from '../model.ts';
import { ownersApart } from '../translate/owners.ts';
import { readsHost } from '../translate/reads.ts';
import { type Collection, throwFirst, withOwners } from '../translate/refusals.ts';
import type { Refusal } from '../translate/result.ts';
import { depthOf, normaliseLevel } from '../url/level.ts';
import { RuleReader, refusalsOf } from './ending.ts';
import { FirstLook } from './first-look.ts';
import { Inputs } from './inputs.ts';
import { Maps, none } from './maps.ts';
import { answeringRules, notesOf } from './notes.ts';
import { emitObserved, type ObserveText } from './observe.ts';
import { OutboundRules } from './outbound.ts';
import { emitPhase, goesOn, gravest } from './phase.ts';
import { defaultNginxVersion, defaultPrefix, type NginxCompilation, type NginxOptions } from './result.ts';
import { rewritesBesideResponses } from './rewriting.ts';
import { keepingCaptures, serverText } from './server.ts';

/**
 * Why rules cannot be held by nginx, each by name. Empty: `compileNginx` gives all of them. Rules that are only observed are asked, too.
 */
export function checkNginx(rules: readonly ScopedRules[], options: NginxOptions = {}): readonly Refusal[] {
  const each = rules.flatMap((set) => refusalsOf(set, options.nginxVersion ?? defaultNginxVersion));
  return each.length > 0 ? each : rewritesBesideResponses(rules);
}

/**
 * Compiles rules to nginx configuration of the same verdict (see README for what is broader). `@throws` RewriteError `unsupported` for what
 * `checkNginx` names: nothing weaker is ever emitted.
 */
export function compileNginx(rules: readonly ScopedRules[], options: NginxOptions = {}): NginxCompilation {
  throwFirst(checkNginx(rules, options), rules, 'nginx');
  const prefix = options.variablePrefix ?? defaultPrefix;
  if (!/^[a-z][a-z0-9_]{0,23}$/.test(prefix)) throw new TypeError(`no prefix of variables: ${prefix}`);
  const maps = new Maps(prefix);
  const inputs = new Inputs(maps, options.nginxVersion ?? defaultNginxVersion);
  const enforced = rules.filter((set) => set.mode === 'enforce').toSorted((a, b) => depth(a) - depth(b));
  const inbound = emitInbound(maps, options.apart ? ownersApart(enforced) : [enforced], inputs);
  const outbound = new OutboundRules(maps, inputs);
  for (const set of enforced) outbound.add(set);
  const { headers, server: marking } = outbound.text();
  const observed = emitObservedRules(maps, rules, inputs, options.observeLog);
  const server = marking + observed.server + inbound;
  return {
    http: withOwners(rules, observed.format + maps.text() + headers + observed.log),
    server: withOwners(rules, options.keepCaptures ? keepingCaptures(maps, server) : server),
    block: withOwners(rules, headers + observed.log),
    notes: notesOf(rules, options),
  };
}

/** `groups`: rules that are one list, each. */
function emitInbound(maps: Maps, groups: readonly (readonly ScopedRules[])[], inputs: Inputs): string {
  const reader = new RuleReader(maps, inputs);
  const firstLook = new FirstLook();
  const verdicts = groups.map((sets) => {
    const read = (collection: Collection) => sets.flatMap((set) => reader.read(set, collection));
    const phase = (collection: Collection) => emitPhase(maps, read(collection), firstLook);
    return emitVerdict(maps, phase('globalRules'), phase('rules'));
  });
  const verdict = gravest(maps, verdicts);
  const answers = serverText(maps, verdict, reader.answers(), firstLook);
  const reads = groups.flat().some(({ configuration }) => answeringRules(configuration).some(readsHost));
  // With a text, so that no `error_page` of the site takes it further.
  const refuse = (twoHosts: string) => `if (${twoHosts}) {\n    return 400 ${twoHosts};\n}\n`;
  return reads ? refuse(inputs.twoHosts()) + answers : answers;
}

function emitObservedRules(
  maps: Maps,
  rules: readonly ScopedRules[],
  inputs: Inputs,
  logFile: string | undefined,
): ObserveText {
  const observed = rules.filter((set) => set.mode === 'observe');
  if (logFile === undefined || observed.length === 0) return { format: '', log: '', server: '' };
  return emitObserved(maps, observed, new RuleReader(maps, inputs), logFile);
}

const depth = (set: ScopedRules): number => depthOf(normaliseLevel(set.level));

/** The global rules' answer, or else that of the others; a global rule that stops lets the others go on. */
function emitVerdict(maps: Maps, first: string, second: string): string {
  if (first === none) return second;
  if (second === none) return first;
  return maps.add(
    'verdict',
    first,
    [
      { key: none, value: second },
      { key: goesOn, value: second },
    ],
    first,
  );
}
