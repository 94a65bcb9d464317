/** URL Rewrite rules as nginx configuration. */

export type { Note, Refusal } from '../translate/result.ts';
export { checkNginx, compileNginx } from './compile.ts';
export type { NginxCompilation, NginxOptions } from './result.ts';
