import type { ESTree } from 'rolldown/utils';
import type { Source } from './sources.ts';
import { syntaxOf, visit } from './syntax.ts';

/** One place where a file names another module. */
export interface Import {
  readonly specifier: string;
  /** `type`: erased before the code runs. `value`: loaded. */
  readonly kind: 'type' | 'value';
  readonly line: number;
}

/** A specifier that is computed cannot be checked. */
export const computed = '(computed)';

/**
 * Everything a file loads or names: static imports, re-exports, `import()`, types by `import('…')`, `require`,
 * `import.meta.resolve`, and `new URL('….ts', import.meta.url)`, which is how workers are named.
 *
 * Only a whole `import type` is erased: `import { type A } from 'x'` still loads `x`.
 */
export function importsOf(source: Source): readonly Import[] {
  const { lineOf } = syntaxOf(source);
  const found: Import[] = [];
  const add = (specifier: string, kind: Import['kind'], node: { readonly start: number }) => {
    found.push({ specifier, kind, line: lineOf(node.start) });
  };
  visit(source, {
    ImportDeclaration: (node) => add(node.source.value, erased(node.importKind), node),
    ExportAllDeclaration: (node) => add(node.source.value, erased(node.exportKind), node),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source.value, erased(node.exportKind), node);
    },
    TSImportType: (node) => add(node.source.value, 'type', node),
    ImportExpression: (node) => add(literal(node.source), 'value', node),
    CallExpression: (node) => {
      if (isNamed(node.callee, 'require') || isImportMetaResolve(node.callee)) {
        add(literal(node.arguments[0]), 'value', node);
      }
    },
    NewExpression: (node) => {
      if (!isNamed(node.callee, 'URL')) return;
      const specifier = literal(node.arguments[0]);
      if (/\.[mc]?[jt]s$/.test(specifier)) add(specifier, 'value', node);
    },
  });
  return found.sort((a, b) => a.line - b.line);
}

function erased(kind: string | undefined): Import['kind'] {
  return kind === 'type' ? 'type' : 'value';
}

function literal(node: ESTree.Node | undefined): string {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? computed;
  return computed;
}

function isNamed(node: ESTree.Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function isImportMetaResolve(node: ESTree.Node): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'MetaProperty' && isNamed(node.property, 'resolve');
}
