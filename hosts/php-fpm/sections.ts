/** A section of a file of PHP-FPM's: its header and the lines up to the next. */
export interface Section {
  readonly name: string;
  /** Index of its header line, and of the line after its last. */
  readonly from: number;
  readonly to: number;
  /** Settings by name, the last of each. */
  readonly settings: ReadonlyMap<string, string>;
}

/** What a file holds, as far as pools are concerned. */
export interface ParsedFile {
  readonly sections: readonly Section[];
  /** Patterns of `include`, each with the section it stands in; empty: before any. */
  readonly includes: readonly { readonly pattern: string; readonly section: string }[];
  /** Why the file cannot be edited line by line; `undefined`: it can. */
  readonly problem: string | undefined;
}

/** Lines with their ends: joined again they are the text. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Reads PHP's INI dialect line by line. Pure; a value over several lines is a problem, not an error. */
export function parseFile(text: string): ParsedFile {
  const lines = linesOf(text);
  const sections: { name: string; from: number; to: number; settings: Map<string, string> }[] = [];
  const includes: { pattern: string; section: string }[] = [];
  let problem: string | undefined;
  for (const [index, line] of lines.entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith(';')) continue;
    const current = sections.at(-1);
    const header = /^\[([^\]]*)\]/.exec(trimmed)?.[1];
    if (header !== undefined) {
      if (current) current.to = index;
      sections.push({ name: header.trim(), from: index, to: lines.length, settings: new Map() });
      continue;
    }
    if (isOpen(trimmed)) problem ??= `line ${index + 1}: a value in quotes does not end on its line`;
    const equals = trimmed.indexOf('=');
    if (equals <= 0) continue;
    const key = trimmed.slice(0, equals).trimEnd();
    const value = trimmed.slice(equals + 1).trimStart();
    if (key === 'include') includes.push({ pattern: unquoted(value), section: current?.name ?? '' });
    else current?.settings.set(key, unquoted(value));
  }
  return { sections, includes, problem };
}

/** Whether a quote is open at the end of the line; what follows a `;` outside quotes is a comment. */
function isOpen(line: string): boolean {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote === '"' && char === '\\') at++;
    else if (quote !== '' && char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (quote === '' && char === ';') return false;
  }
  return quote !== '';
}

function unquoted(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'([^']*)'/.exec(value);
  return quoted ? (quoted[1] ?? quoted[2] ?? '') : (value.split(';', 1)[0] ?? '').trim();
}

/** Whether a line of a section does something, so that it has to be taken out with it. */
export function isActive(line: string): boolean {
  const trimmed = line.trim();
  return trimmed !== '' && !trimmed.startsWith(';');
}
