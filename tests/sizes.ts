import type { ESTree } from 'rolldown/utils';
import { isTest, listSources, type Source } from './sources.ts';
import { syntaxOf, visit } from './syntax.ts';

/** Lines that a file, and a function outside of tests, may have without being listed. */
export const sizeLimits = { file: 300, function: 60 };

/** What is larger than the limits, with its lines: files by path, functions by `path#name`. */
export interface Oversize {
  readonly files: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, number>;
}

/** The form of `tests/file-sizes.json`. */
export interface SizeRatchet {
  readonly files: Record<string, number>;
  readonly functions: Record<string, number>;
}

/** Measures all sources of the repository. */
export function measureSizes(sources: readonly Source[] = listSources()): Oversize {
  const files = new Map<string, number>();
  const functions = new Map<string, number>();
  for (const source of sources) {
    const lines = source.text.split('\n').length - (source.text.endsWith('\n') ? 1 : 0);
    if (lines > sizeLimits.file) files.set(source.path, lines);
    if (isTest(source.path)) continue;
    for (const [name, length] of functionLengths(source)) {
      if (length > sizeLimits.function) functions.set(`${source.path}#${name}`, length);
    }
  }
  return { files, functions };
}

/** Lines of each function of a source by name; where two have one name, the longer. */
export function functionLengths(source: Source): ReadonlyMap<string, number> {
  const { lineOf } = syntaxOf(source);
  const lengths = new Map<string, number>();
  const names = new Map<ESTree.Node, string>();
  const measure = (node: ESTree.Node & { id?: { name: string } | null }) => {
    const name = node.id?.name ?? names.get(node) ?? `line ${lineOf(node.start)}`;
    const lines = lineOf(node.end) - lineOf(node.start) + 1;
    lengths.set(name, Math.max(lines, lengths.get(name) ?? 0));
  };
  const callAfter = (key: ESTree.Node, value: ESTree.Node | null) => {
    if (value) names.set(value, source.text.slice(key.start, key.end));
  };
  visit(source, {
    VariableDeclarator: (node) => callAfter(node.id, node.init),
    MethodDefinition: (node) => callAfter(node.key, node.value),
    PropertyDefinition: (node) => callAfter(node.key, node.value),
    Property: (node) => callAfter(node.key, node.value),
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  });
  return lengths;
}
