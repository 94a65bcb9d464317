import { type Form, forms } from './lexical.ts';

/** What may stand in one element. */
export interface Shape {
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeShape>>;
  readonly content: Content;
}

export interface AttributeShape {
  readonly form: Form;
  readonly required: boolean;
}

export type Content =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly form: Form }
  /** Elements in this order, each part `min` to `max` times. */
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  /** Another room's grammar (`<rewrite>`). */
  | { readonly kind: 'foreign' };

export interface Part {
  /** Any of these may stand here. */
  readonly shapes: readonly Shape[];
  readonly min: number;
  readonly max: number;
}

type Attributes = Shape['attributes'];

const must = (form: Form): AttributeShape => ({ form, required: true });
const may = (form: Form): AttributeShape => ({ form, required: false });
const one = (...shapes: Shape[]): Part => ({ shapes, min: 1, max: 1 });
const maybe = (shape: Shape): Part => ({ shapes: [shape], min: 0, max: 1 });
const some = (min: number, max: number, ...shapes: Shape[]): Part => ({ shapes, min, max });

function empty(name: string, attributes: Attributes): Shape {
  return { name, attributes, content: { kind: 'empty' } };
}
function text(name: string, form: Form, attributes: Attributes = {}): Shape {
  return { name, attributes, content: { kind: 'text', form } };
}
function sequence(name: string, attributes: Attributes, ...parts: Part[]): Shape {
  return { name, attributes, content: { kind: 'sequence', parts } };
}

const sideEffects = sequence(
  'sideEffects',
  {},
  some(0, 32, text('breaks', forms.sentence, { who: must(forms.sentence) })),
  some(0, 32, text('monitor', forms.sentence)),
  some(0, 32, text('unprotected', forms.sentence)),
);

const branch = sequence(
  'branch',
  { name: must(forms.name), from: must(forms.version), below: must(forms.version) },
  some(
    0,
    32,
    text('fixedBuild', forms.version),
    text('fixedByUpdate', forms.update),
    empty('fixedByPackage', { name: must(forms.package), version: must(forms.version) }),
  ),
);

const product = sequence(
  'product',
  { name: must(forms.product), versions: may(forms.versions) },
  some(0, 16, text('exceptRole', forms.role)),
  some(1, 128, branch),
);

const urlRewrite = sequence(
  'urlRewrite',
  {},
  one(
    empty('onServer', {}),
    empty('onSite', { name: must(forms.site) }),
    empty('onPath', { site: must(forms.site), path: must(forms.path) }),
  ),
  one({ name: 'rewrite', attributes: {}, content: { kind: 'foreign' } }),
);

const actions = sequence(
  'actions',
  {},
  some(
    1,
    32,
    urlRewrite,
    empty('service', { name: must(forms.service), shared: may(forms.boolean) }),
    empty('appPool', { name: must(forms.appPool) }),
    empty('none', {}),
  ),
);

const request = sequence(
  'request',
  { name: must(forms.name), expect: must(forms.expect), method: may(forms.method), url: must(forms.requestTarget) },
  some(0, 32, empty('header', { name: must(forms.headerName), value: must(forms.headerValue) })),
  maybe(text('body', forms.body)),
  some(0, 8, empty('responseHeader', { name: must(forms.headerName), contains: must(forms.contains) })),
);

/** The whole document, from its root. `schema` is checked before anything else, in `parse.ts`. */
export const grammar: Shape = sequence(
  'mitigation',
  { schema: must(forms.revision), id: must(forms.id), revision: must(forms.revision) },
  one(text('title', forms.name)),
  some(0, 32, text('cve', forms.cve)),
  one(text('severity', forms.severity)),
  one(text('published', forms.dateTime)),
  // biome-ignore lint/suspicious/noThenProperty: the document's own word
  one(empty('expires', { at: must(forms.dateTime), then: must(forms.afterExpiry) })),
  maybe(text('withdrawn', forms.sentence)),
  one(text('description', forms.text)),
  one(sideEffects),
  maybe(sequence('references', {}, some(1, 32, text('reference', forms.sentence, { url: must(forms.httpsUrl) })))),
  one(sequence('applicability', {}, some(0, 8, product))),
  one(actions),
  maybe(sequence('evidence', {}, some(1, 64, request))),
);
