/** URL Rewrite rules as nginx configuration. */
export { checkNginx, compileNginx } from './compile.ts';
export type { NginxCompilation, NginxOptions, Note, Refusal } from './result.ts';
