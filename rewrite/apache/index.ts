/** URL Rewrite rules as Apache httpd configuration. */
export { checkApache, compileApache } from './compile.ts';
export type { ApacheCompilation, ApacheOptions } from './result.ts';
