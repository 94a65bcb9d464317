import type { ESTree } from 'rolldown/utils';
import type { Source } from './sources.ts';
import { syntaxOf, visit } from './syntax.ts';

// Written apart, so that this file is not a finding of its own.
const marks = new RegExp(
  `\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b|@ts-(?:ignore|nocheck|expect-error)`,
);
const testFunctions = new Set(['it', 'test', 'describe', 'suite', 'bench']);
const narrowings = new Set(['only', 'skip', 'todo', 'fails']);
const oldNarrowings = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe']);

/**
 * What must not be left standing in a source, each as one sentence with its place: marks of unfinished work in comments,
 * tests that are narrowed or skipped for good (with `skipIf` or `runIf` and a condition is fine), `any`, and non-null assertions.
 */
export function leftoversOf(source: Source): readonly string[] {
  const { comments, lineOf } = syntaxOf(source);
  const found: string[] = [];
  const add = (node: { readonly start: number }, what: string) => {
    found.push(`${source.path}:${lineOf(node.start)} ${what}`);
  };
  for (const comment of comments) {
    const mark = marks.exec(comment.value)?.[0];
    if (mark) add(comment, mark);
  }
  const conditional = conditionalTests(source);
  visit(source, {
    MemberExpression: (node) => {
      const narrowed = narrowing(node);
      const stated = conditional.some(({ start, end }) => start <= node.start && node.end <= end);
      if (narrowed && !(stated && narrowed.endsWith('.skip'))) add(node, narrowed);
    },
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && oldNarrowings.has(node.callee.name)) add(node, node.callee.name);
    },
    TSAnyKeyword: (node) => add(node, 'any'),
    TSNonNullExpression: (node) => add(node, 'non-null assertion'),
  });
  return found;
}

/** Where tests stand that run on a condition: in there, a skip is what states that they did not. */
function conditionalTests(source: Source): readonly { readonly start: number; readonly end: number }[] {
  const found: ESTree.CallExpression[] = [];
  visit(source, {
    CallExpression: (node) => {
      if (node.callee.type !== 'CallExpression' || node.callee.callee.type !== 'MemberExpression') return;
      const { property } = node.callee.callee;
      if (property.type === 'Identifier' && /^(runIf|skipIf)$/.test(property.name)) found.push(node);
    },
  });
  return found;
}

/** `it.only`, and deeper: `describe.concurrent.skip`. */
function narrowing(node: ESTree.MemberExpression): string | undefined {
  if (node.property.type !== 'Identifier' || !narrowings.has(node.property.name)) return undefined;
  let object: ESTree.Expression = node.object;
  while (object.type === 'MemberExpression') object = object.object;
  if (object.type !== 'Identifier' || !testFunctions.has(object.name)) return undefined;
  return `${object.name}.${node.property.name}`;
}
