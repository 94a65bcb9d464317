import type { RuleCompiler } from '../compiler.ts';

/**
 * Compiles what `refusing` makes, and nothing else: one map and one `if` for each rule; for the word `header` a
 * response header as well, and for the word `log` a log.
 */
export const standInCompiler: RuleCompiler = {
  check: (rules) => (rules.some(({ owner }) => owner === 'TEST-unsupported') ? ['it is not supported'] : []),
  compile: (rules, { prefix, nginxVersion, observeLog, keepCaptures }) => {
    const words = rules.map(({ owner }) => owner.replace('TEST-', ''));
    const http = words.map((word) => `map $request_uri $${prefix}_${word} {\n    default 0;\n    "~*${word}" 1;\n}\n`);
    const server = words.map((word) => `if ($${prefix}_${word}) {\n    return 444;\n}\n`);
    const header = `add_header X-Stopgap $${prefix}_header;\n`;
    const bodies = new Map([
      ['http', [`# for ${nginxVersion}\n`, ...http].join('')],
      ['server', `${keepCaptures ? '# captures are kept\n' : ''}${server.join('')}`],
    ]);
    const log = `access_log ${observeLog};\n`;
    if (words.includes('header')) bodies.set('http', `${bodies.get('http')}${header}`).set('add_header', header);
    if (words.includes('log')) bodies.set('http', `${bodies.get('http')}${log}`).set('access_log', log);
    return { bodies, notes: [] };
  },
};
