import { checkNginx, compileNginx, type NginxOptions } from '@stopgap/rewrite';
import type { CompilerOptions, RuleCompiler } from './compiler.ts';
import { parseStatements } from './syntax/statements.ts';

/** The compiler of the `rewrite` room, in the words of this host. */
export const rewriteCompiler: RuleCompiler = {
  check: (rules, options) =>
    checkNginx(rules, optionsOf(options)).map(({ rule, feature, why }) => `rule "${rule}", ${feature}: ${why}`),
  compile: (rules, options) => {
    const { http, server, block, notes } = compileNginx(rules, optionsOf(options));
    const bodies = new Map([['http', http], ['server', server], ...byDirective(block)]);
    return { bodies, notes: notes.map(({ text }) => text) };
  },
};

function optionsOf({ prefix, nginxVersion, observeLog, keepCaptures = false }: CompilerOptions): NginxOptions {
  return { variablePrefix: prefix, nginxVersion, observeLog, keepCaptures, apart: true };
}

/**
 * The lines that nginx hands down, by directive: each directive is handed down by itself, so a block with an
 * `access_log` of its own must not get an `add_header` with it, or it would lose those from above.
 */
function byDirective(block: string): readonly (readonly [string, string])[] {
  const lines = Map.groupBy(parseStatements('block', block), ({ name }) => name);
  return [...lines].map(([name, statements]) => [
    name,
    statements.map(({ start, end }) => `${block.slice(start, end)}\n`).join(''),
  ]);
}
