/**
 * Header fields that a proxy does not simply pass on. Everything else is passed on as it came.
 *
 * `hop`: meant for this connection only (RFC 9110 section 7.6.1, and the older names that clients still send).
 * `forwarded`: says where a request came from; see `GatewayConfig.forwarded`.
 */
export type FieldKind =
  | 'host'
  | 'connection'
  | 'content-length'
  | 'transfer-encoding'
  | 'te'
  | 'trailer'
  | 'expect'
  | 'upgrade'
  | 'hop'
  | 'x-forwarded-for'
  | 'x-forwarded-proto'
  | 'x-forwarded-host'
  | 'forwarded';

const kinds = new Map<string, FieldKind>([
  ['host', 'host'],
  ['connection', 'connection'],
  ['content-length', 'content-length'],
  ['transfer-encoding', 'transfer-encoding'],
  ['te', 'te'],
  ['trailer', 'trailer'],
  ['expect', 'expect'],
  ['upgrade', 'upgrade'],
  ['keep-alive', 'hop'],
  ['proxy-connection', 'hop'],
  ['proxy-authorization', 'hop'],
  ['proxy-authenticate', 'hop'],
  ['http2-settings', 'hop'],
  ['x-forwarded-for', 'x-forwarded-for'],
  ['x-forwarded-proto', 'x-forwarded-proto'],
  ['x-forwarded-host', 'x-forwarded-host'],
  ['x-forwarded-port', 'forwarded'],
  ['x-forwarded-server', 'forwarded'],
  ['x-forwarded-scheme', 'forwarded'],
  ['x-forwarded-ssl', 'forwarded'],
  ['x-real-ip', 'forwarded'],
  ['forwarded', 'forwarded'],
]);

/** Names with a kind by length and first letter: nearly all others are told apart by these, without a lower-case copy of each. */
const beginnings = new Uint8Array(32 * 32);
for (const name of kinds.keys()) beginnings[beginningOf(name)] = 1;

/** Letters of either case have the same; so have some other characters, which does no harm. */
function beginningOf(name: string): number {
  return (name.length << 5) | (name.charCodeAt(0) & 31);
}

/**
 * The kind of a header field, `undefined` for an ordinary one. An underscore counts as a hyphen in the `forwarded` names:
 * CGI, PHP and IIS make one variable of both, so `X_Forwarded_For` would be a client's way around `replace`.
 */
export function kindOf(name: string): FieldKind | undefined {
  if (beginnings[beginningOf(name)] !== 1) return undefined;
  const lower = name.toLowerCase();
  const kind = kinds.get(lower);
  if (kind !== undefined || !lower.includes('_')) return kind;
  const hyphened = kinds.get(lower.replaceAll('_', '-'));
  return hyphened?.includes('forwarded') ? hyphened : undefined;
}

/** Header fields that frame a message or a connection: a rule may not set them. Lower case. */
export const framingFields: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'keep-alive',
  'expect',
]);
