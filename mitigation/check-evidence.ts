import type { XmlElement } from '@stopgap/xml';
import { refuseDuplicates } from './check-duplicates.ts';
import { attribute, children } from './decode.ts';
import type { Rewrites } from './decode-actions.ts';
import type { Findings } from './findings.ts';

/** Header fields that frame a message or address it elsewhere: the prober sets them itself (RFC 9110, 7.6.1; RFC 9112, 6). */
const framing = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Rules come with requests that show that they work and do no harm, and those requests are ones that can be sent. */
export function checkEvidence(
  evidence: XmlElement | undefined,
  actions: XmlElement,
  rewrites: Rewrites,
  findings: Findings,
): void {
  const requests = children(evidence, 'request');
  refuseDuplicates(requests, (e) => attribute(e, 'name'), 'is there twice', findings);
  for (const request of requests) checkRequest(request, findings);
  const configurations = [...rewrites.values()];
  const expected = (what: string) => requests.some((e) => attribute(e, 'expect') === what);
  const place = evidence ?? actions;
  if (configurations.some((c) => c.globalRules.length + c.rules.length > 0)) {
    if (!expected('refused')) missing('an attack that must be refused (expect="refused")', place, findings);
    if (!expected('passes')) missing('an ordinary request that must pass (expect="passes")', place, findings);
  }
  if (configurations.some((c) => c.outboundRules.length > 0)) {
    const shown = requests.some((e) => children(e, 'responseHeader').length > 0);
    if (!shown) missing('a request whose response shows the change (<responseHeader>)', place, findings);
  }
}

function missing(what: string, place: XmlElement, findings: Findings): void {
  findings.add('missing-evidence', `the evidence lacks ${what}; without it nothing can be proven`, place);
}

function checkRequest(request: XmlElement, findings: Findings): void {
  if (attribute(request, 'method').toUpperCase() === 'CONNECT') {
    const position = request.attributes.get('method')?.position;
    findings.add('invalid-value', 'CONNECT opens a tunnel and cannot be sent as evidence', request, position);
  }
  const shown = children(request, 'responseHeader');
  if (attribute(request, 'expect') === 'refused' && shown[0]) {
    findings.add('contradiction', 'a refused request has no response to look at; use expect="passes"', shown[0]);
  }
  const headers = children(request, 'header');
  for (const header of headers) checkHeader(header, findings);
  const hosts = headers.filter((e) => attribute(e, 'name').toLowerCase() === 'host');
  if (hosts[1]) findings.add('duplicate', 'Host is there twice; a request has one (RFC 9112, 3.2)', hosts[1]);
}

function checkHeader(header: XmlElement, findings: Findings): void {
  const name = attribute(header, 'name').toLowerCase();
  if (framing.has(name)) {
    findings.add('invalid-value', `${name} frames the message; whoever sends the evidence sets it`, header);
  } else if (name.startsWith('stopgap-')) {
    findings.add('invalid-value', 'header fields that begin with Stopgap- are set by Stopgap itself', header);
  } else if (name === 'host' && !isHost(attribute(header, 'value'))) {
    findings.add('invalid-value', 'Host is not a host name or address with an optional port', header);
  }
}

/** RFC 3986, 3.2.2 without user name: a name, an IPv4 address or an IPv6 address in brackets; a port of 1 to 65535. */
function isHost(value: string): boolean {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?$/.exec(
    value,
  );
  if (!match) return false;
  const port = Number(match[2] ?? '80');
  return port >= 1 && port <= 65_535;
}
