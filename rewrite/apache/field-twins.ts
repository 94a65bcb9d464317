import { Inexpressible } from '../pcre/index.ts';
import { chainTexts } from './expression.ts';
import { word } from './quoting.ts';

/** A field with more hyphens has too many spellings to be asked for one by one. */
const mostHyphens = 5;

/**
 * An expression that holds where a request has a field of this name with underscores for some or all hyphens. A rule sees
 * `X-Evil`; CGI (RFC 3875 section 4.1.18), WSGI and Rack make one variable of it and of `X_Evil`, which Apache hands on to a server
 * behind it. `undefined`: a name without hyphens has no other spelling. `@throws` Inexpressible for one with very many.
 */
export function twinTest(field: string): string | undefined {
  const [first = '', ...words] = field.split('-');
  if (words.length > mostHyphens) {
    throw new Inexpressible(
      `field ${field}`,
      `more than ${mostHyphens} hyphens, each of which an underscore may stand for`,
    );
  }
  const spellings = words.reduce((so, next) => so.flatMap((head) => [`${head}-${next}`, `${head}_${next}`]), [first]);
  const twins = spellings.filter((name) => name !== field).map((name) => `-n req_novary(${word(name)})`);
  return twins.length === 0 ? undefined : chainTexts(twins, '||');
}
