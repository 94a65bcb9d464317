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

/** A line that ends so takes the next one for its own. */
const goesOn = /\\\r?\n?$/;

/**
 * Puts our line at the end of a text, in its own kind of line ends. A last line without an end keeps none: it is given one,
 * and our line goes without. A last line that goes on is given an empty one to go on with; two blanks in our line say so.
 */
export function withLine(text: string, file: string): string {
  if (ourLines(text, file).length > 0) return text;
  // A lone CR at the end would become part of a line end of ours.
  const eol = /\r\n?$/.test(text) || (!text.endsWith('\n') && text.includes('\r\n')) ? '\r\n' : '\n';
  const apart = goesOn.test(text);
  const line = (apart ? eol : '') + includeLine(file).replace(' ', apart ? '  ' : ' ');
  return text === '' || text.endsWith('\n') ? `${text}${line}${eol}` : `${text}${eol}${line}`;
}

/** Takes our lines out again. */
export function withoutLine(text: string, file: string): string {
  let rest = text;
  for (const { start, end } of [...ourLines(text, file)].reverse()) {
    const line = text.slice(start, end);
    const ended = line.endsWith('\n') ? rest.slice(0, start) : withoutLineEnd(rest.slice(0, start));
    const apart = line.includes('Optional  ') && goesOn.test(withoutLineEnd(ended));
    rest = (apart ? withoutLineEnd(ended) : ended) + rest.slice(end);
  }
  return rest;
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
