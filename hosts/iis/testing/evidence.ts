import type { Evidence } from '@stopgap/mitigation';
import {
  type ConfigurationLevels,
  evaluateInbound,
  evaluateOutbound,
  prepareRules,
  scopedRules,
} from '@stopgap/rewrite';

const site = 'Default Web Site';

/** What the server's own levels make of a piece of evidence, read by the rewrite room. */
export function seen(levels: ConfigurationLevels, { request }: Evidence) {
  const headers = Object.fromEntries(request.headers.map(({ name, value }) => [name.toLowerCase(), value]));
  const wire = { method: request.method, scheme: 'https', host: 'mail.example', url: request.url, headers } as const;
  const rules = prepareRules(scopedRules(levels.at(site, request.url.split('?')[0] ?? '/')));
  const inbound = evaluateInbound(rules, wire);
  const response = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } };
  const policy = evaluateOutbound(rules, { request: wire, response, inbound }).headers.get('content-security-policy');
  return { verdict: inbound.outcome === 'pass' ? 'passes' : 'refused', policy: String(policy ?? '') };
}
