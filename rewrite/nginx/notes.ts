import type { InboundRule, RewriteConfiguration, ScopedRules } from '../model.ts';
import { parseTemplate } from '../template/parse-template.ts';
import {
  capturedNote,
  hasFunction,
  locationNote,
  makesLocation,
  readsHost,
  readsPathText,
  testsReferences,
} from '../translate/reads.ts';
import type { Note } from '../translate/result.ts';
import type { NginxOptions } from './result.ts';

/** What nginx does beyond IIS or in another way, for each owner that it concerns. */
export function notesOf(rules: readonly ScopedRules[], options: NginxOptions): readonly Note[] {
  const notes = rules.flatMap((set) => {
    const note = (kind: Note['kind'], text: string): Note => ({ owner: set.owner, kind, text });
    if (set.mode === 'observe' && options.observeLog === undefined) {
      return [note('differs', 'Only observed, and nginx has been given no log to write to: these rules are left out.')];
    }
    const silent = set.mode === 'observe' ? [note('differs', silentBlocks)] : [];
    return [...inboundNotes(set, note), ...outboundNotes(set, note), ...silent];
  });
  const seen = new Set<string>();
  return notes.filter(({ owner, text }) => !seen.has(`${owner}\n${text}`) && seen.add(`${owner}\n${text}`));
}

type MakeNote = (kind: Note['kind'], text: string) => Note;

/** The inbound rules that may answer a request themselves. */
export function answeringRules({ globalRules, rules }: RewriteConfiguration): readonly InboundRule[] {
  return [...globalRules, ...rules].filter((rule) => rule.enabled && rule.action.type !== 'None');
}

function inboundNotes(set: ScopedRules, note: MakeNote): readonly Note[] {
  const answering = answeringRules(set.configuration);
  if (answering.length === 0) return [];
  const some = (holds: (rule: InboundRule) => boolean) => answering.some(holds);
  const decodes = some((rule) =>
    rule.conditions.list.some(({ input }) => hasFunction(parseTemplate(input), 'UrlDecode')),
  );
  const readsPath = some((rule) => readsPathText(rule));
  return [
    ...(decodes
      ? [
          note(
            'broader',
            'A letter that is escaped more than once (%2570 in a query) counts as the letter; IIS decodes a query once.',
          ),
        ]
      : []),
    note(
      'broader',
      'A dot of a pattern takes in line ends, so an escaped line end between two words hides neither; in IIS it does.',
    ),
    ...(readsPath ? [note('broader', oddPaths)] : []),
    ...(some(readsHost) && set.mode === 'enforce' ? [note('broader', twoHosts)] : []),
    ...(some(testsReferences) ? [note('broader', capturedNote)] : []),
    ...(some(makesLocation) ? [note('broader', locationNote)] : []),
    note(
      'broader',
      'Where a pattern counts characters beyond ASCII, or names them, text that is not UTF-8 is taken for a match if it may be one.',
    ),
    note(
      'broader',
      'A pattern that has no linear form is given 100,000 steps; a request on which that is not enough is taken for a match.',
    ),
    ...(some((rule) => rule.action.type === 'CustomResponse')
      ? [
          note(
            'differs',
            'nginx sends its own reason phrase; the sub-status of IIS is for its logs only and is left out.',
          ),
        ]
      : []),
    ...(some((rule) => rule.action.type === 'Rewrite') ? [note('broader', uncertain), note('differs', rewrites)] : []),
    ...(some(({ action }) => 'appendQueryString' in action && action.appendQueryString)
      ? [note('differs', 'Characters of the query that no URL may hold go on as they came; IIS escapes them.')]
      : []),
    note(
      'differs',
      'Requests that nginx itself answers with 400 (NUL or a broken escape in the path, .. above the root) never reach the rules.',
    ),
  ];
}

const silentBlocks =
  'A server, location or if block that has an access_log of its own needs the access_log line again; where it says "access_log off", nothing is noted.';

const uncertain =
  'Where nginx cannot tell whether IIS would rewrite a request (one of the classes here), or cannot make the query, it is answered with 400.';

const rewrites =
  'The lines of the server block that follow, and its locations, see the rewritten path; $request_uri keeps what was asked for. The path may be one ' +
  'that is marked "internal".';

const twoHosts =
  'A request whose target names another host than its Host field is answered with 400: nginx hands applications either of them.';

const oddPaths =
  'A target with a # or, in its path, a backslash or doubled slashes that nginx keeps may be another path for nginx than for IIS; it is ' +
  'taken for a match as soon as all words that the pattern needs are anywhere in it, and never for an exception.';

function outboundNotes(set: ScopedRules, note: MakeNote): readonly Note[] {
  const rules = set.configuration.outboundRules.filter((rule) => rule.enabled && rule.action.type !== 'None');
  if (rules.length === 0) return [];
  if (set.mode === 'observe')
    return [note('differs', 'Rules for responses cannot be observed on nginx and are left out.')];
  return [
    note(
      'differs',
      'The header goes out as a line of its own beside that of the application; browsers enforce every policy they are sent.',
    ),
    note(
      'broader',
      'A directive that the policy of the application already has counts as well; IIS appends it, and browsers ignore the second.',
    ),
    note('broader', 'Responses that nginx makes itself (error pages) carry the header, too, if they match.'),
    note(
      'differs',
      'A server, location or if block that has an add_header of its own needs the lines again: nginx does not hand them down into it.',
    ),
  ];
}
