import type { FileChange, FileContent } from '@stopgap/agent';
import { withLine, withoutLine } from './lines/include-line.ts';
import type { Place } from './lines/place.ts';
import type { Standing } from './standing.ts';

/**
 * Every change from what stands to what is wanted (`null`: nothing), in an order in which Apache accepts the configuration
 * after each one: the file before the line that takes it in, and the line out before the file. Pure.
 */
export function changesTo(
  host: string,
  standing: Standing,
  place: Place,
  wanted: FileContent | null,
): readonly FileChange[] {
  const own = ownChange(host, standing, wanted);
  const line = lineChange(host, standing, place, wanted !== null && place.needsLine);
  const strays = standing.strays.map(({ path, content }): FileChange => {
    return {
      kind: 'file',
      host,
      path,
      before: content,
      after: null,
      summary: `rules in ${path} removed: they belong to ${standing.path}`,
    };
  });
  return wanted === null ? [...line, ...own, ...strays] : [...own, ...line, ...strays];
}

function ownChange(
  host: string,
  { path, content: before }: Standing,
  after: FileContent | null,
): readonly FileChange[] {
  if (before?.base64 === after?.base64) return [];
  const what = after === null ? 'removed' : before === null ? 'written' : 'rewritten';
  const how = after !== null && drops(after) ? '; Apache answers 403 where a rule drops the connection' : '';
  return [{ kind: 'file', host, path, before, after, summary: `rules in ${path} ${what}${how}` }];
}

/** Whether a verdict in our file is to drop the connection. */
function drops({ base64 }: FileContent): boolean {
  return /=abort$/m.test(Buffer.from(base64, 'base64').toString('utf8'));
}

function lineChange(host: string, { main, path: own }: Standing, place: Place, wanted: boolean): readonly FileChange[] {
  if (!main) return [];
  const { path, content, text } = main;
  const rest = place.elsewhere.reduce(withoutLine, text);
  const after = wanted ? withLine(rest, own) : withoutLine(rest, own);
  if (after === text) return [];
  const summary = wanted ? `include line at the end of ${path}` : `include line taken out of ${path}`;
  const base64 = Buffer.from(after, 'latin1').toString('base64');
  return [{ kind: 'file', host, path, before: content, after: { base64, mode: content.mode }, summary }];
}
