export { RewriteError, type RewriteErrorCode } from './errors.ts';
export type * from './model.ts';
export { type InheritedNames, parseRewrite, parseRewriteElement } from './parse/parse-rewrite.ts';
export type * from './request.ts';
export type * from './verdict.ts';
