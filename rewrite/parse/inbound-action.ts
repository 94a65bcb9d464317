import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { InboundAction, SetServerVariable } from '../model.ts';
import { type Attributes, missing } from './attributes.ts';
import { emptyElement } from './collection.ts';
import { type References, templateAttribute } from './references.ts';

const common = ['type', 'url', 'appendQueryString', 'redirectType'];
const response = ['statusCode', 'subStatusCode', 'statusReason', 'statusDescription'];
const kinds = ['None', 'Rewrite', 'Redirect', 'CustomResponse', 'AbortRequest'] as const;
const redirects = { Permanent: 301, Found: 302, SeeOther: 303, Temporary: 307 } as const;

/** Reads `<action>` of an inbound rule; a missing element does nothing. Only distributed rules may log the rewritten URL. */
export function readInboundAction(
  element: XmlElement | undefined,
  distributed: boolean,
  references: References,
): InboundAction {
  if (!element) return { type: 'None' };
  const attributes = emptyElement(element, [...common, ...response, ...(distributed ? ['logRewrittenUrl'] : [])]);
  const every = readEvery(attributes, references);
  switch (attributes.choice('type', kinds, 'None')) {
    case 'None':
      return { type: 'None' };
    case 'AbortRequest':
      return { type: 'AbortRequest' };
    case 'CustomResponse':
      return customResponse(attributes, every);
    case 'Rewrite': {
      const { appendQueryString, logRewrittenUrl } = every;
      return { type: 'Rewrite', url: urlOf(attributes), appendQueryString, logRewrittenUrl };
    }
    case 'Redirect': {
      const { appendQueryString, redirectType } = every;
      return { type: 'Redirect', url: urlOf(attributes), appendQueryString, status: redirects[redirectType] };
    }
  }
}

type Every = ReturnType<typeof readEvery>;

/** IIS checks every attribute against its schema, whichever the action's type. */
function readEvery(attributes: Attributes, references: References) {
  templateAttribute(attributes, 'url', attributes.trimmed('url', attributes.string('url')), references);
  const statusCode = attributes.integer('statusCode', 0, 0, 4_294_967_295);
  if (statusCode >= 300 && statusCode <= 307) {
    const message = `statusCode="${statusCode}": 300 to 307 are not allowed; use a Redirect action`;
    throw new RewriteError('invalid-value', message, attributes.position('statusCode'));
  }
  return {
    appendQueryString: attributes.bool('appendQueryString', true),
    logRewrittenUrl: attributes.bool('logRewrittenUrl', false),
    redirectType: attributes.choice('redirectType', ['Permanent', 'Found', 'SeeOther', 'Temporary'], 'Permanent'),
    statusCode,
    subStatusCode: attributes.integer('subStatusCode', 0, 0, 999),
    statusReason: templateAttribute(attributes, 'statusReason', attributes.string('statusReason'), references),
    statusDescription: templateAttribute(
      attributes,
      'statusDescription',
      attributes.string('statusDescription'),
      references,
    ),
  };
}

function customResponse(attributes: Attributes, every: Every): InboundAction {
  const { statusCode, subStatusCode, statusReason, statusDescription } = every;
  if (!attributes.has('statusCode')) throw missing(attributes.element, 'statusCode');
  if (statusCode < 100 || statusCode > 999) {
    const message = `statusCode="${statusCode}" is no HTTP status; write one from 100 to 999 but not 300 to 307`;
    throw new RewriteError('invalid-value', message, attributes.position('statusCode'));
  }
  return { type: 'CustomResponse', statusCode, subStatusCode, statusReason, statusDescription };
}

function urlOf(attributes: Attributes): string {
  return attributes.nonEmpty('url');
}

/** Reads one `<set>` of `<serverVariables>`. */
export function readSetVariable(element: XmlElement, references: References): SetServerVariable {
  const attributes = emptyElement(element, ['name', 'value', 'replace']);
  const name = attributes.trimmed('name', attributes.nonEmpty('name'));
  return {
    name,
    value: templateAttribute(attributes, 'value', attributes.string('value'), references),
    replace: attributes.bool('replace', true),
  };
}
