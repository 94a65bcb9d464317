/** One directive of the configuration as Apache runs it: conditions decided, includes read in, macros and variables replaced. */
export interface Directive {
  /** As written. */
  readonly name: string;
  readonly args: readonly string[];
  /** `file:line`, as Apache says. */
  readonly place: string;
  readonly file: string;
  /** Inside a section (`<VirtualHost>` and the like); empty for others. */
  readonly inner: readonly Directive[];
}

/** The option that makes mod_info print the configuration; the module need not be one of the server's own. */
export const directivesOptions: readonly string[] = ['-t', '-D', 'DUMP_CONFIG'];

/**
 * Reads what mod_info prints for `DUMP_CONFIG`: `# In file: …`, `#  12:` and the directive on the line behind, sections
 * opened and closed. Pure.
 */
export function parseDirectives(text: string): readonly Directive[] {
  const root: Directive[] = [];
  const open: Directive[][] = [root];
  let file = '';
  let line = '';
  for (const raw of text.split('\n')) {
    const shown = raw.trim();
    const [, inFile] = /^# In file: (.*)$/.exec(shown) ?? [];
    const [, number] = /^# +(\d+):$/.exec(shown) ?? [];
    if (inFile !== undefined) file = inFile;
    else if (number !== undefined) line = number;
    else if (/^<\//.test(shown)) {
      if (open.length > 1) open.pop();
    } else if (shown !== '' && !shown.startsWith('#') && file !== '') {
      const section = /^<(\S+?)(?: +(.*))?>$/.exec(shown);
      const [, name = shown, rest = ''] = section ?? /^(\S+)\s*(.*)$/.exec(shown) ?? [];
      const inner: Directive[] = [];
      open.at(-1)?.push({ name, args: words(rest), place: `${file}:${line}`, file, inner });
      if (section) open.push(inner);
    }
  }
  return root;
}

/** Words of a directive: parted by blanks, in quotes with `\` before a quote, as `ap_getword_conf` reads them. */
export function words(text: string): readonly string[] {
  const found = text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g);
  return [...found].map(([, double, single, bare]) => {
    const quoted = double ?? single;
    return quoted === undefined ? (bare ?? '') : quoted.replace(/\\(["'\\])/g, '$1');
  });
}

/** A directive, and the sections around it from the outermost on. */
export interface Placed {
  readonly directive: Directive;
  readonly around: readonly Directive[];
}

/** Every directive. Sections may be nested however deep, so there is no recursion, and `around` is made where it is asked for. */
export function* walk(directives: readonly Directive[]): Generator<Placed> {
  const levels: { rest: Iterator<Directive>; section: Section | undefined }[] = [
    { rest: directives.values(), section: undefined },
  ];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const { value: directive } = level.rest.next();
    if (!directive) {
      levels.pop();
      continue;
    }
    const { section } = level;
    yield {
      directive,
      get around() {
        return sectionsUpTo(section);
      },
    };
    if (directive.inner.length > 0) {
      levels.push({ rest: directive.inner.values(), section: { directive, outer: section } });
    }
  }
}

interface Section {
  readonly directive: Directive;
  readonly outer: Section | undefined;
}

function sectionsUpTo(innermost: Section | undefined): readonly Directive[] {
  const found: Directive[] = [];
  for (let section = innermost; section; section = section.outer) found.push(section.directive);
  return found.reverse();
}

/** Directives have no case. */
export function isNamed({ name }: Directive, ...names: readonly string[]): boolean {
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}
