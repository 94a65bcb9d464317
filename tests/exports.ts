import path from 'node:path';
import type { ESTree } from 'rolldown/utils';
import type { Source } from './sources.ts';
import { syntaxOf } from './syntax.ts';

/** Something a file exports where it is declared. */
export interface Exported {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'value';
  readonly line: number;
  /** Whether a `/** … *\/` comment stands directly before it. */
  readonly documented: boolean;
}

/** The declarations a file exports, those exported by name further down included. Overloads are one, by their first. */
export function exportsOf(source: Source): readonly Exported[] {
  const found = declarationsExported(source);
  return found.filter(
    (one, index) => found.findIndex(({ name, kind }) => name === one.name && kind === one.kind) === index,
  );
}

function declarationsExported(source: Source): readonly Exported[] {
  const { program, lineOf } = syntaxOf(source);
  const later = exportedByName(program);
  return program.body.flatMap((statement) => {
    const exported = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const declaration = exported ? statement.declaration : statement;
    if (!declaration) return [];
    const documented = isDocumented(source, statement.start);
    return declarationsIn(declaration)
      .filter(({ name }) => exported || later.has(name))
      .map(({ name, kind }) => ({ name, kind, line: lineOf(statement.start), documented }));
  });
}

/** The names that a room's index passes on from each of its files: path → names, `*` for all. */
export function passedOn(index: Source): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const add = (specifier: string, name: string) => {
    const file = path.posix.join(path.posix.dirname(index.path), specifier);
    names.set(file, (names.get(file) ?? new Set()).add(name));
  };
  for (const statement of syntaxOf(index).program.body) {
    if (statement.type === 'ExportAllDeclaration') add(statement.source.value, '*');
    if (statement.type !== 'ExportNamedDeclaration' || !statement.source) continue;
    for (const { local } of statement.specifiers) add(statement.source.value, nameOf(local));
  }
  return names;
}

type Declared = Pick<Exported, 'name' | 'kind'>;

function declarationsIn(node: ESTree.Node): readonly Declared[] {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return [{ name: node.id?.name ?? 'default', kind: 'function' }];
    case 'ClassDeclaration':
      return [{ name: node.id?.name ?? 'default', kind: 'class' }];
    case 'TSInterfaceDeclaration':
      return [{ name: node.id.name, kind: 'interface' }];
    case 'TSTypeAliasDeclaration':
      return [{ name: node.id.name, kind: 'type' }];
    case 'VariableDeclaration':
      return node.declarations.map(({ id, init }) => ({
        name: id.type === 'Identifier' ? id.name : '(pattern)',
        kind: init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression' ? 'function' : 'value',
      }));
    default:
      return [];
  }
}

function exportedByName(program: ESTree.Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue;
    for (const { local } of statement.specifiers) names.add(nameOf(local));
  }
  return names;
}

function isDocumented(source: Source, start: number): boolean {
  const before = syntaxOf(source).comments.filter((comment) => comment.end <= start);
  const last = before.at(-1);
  if (last?.type !== 'Block' || !last.value.startsWith('*')) return false;
  return source.text.slice(last.end, start).trim() === '' && /\w/.test(last.value);
}

function nameOf(node: ESTree.ModuleExportName): string {
  return node.type === 'Literal' ? node.value : node.name;
}
