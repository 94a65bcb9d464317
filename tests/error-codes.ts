import type { ESTree } from 'rolldown/utils';
import type { Source } from './sources.ts';
import { syntaxOf, visit } from './syntax.ts';

/** A closed list of codes in the source. */
export interface CodeList {
  /** Name of the type, e.g. `MachineErrorCode`, or of type and property, e.g. `SourceTrouble.step`. */
  readonly name: string;
  readonly codes: readonly string[];
  readonly line: number;
}

/** Properties that hold codes where no type of their own does. */
const codeProperties = new Set(['SourceTrouble.step']);

/**
 * The closed lists of codes in a source: types named `…ErrorCode`, and the properties above. A list may take in another
 * one by its name, whose codes are then that one's. Throws when a list is not closed.
 */
export function codeListsOf(source: Source): readonly CodeList[] {
  const lists: CodeList[] = [];
  const { lineOf } = syntaxOf(source);
  const add = (name: string, node: ESTree.Node, type: ESTree.TSType) => {
    const line = lineOf(node.start);
    lists.push({ name, codes: literalsOf(type, `${source.path}:${line} ${name}`), line });
  };
  visit(source, {
    TSTypeAliasDeclaration: (node) => {
      if (node.id.name.endsWith('ErrorCode')) add(node.id.name, node, node.typeAnnotation);
    },
    TSInterfaceDeclaration: (node) => {
      for (const member of node.body.body) {
        if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') continue;
        const name = `${node.id.name}.${member.key.name}`;
        if (codeProperties.has(name) && member.typeAnnotation) add(name, member, member.typeAnnotation.typeAnnotation);
      }
    },
  });
  return lists;
}

function literalsOf(type: ESTree.TSType, place: string): readonly string[] {
  const members = type.type === 'TSUnionType' ? type.types : [type];
  return members.flatMap((member) => {
    if (isAnotherList(member)) return [];
    if (member.type === 'TSLiteralType' && member.literal.type === 'Literal') {
      if (typeof member.literal.value === 'string') return [member.literal.value];
    }
    throw new Error(`${place} is not a union of string literals, so it is not a closed list`);
  });
}

function isAnotherList(type: ESTree.TSType): boolean {
  return (
    type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name.endsWith('ErrorCode')
  );
}

/** A row of `docs/errors.md`. */
export interface DocumentedCode {
  readonly code: string;
  readonly meaning: string;
  readonly remedy: string;
  /** Version that had it first. */
  readonly since: string;
}

/**
 * The tables of `docs/errors.md` by the name of the type, which stands in backticks in the heading above each.
 * Tables under headings without one are for other things.
 */
export function documentedCodes(markdown: string): ReadonlyMap<string, readonly DocumentedCode[]> {
  const tables = new Map<string, DocumentedCode[]>();
  let rows: DocumentedCode[] | undefined;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('#')) {
      const name = /`([\w.]+)`/.exec(line)?.[1];
      rows = name === undefined ? undefined : [];
      if (name !== undefined && rows) tables.set(name, rows);
    }
    const [code, meaning, remedy, since] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const bare = /^`([^`]+)`$/.exec(code ?? '')?.[1];
    if (bare) rows?.push({ code: bare, meaning: meaning ?? '', remedy: remedy ?? '', since: since ?? '' });
  }
  return tables;
}
