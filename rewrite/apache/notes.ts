import type { InboundRule, ScopedRules } from '../model.ts';
import { parseTemplate } from '../template/parse-template.ts';
import {
  capturedNote,
  hasFunction,
  locationNote,
  makesLocation,
  readsPathText,
  testsReferences,
} from '../translate/reads.ts';
import { fieldsKnownTo } from '../translate/request-fields.ts';
import type { Note } from '../translate/result.ts';
import type { ApacheOptions } from './result.ts';

type MakeNote = (kind: Note['kind'], text: string) => Note;

/** What Apache does beyond IIS or in another way, for each owner that it concerns. */
export function notesOf(rules: readonly ScopedRules[], options: ApacheOptions): readonly Note[] {
  const notes = rules.flatMap((set) => {
    const note: MakeNote = (kind, text) => ({ owner: set.owner, kind, text });
    if (set.mode === 'observe' && options.observeLog === undefined) {
      return [
        note('differs', 'Only observed, and Apache has been given no log to write to: these rules are left out.'),
      ];
    }
    return [...inboundNotes(set, note), ...outboundNotes(set, note)];
  });
  return notes.filter(
    (one, at) => notes.findIndex((other) => other.owner === one.owner && other.text === one.text) === at,
  );
}

function inboundNotes(set: ScopedRules, note: MakeNote): readonly Note[] {
  const { configuration } = set;
  const answering = [...configuration.globalRules, ...configuration.rules].filter(
    (rule) => rule.enabled && rule.action.type !== 'None',
  );
  if (answering.length === 0) return [];
  const where = (holds: (rule: InboundRule) => boolean, ...made: readonly Note[]) =>
    answering.some(holds) ? made : [];
  const inputs = (rule: InboundRule) => rule.conditions.list.map(({ input }) => parseTemplate(input));
  return [
    ...where((rule) => rule.action.type === 'AbortRequest', note('differs', aborts)),
    ...where((rule) => inputs(rule).some((input) => hasFunction(input, 'UrlDecode')), note('broader', escapes)),
    note('broader', lineEnds),
    ...where(readsPathText, note('broader', oddPaths)),
    ...where(testsReferences, note('broader', capturedNote)),
    ...where((rule) => fieldsKnownTo(rule).some((field) => field.includes('-')), note('broader', twins)),
    ...where(makesLocation, note('broader', locationNote)),
    note('broader', beyondAscii),
    note('broader', steps),
    ...where((rule) => rule.conditions.list.some(({ input }) => /HTTP_COOKIE/i.test(input)), note('differs', cookies)),
    ...where((rule) => rule.action.type === 'CustomResponse', note('differs', reasons)),
    note('differs', ownAnswers),
  ];
}

const aborts = 'Apache cannot drop a connection: it answers 403 with its own short page and closes the connection.';
const escapes =
  'A letter that is escaped more than once (%2570 in a query) counts as the letter; IIS decodes a query once.';
const lineEnds =
  'A dot of a pattern takes in line ends, so an escaped line end between two words hides neither; in IIS it does.';
const oddPaths =
  'A target whose path has a #, a backslash, doubled slashes, dot segments, %2f, %00 or a broken escape may be another path for Apache than ' +
  'for IIS; it is taken for a match as soon as all words that the pattern needs are anywhere in it, and never for an exception.';
const beyondAscii =
  'Where a pattern counts characters beyond ASCII, or names them, text that is not UTF-8 is taken for a match if it may be one.';
const steps =
  'A pattern that has no linear form is given 100,000 steps; a request on which that is not enough is taken for a match.';
const cookies =
  'Several Cookie lines are joined with a comma before a pattern sees them, with a semicolon on IIS; patterns that tell the two apart are refused.';
const twins =
  'A request with another spelling of a header field that a rule reads (X_Name for X-Name, which applications take for the same) is answered 400.';
const reasons = "Apache sends its own reason phrase; IIS's sub-status is for its logs only and is left out.";
const ownAnswers =
  'Requests that Apache itself answers (400 or 404 for NUL or a broken escape in the path, 404 for %2f unless AllowEncodedSlashes) never reach a site.';

function outboundNotes(set: ScopedRules, note: MakeNote): readonly Note[] {
  if (!set.configuration.outboundRules.some((rule) => rule.enabled && rule.action.type !== 'None')) return [];
  if (set.mode === 'observe') {
    return [note('differs', 'Rules for responses cannot be observed on Apache and are left out.')];
  }
  return [
    note('differs', 'Each of several lines of the header is changed by itself.'),
    note('broader', 'Responses that Apache makes itself (error pages, redirects) are changed, too, if they match.'),
  ];
}
