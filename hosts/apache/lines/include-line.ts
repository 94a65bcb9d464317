/**
 * Our line in the main configuration file, where nothing else brings our file in. It names the file by a pattern that only
 * it can match, which tells our line from one of the admin's. `IncludeOptional` of what is not there is no error: neither a
 * deleted file nor an old copy of the configuration put back can keep Apache from starting.
 */
export function includeLine(file: string): string {
  return `IncludeOptional ${includedPattern(file)}`;
}

/** What our line takes in. */
export function includedPattern(file: string): string {
  return file.replace(/f$/, '[f]');
}

/** Where our lines stand in a text: offsets from their first byte to behind their line end. Indented or quoted, they are still ours. */
export function ourLines(text: string, file: string): readonly { readonly start: number; readonly end: number }[] {
  const name = includedPattern(file).replace(/[.+[\]]/g, '\\$&');
  const pattern = new RegExp(
    `^[ \\t]*IncludeOptional[ \\t]+(?:"${name}"|${name})[ \\t]*(?:\\r?\\n|\\r?$(?!\\n))`,
    'gim',
  );
  return [...text.matchAll(pattern)].map((found) => ({ start: found.index, end: found.index + found[0].length }));
}

/** The files that lines of ours take in, whatever their place. */
export function includedFiles(text = ''): readonly string[] {
  const lines = text.matchAll(/^[ \t]*IncludeOptional[ \t]+"?(\/\S+\.con)\[f\]"?[ \t]*\r?$/gim);
  return [...lines].map(([, stem]) => `${stem}f`);
}

/**
 * Puts our line at the end of a text, in its own kind of line ends. A last line without an end keeps none: it is given one,
 * and our line goes without.
 */
export function withLine(text: string, file: string): string {
  if (ourLines(text, file).length > 0) return text;
  const eol = text.endsWith('\r\n') || (!text.endsWith('\n') && text.includes('\r\n')) ? '\r\n' : '\n';
  // A backslash at the end would take our line for its own.
  const apart = /\\\r?\n?$/.test(text) ? eol : '';
  if (text === '' || text.endsWith('\n')) return `${text}${apart}${includeLine(file)}${eol}`;
  return `${text}${apart}${eol}${includeLine(file)}`;
}

/** Takes our lines out again. */
export function withoutLine(text: string, file: string): string {
  let rest = text;
  for (const { start, end } of [...ourLines(text, file)].reverse()) {
    const unended = !text.slice(start, end).endsWith('\n');
    const before = unended ? rest.slice(0, start).replace(/\r?\n$/, '') : rest.slice(0, start);
    rest = before + rest.slice(end);
  }
  return rest;
}
