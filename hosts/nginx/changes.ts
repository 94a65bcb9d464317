import type { FileChange, FileContent } from '@stopgap/agent';
import { editLines } from './lines/edit.ts';
import type { Placement } from './lines/placement.ts';
import { neutralServerFile } from './own/own-files.ts';
import type { StandingFile, StandingFiles } from './own/standing.ts';

/** What our two files are to hold; `null`: they are to go. */
export interface WantedFiles {
  readonly http: FileContent;
  readonly server: FileContent;
}

/**
 * Every change in an order in which nginx accepts the configuration after each one, forwards and backwards:
 * our files before the lines that include them, the line in `http` (which defines variables) before those in `server`
 * (which use them), and a `server.conf` that uses nothing while `http.conf` is exchanged. Pure.
 */
export function orderChanges(
  host: string,
  standing: StandingFiles,
  placement: Placement,
  wanted: WantedFiles | null,
): readonly FileChange[] {
  const folder = standing.http.path.slice(0, standing.http.path.lastIndexOf('/'));
  const lines = placement.edits.map((edit) => lineChange(host, edit, folder));
  const withHttp = lines.filter((_, index) => placesHttp(placement.edits[index]));
  const takingHttp = lines.filter((line, index) => !withHttp.includes(line) && takesHttp(placement.edits[index]));
  const onlyServer = lines.filter((line) => !withHttp.includes(line) && !takingHttp.includes(line));
  if (!wanted) {
    const ours = [standing.server, standing.http].filter(({ found }) => found.kind === 'ours');
    const gone = ours.flatMap((file) => ownChange(host, file, file.content, null));
    return [...onlyServer, ...takingHttp, ...gone];
  }
  const files = fileChanges(host, standing, wanted, placement.httpMoves);
  return [...files.before, ...takingHttp, ...withHttp, ...files.after, ...onlyServer];
}

type Edit = Placement['edits'][number];

function placesHttp(edit: Edit | undefined): boolean {
  return edit?.insert.some(({ kind }) => kind === 'http') ?? false;
}

function takesHttp(edit: Edit | undefined): boolean {
  return edit?.remove.some(({ words }) => words[1]?.value.includes('/http.con')) ?? false;
}

function fileChanges(
  host: string,
  { http, server }: StandingFiles,
  wanted: WantedFiles,
  httpMoves: boolean,
): { readonly before: readonly FileChange[]; readonly after: readonly FileChange[] } {
  const exchange = ownChange(host, http, http.content, wanted.http);
  if (server.content === null || (exchange.length === 0 && !httpMoves)) {
    return { before: [...exchange, ...ownChange(host, server, server.content, wanted.server)], after: [] };
  }
  const neutral = neutralServerFile();
  return {
    before: [...ownChange(host, server, server.content, neutral), ...exchange],
    after: ownChange(host, server, neutral, wanted.server),
  };
}

function ownChange(
  host: string,
  { path }: StandingFile,
  before: FileContent | null,
  after: FileContent | null,
): readonly FileChange[] {
  if (same(before, after)) return [];
  const what = after === null ? 'removed' : before === null ? 'written' : 'rewritten';
  return [{ kind: 'file', host, path, before, after, summary: `rules in ${path} ${what}` }];
}

function lineChange(host: string, edit: Edit, folder: string): FileChange {
  const { file, insert, remove, blocks } = edit;
  const content = (text: string) => ({ base64: Buffer.from(text, 'latin1').toString('base64'), mode: file.mode });
  const titles = blocks.map((title) => (title === 'http' ? 'the http block' : `server ${title}`)).join(', ');
  const into = insert.length > 0 ? [`include line into ${titles}`] : [];
  const out = remove.length > 0 ? [`${remove.length} include line${remove.length > 1 ? 's' : ''} taken out`] : [];
  return {
    kind: 'file',
    host,
    path: file.path,
    before: content(file.text),
    after: content(editLines(file.text, edit, folder)),
    summary: `${[...into, ...out].join('; ')} (${file.path})`,
  };
}

function same(a: FileContent | null, b: FileContent | null): boolean {
  return a?.base64 === b?.base64;
}
