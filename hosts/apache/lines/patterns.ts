import path from 'node:path';
import { words } from '../httpd/directives.ts';

/** What the main file takes in by itself: the paths and patterns of its `Include` lines that stand in no section. */
export function includedBy(text: string, serverRoot: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  for (const line of logicalLines(text)) {
    const [name = '', ...args] = words(line.trim());
    if (/^<\//.test(name)) depth = Math.max(0, depth - 1);
    else if (/^<[A-Za-z]/.test(name)) depth++;
    else if (depth === 0 && /^include(?:optional)?$/i.test(name) && args[0] !== undefined && !args[0].includes('${')) {
      found.push(path.resolve(serverRoot, args[0]));
    }
  }
  return found;
}

/** `ServerRoot` as the main file has it. */
export function serverRootIn(text: string): string | undefined {
  for (const line of logicalLines(text)) {
    const [name = '', root] = words(line.trim());
    if (/^serverroot$/i.test(name) && root !== undefined && path.isAbsolute(root)) return root;
  }
  return undefined;
}

/** Lines as Apache reads them: a backslash at the end of one joins the next. Comments go. */
function logicalLines(text: string): readonly string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line));
}

/** Whether an `Include` of `pattern` takes in `file`: by name, as a file in that folder, or as a pattern of its last parts. */
export function takesIn(pattern: string, file: string): boolean {
  if (pattern === file || file.startsWith(`${pattern.replace(/\/$/, '')}/`)) return true;
  const wanted = pattern.split('/');
  const parts = file.split('/');
  return wanted.length === parts.length && wanted.every((one, at) => matches(one, parts[at] ?? ''));
}

/** As `fnmatch` does for one part of a path. */
function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const source = pattern.replace(/\*+|\[!?[^\]]+\]|[\s\S]/g, (piece) => {
    // Several are no more than one, but a backtracking engine would try each of them.
    if (piece.startsWith('*')) return '.*';
    if (piece === '?') return '.';
    if (piece.length > 1) return piece.replace(/^\[!/, '[^').replace(/\\/g, '\\\\');
    return piece.replace(/[\\^$.|+(){}[\]]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`).test(name);
  } catch {
    return false;
  }
}
