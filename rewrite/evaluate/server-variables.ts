import type { HeaderFields } from '../request.ts';
import { encodePath } from '../url/encode.ts';
import type { RequestState } from './request-state.ts';

/**
 * The value of a server variable inside an inbound rule, upper-case name; empty when unknown or unset. What rules have set
 * comes first; headers are never decoded (facts/iis-url-rewrite.md, section 8).
 */
export function readVariable(state: RequestState, name: string): string {
  const set = state.serverVariables.get(name);
  if (set !== undefined) return set;
  const known = variables.get(name);
  if (known) return known(state);
  if (name.startsWith('HTTP_')) return requestHeader(state, name.slice(5).replaceAll('_', '-').toLowerCase());
  if (name.startsWith('HEADER_')) return requestHeader(state, name.slice(7).toLowerCase());
  return name.startsWith('UNICODE_') ? readVariable(state, name.slice(8)) : '';
}

/** Whether a server variable, upper-case name, may have a value although no rule sets it. */
export function variableIsKnown(name: string): boolean {
  return variables.has(name) || /^(?:HTTP|HEADER|RESPONSE|UNICODE)_./.test(name);
}

/** The value of a header field, lower-case name; several lines joined by `, `. */
export function fieldValue(headers: HeaderFields, name: string): string {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) return '';
  return typeof value === 'string' ? value : value.join(name === 'cookie' ? '; ' : ', ');
}

function requestHeader(state: RequestState, name: string): string {
  const { request } = state;
  const set = state.requestHeaders.get(name);
  if (set !== undefined) return set;
  return request.header ? (request.header(name) ?? '') : fieldValue(request.headers, name);
}

function hostName(state: RequestState): string {
  return state.host.replace(/:\d*$/, '');
}

function serverPort(state: RequestState): string {
  const own = state.request.serverPort;
  if (own !== undefined) return String(own);
  return /:(\d+)$/.exec(state.host)?.[1] ?? (state.request.scheme === 'https' ? '443' : '80');
}

function requestUri(state: RequestState): string {
  return state.originalUri;
}

/** There is no physical file system: physical paths are URL paths from the site's root, as `FileSystemView` takes them. */
function physicalPath(state: RequestState): string {
  return state.path;
}

function protocol(state: RequestState): string {
  return `HTTP/${state.request.httpVersion ?? '1.1'}`;
}

/** Every request header, each with its name in front and an end of line behind. */
function allHeaders(state: RequestState, label: (name: string) => string, end: string): string {
  const names = new Set(['host', ...Object.keys(state.request.headers), ...state.requestHeaders.keys()]);
  const value = (name: string) => (name === 'host' ? readVariable(state, 'HTTP_HOST') : requestHeader(state, name));
  return [...names].map((name) => `${label(name)}${value(name)}${end}`).join('');
}

type Read = (state: RequestState) => string;
const currentPath: Read = (state) => state.path;
const secure =
  (yes: string, no: string): Read =>
  (state) =>
    state.request.scheme === 'https' ? yes : no;

const variables: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['REQUEST_URI', requestUri],
  ['URL', currentPath],
  ['PATH_INFO', currentPath],
  ['SCRIPT_NAME', currentPath],
  ['URL_PATH_INFO', currentPath],
  ['QUERY_STRING', (state) => state.query],
  ['UNENCODED_URL', (state) => state.request.url],
  ['HTTP_URL', currentUrl],
  ['HTTP_X_ORIGINAL_URL', originalUrl],
  ['CACHE_URL', (state) => `${state.request.scheme}://${hostName(state)}:${serverPort(state)}${requestUri(state)}`],
  ['REQUEST_FILENAME', physicalPath],
  ['SCRIPT_FILENAME', physicalPath],
  ['SCRIPT_TRANSLATED', physicalPath],
  ['PATH_TRANSLATED', physicalPath],
  ['APPL_PHYSICAL_PATH', () => '/'],
  ['HTTP_HOST', (state) => state.requestHeaders.get('host') ?? state.host],
  ['CONTENT_TYPE', (state) => requestHeader(state, 'content-type')],
  ['CONTENT_LENGTH', (state) => requestHeader(state, 'content-length')],
  ['REQUEST_METHOD', (state) => state.request.method],
  ['HTTP_METHOD', (state) => state.request.method],
  ['REMOTE_ADDR', (state) => state.request.remoteAddr ?? ''],
  ['REMOTE_HOST', (state) => state.request.remoteAddr ?? ''],
  ['SERVER_NAME', hostName],
  ['SERVER_PORT', serverPort],
  ['SERVER_PORT_SECURE', secure('1', '0')],
  ['HTTPS', secure('on', 'off')],
  ['SERVER_PROTOCOL', protocol],
  ['HTTP_VERSION', protocol],
  ['ALL_HTTP', (state) => allHeaders(state, (name) => `HTTP_${name.replaceAll('-', '_').toUpperCase()}:`, '\n')],
  ['ALL_RAW', (state) => allHeaders(state, (name) => `${name}: `, '\r\n')],
  ['GATEWAY_INTERFACE', () => 'CGI/1.1'],
]);

/** Raw as it arrived; once rewritten, what it was rewritten to (so it was seen on IIS 10), unlike REQUEST_URI, UNENCODED_URL and CACHE_URL. */
function currentUrl(state: RequestState): string {
  if (!state.rewritten || state.absolute !== undefined) return state.request.url;
  return encodePath(state.path, true) + (state.query === '' ? '' : `?${state.query}`);
}

function originalUrl(state: RequestState): string {
  const set = state.requestHeaders.get('x-original-url');
  return set === undefined && state.rewritten ? requestUri(state) : requestHeader(state, 'x-original-url');
}
