/** Functions that URL Rewrite 2.1 knows (configuration reference, "String functions"; HtmlEncode since 2.0). */
export type TemplateFunction = 'ToLower' | 'UrlEncode' | 'UrlDecode' | 'HtmlEncode';

/** A piece of a template. */
export type TemplateNode =
  | { readonly kind: 'literal'; readonly text: string }
  /** `{NAME}`; upper case. */
  | { readonly kind: 'variable'; readonly name: string }
  /** `{R:n}`, 0–9. */
  | { readonly kind: 'rule-capture'; readonly index: number }
  /** `{C:n}`, 0–9. */
  | { readonly kind: 'condition-capture'; readonly index: number }
  | { readonly kind: 'function'; readonly name: TemplateFunction; readonly argument: Template }
  /** `{Name:key}`: a rewrite map, or a provider. The name as written, its offset in the text. */
  | { readonly kind: 'lookup'; readonly name: string; readonly argument: Template; readonly offset: number };

/** A parsed `input`, `url` or `value`: pieces to be joined. */
export type Template = readonly TemplateNode[];

/** Why a text is not a template. */
export class TemplateProblem extends Error {
  /** Offset in the text, UTF-16 code units. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'TemplateProblem';
    this.offset = offset;
  }
}

/** The names of maps and providers that a template calls, nested calls included. */
export function lookupsOf(template: Template): readonly { readonly name: string; readonly offset: number }[] {
  return template.flatMap((node) => {
    if (node.kind === 'function') return lookupsOf(node.argument);
    return node.kind === 'lookup' ? [{ name: node.name, offset: node.offset }, ...lookupsOf(node.argument)] : [];
  });
}

/** The server variables that a template reads, upper case, nested ones included. */
export function variablesOf(template: Template): readonly string[] {
  return template.flatMap((node) => {
    if (node.kind === 'variable') return [node.name];
    return node.kind === 'function' || node.kind === 'lookup' ? variablesOf(node.argument) : [];
  });
}

/** Whether a node of this kind is anywhere in a template. */
export function reads(template: Template, kind: TemplateNode['kind']): boolean {
  return template.some(
    (node) =>
      node.kind === kind || ((node.kind === 'function' || node.kind === 'lookup') && reads(node.argument, kind)),
  );
}
