/** URL Rewrite rules as IIS configuration, cheaper than they were written. */
export { compileIis, type IisCompilation, type IisPart } from './compile.ts';
