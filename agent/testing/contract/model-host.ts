import { type Files, MachineError, silentLog, systemClock, systemCommands, systemFolders } from '@stopgap/machine';
import {
  type Change,
  type FileChange,
  type FileContent,
  type Finding,
  type HeldAction,
  type Host,
  HostError,
} from '../../host.ts';
import type { HostBed, World } from './bed.ts';

/** A server with one file of lines, in memory: the smallest thing that a host can be right or wrong about. */
export interface ModelBed extends HostBed {
  readonly lines: Map<string, string>;
}

const file = '/etc/model.conf';
const mark = 'ours ';

/** Text of the file, and its whereabouts; a bed on which `present` can be switched off by deleting it. */
export function modelBed(make: (world: World) => Host = modelHost): ModelBed {
  const lines = new Map([[file, 'listen 80\n# mine\n']]);
  const files: Files = {
    read: (name) => {
      const text = lines.get(name);
      return text === undefined ? undefined : { bytes: Buffer.from(text), mode: 0o644, uid: 0, gid: 0 };
    },
    write: (name, bytes) => void lines.set(name, Buffer.from(bytes).toString()),
    remove: (name) => void lines.delete(name),
    makeFolder: () => {},
  };
  const world: World = { files, folders: systemFolders, commands: systemCommands, clock: systemClock, log: silentLog };
  return {
    lines,
    host: (between = (one) => one) => make(between(world)),
    snapshot: () => new Map(lines),
    complaint: async () => (lines.get(file)?.includes('broken') ? 'it is broken' : undefined),
    close: () => {},
  };
}

/** Changes the file's text, as an editor does. */
export function editModel({ lines }: ModelBed, change: (text: string) => string): void {
  lines.set(file, change(lines.get(file) ?? ''));
}

/** A host that keeps every promise: one line at the top for each action. */
export function modelHost({ files }: World): Host {
  const text = () => files.read(file)?.bytes.toString();
  return {
    name: 'model',
    kind: 'model',
    holds: ['urlRewrite'],
    survey: async () => ({ present: text() !== undefined, detail: `the file ${file}`, missing: [], endpoints: [] }),
    accepts: ({ action }, survey) =>
      survey.present && action.kind === 'urlRewrite'
        ? { accepted: true, notes: [] }
        : { accepted: false, state: 'unsupported', reason: `holds no ${action.kind}, or is not there` },
    plan: async (wanted) => {
      const now = text();
      const findings = wanted.map((action) => findingFor(action, now ?? ''));
      const held = wanted.filter((_, index) => !['conflict', 'adopted'].includes(findings[index]?.presence ?? ''));
      const after = held.map(lineOf).join('') + withoutOurs(now ?? '');
      if (now === undefined || now === after) return { findings, changes: [] };
      const content = (some: string): FileContent => ({ base64: Buffer.from(some).toString('base64'), mode: 0o644 });
      const change: FileChange = {
        kind: 'file',
        host: 'model',
        path: file,
        before: content(now),
        after: content(after),
        summary: 'lines of ours',
      };
      return { findings, changes: [change] };
    },
    perform: async (change) => perform(change, text(), files),
    undo: async (change) => undo(change, text(), files),
    activate: async () => {
      if (text()?.includes('broken')) throw new HostError('configuration-refused', 'the file is broken');
    },
    render: (action) => [{ where: file, text: lineOf(action) }],
  };
}

function findingFor(action: HeldAction, text: string): Finding {
  const lines = text.split('\n');
  const { mitigation } = action;
  if (lines.includes(`theirs ${mitigation}`)) return { presence: 'conflict', detail: 'the name is taken' };
  if (lines.includes(`same ${mitigation}`)) return { presence: 'adopted', detail: 'theirs does the same' };
  if (text.includes(lineOf(action))) return { presence: 'in-place', detail: 'its line is there' };
  const some = lines.some((line) => line.startsWith(`${mark}${mitigation} revision ${action.revision} ${action.mode}`));
  return some ? { presence: 'drifted', detail: 'its line is another' } : { presence: 'absent', detail: 'no line' };
}

function perform(change: Change, now: string | undefined, files: Files): void {
  if (change.kind !== 'file') throw new HostError('configuration-refused', 'not a change of this host');
  if (now === decoded(change.after)) return;
  if (now !== decoded(change.before)) throw new HostError('changed-meanwhile', 'the file was changed');
  write(decoded(change.after), files);
}

function undo(change: Change, now: string | undefined, files: Files): void {
  if (change.kind !== 'file' || now === undefined || now === decoded(change.before)) return;
  const ours = decoded(change.before)
    .split('\n')
    .filter((line) => line.startsWith(mark));
  write(ours.map((line) => `${line}\n`).join('') + withoutOurs(now), files);
}

function write(text: string, files: Files): void {
  try {
    files.write(file, text);
  } catch (error) {
    if (error instanceof MachineError) throw new HostError('access-denied', error.message, error);
    throw error;
  }
}

function lineOf({ mitigation, revision, mode }: HeldAction): string {
  return `${mark}${mitigation} revision ${revision} ${mode} on\n`;
}

function withoutOurs(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith(mark))
    .join('\n');
}

function decoded(content: FileContent | null): string {
  return Buffer.from(content?.base64 ?? '', 'base64').toString();
}
