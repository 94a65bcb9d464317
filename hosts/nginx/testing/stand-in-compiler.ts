import type { RuleCompiler } from '../compiler.ts';

/** Compiles what `refusing` makes, and nothing else: one map and one `if` for each rule. */
export const standInCompiler: RuleCompiler = {
  check: (rules) => (rules.some(({ owner }) => owner === 'TEST-unsupported') ? ['it is not supported'] : []),
  compile: (rules) => {
    const words = rules.map(({ owner }) => owner.replace('TEST-', ''));
    return {
      http: words
        .map((word) => `map $request_uri $stopgap_${word} {\n    default 0;\n    "~*${word}" 1;\n}\n`)
        .join(''),
      server: words.map((word) => `if ($stopgap_${word}) {\n    return 444;\n}\n`).join(''),
      notes: [],
    };
  },
};
