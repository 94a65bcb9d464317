export { type ApacheCompilation, type ApacheOptions, checkApache, compileApache } from './apache/index.ts';
export {
  type BodyLimits,
  type BodyRefusal,
  type BodyRewriter,
  bodyObserver,
  bodyRewriter,
  defaultBodyLimits,
} from './body/body-rewriter.ts';
export { RewriteError, type RewriteErrorCode } from './errors.ts';
export type { Exchange } from './evaluate/exchange.ts';
export { evaluateInbound } from './evaluate/inbound.ts';
export { evaluateOutbound, type OutboundVerdict } from './evaluate/outbound.ts';
export type { OutboundTrace } from './evaluate/outbound-rule.ts';
export type { InboundTrace } from './evaluate/trace.ts';
export { type ExplainedResponse, explain } from './explain/explain.ts';
export type * from './explain/explanation.ts';
export { renderExplanation } from './explain/render.ts';
export { compileIis, type IisCompilation, type IisPart } from './iis/index.ts';
export { fileOf, type PlaceBeside, type ReadBeside } from './levels/config-source.ts';
export type {
  EffectiveConfiguration,
  LevelRule,
} from './levels/inherit.ts';
export { ConfigurationLevels, type PlacedFile, scopedRules } from './levels/levels.ts';
export {
  type ConfigurationFile,
  type ConfigurationKind,
  type LocatedRewrite,
  readConfigurationFile,
} from './levels/read-file.ts';
export { type Binding, type Site, siteFor } from './levels/sites.ts';
export { type AnswerLine, invalidConfiguration } from './lines/answer.ts';
export { evaluateLine } from './lines/evaluate-line.ts';
export { type LineRules, openConfiguration } from './lines/line-rules.ts';
export { listedFiles, type RequestLine, RequestLineError, readRequestLine } from './lines/read-request.ts';
export { compileMatcher, longestInput, type Matcher, matcherOf } from './matcher/index.ts';
export { mayHide, meaningOf, onlyRefuses } from './meaning/meaning-of.ts';
export type * from './model.ts';
export {
  checkNginx,
  compileNginx,
  type NginxCompilation,
  type NginxOptions,
  type Note as NginxNote,
  type Refusal as NginxRefusal,
} from './nginx/index.ts';
export { type InheritedNames, parseRewrite, parseRewriteElement } from './parse/parse-rewrite.ts';
export {
  type CompiledPattern,
  type CostlyPatterns,
  compilePattern,
  PatternExhausted,
  PatternProblem,
  type PatternProblemCode,
} from './pattern/index.ts';
export { prepareRules } from './prepare/prepare-rules.ts';
export type * from './prepare/rules.ts';
export type { PreparedTemplate, TemplateScope } from './prepare/template.ts';
export type * from './request.ts';
export { parseTemplate } from './template/parse-template.ts';
export {
  lookupsOf,
  type Template,
  type TemplateFunction,
  type TemplateNode,
  TemplateProblem,
  variablesOf,
} from './template/template.ts';
export { requestFieldsOf } from './translate/request-fields.ts';
export { cookPath } from './url/cook-path.ts';
export { htmlEncode, urlDecode, urlEncode } from './url/encode.ts';
export { depthOf, isWithin, normaliseLevel, relativeTo } from './url/level.ts';
export { type RequestTarget, splitTarget } from './url/target.ts';
export type * from './verdict.ts';
