import type {
  BodyRewriter,
  HeaderEdits,
  HeaderFields,
  InboundVerdict,
  Observation,
  RewriteRequest,
  RewriteResponse,
} from '@stopgap/rewrite';
import type { Matcher, ResponseVerdict } from './engine.ts';

type Inbound = Pick<Matcher, 'inbound'>;
type Outbound = Pick<Matcher, 'outbound' | 'bodies'>;
type Passing = Extract<InboundVerdict, { outcome: 'pass' | 'rewrite' }>;

/**
 * One inbound matcher of several groups: `refusing` judges the request as it arrived, then each of `shaping` in turn. What they
 * have rewritten the URL to is put before `refusing` again: a rewrite must not be a way around a mitigation.
 */
export function inboundInSequence(refusing: Inbound | undefined, shaping: readonly Inbound[]): Inbound | undefined {
  if (shaping.length === 0) return refusing;
  return {
    inbound(request) {
      const first = refusing?.inbound(request) ?? passed;
      if (!passes(first)) return first;
      const shaped = shape(first, request, shaping);
      if (shaped.outcome !== 'rewrite') return shaped;
      const again = refusing?.inbound(withUrl(request, shaped.url)) ?? passed;
      return passes(again) ? shaped : again;
    },
  };
}

const passed: Passing = { outcome: 'pass' };

function passes(verdict: InboundVerdict): verdict is Passing {
  return verdict.outcome === 'pass' || verdict.outcome === 'rewrite';
}

function shape(first: Passing, request: RewriteRequest, shaping: readonly Inbound[]): InboundVerdict {
  let so: Passing = first;
  for (const matcher of shaping) {
    const next = matcher.inbound(so.outcome === 'rewrite' ? withUrl(request, so.url) : request);
    if (!passes(next)) return { ...next, observed: [...(so.observed ?? []), ...(next.observed ?? [])] };
    so = merged(so, next);
  }
  return so;
}

function merged(before: Passing, after: Passing): Passing {
  const observed: readonly Observation[] = [...(before.observed ?? []), ...(after.observed ?? [])];
  const changes = before.changes || after.changes ? { changes: mergedChanges(before, after) } : {};
  const rewrite = after.outcome === 'rewrite' ? after : before;
  if (rewrite.outcome === 'rewrite')
    return { outcome: 'rewrite', url: rewrite.url, by: rewrite.by, observed, ...changes };
  return { outcome: 'pass', observed, ...changes };
}

function mergedChanges({ changes: a }: Passing, { changes: b }: Passing) {
  return {
    requestHeaders: new Map([...(a?.requestHeaders ?? []), ...(b?.requestHeaders ?? [])]),
    serverVariables: new Map([...(a?.serverVariables ?? []), ...(b?.serverVariables ?? [])]),
  };
}

/** The same request with another URL; its header fields are still worked out only when asked for. */
function withUrl(request: RewriteRequest, url: string): RewriteRequest {
  const { method, scheme, host, remoteAddr, serverPort, headerBound } = request;
  return {
    method,
    scheme,
    host,
    url,
    get headers() {
      return request.headers;
    },
    ...(request.header && { header: (name: string) => request.header?.(name) }),
    ...(remoteAddr !== undefined && { remoteAddr }),
    ...(serverPort !== undefined && { serverPort }),
    ...(headerBound !== undefined && { headerBound }),
  };
}

/** One outbound matcher of several groups, each seeing the fields as those before have left them. */
export function outboundInSequence(groups: readonly Outbound[]): Outbound | undefined {
  const [only] = groups;
  if (groups.length <= 1) return only;
  return {
    bodies: groups.some(({ bodies }) => bodies),
    outbound(request, response, inbound) {
      const edits = new Map<string, HeaderEdits extends ReadonlyMap<string, infer V> ? V : never>();
      const observed: Observation[] = [];
      const rewriters: BodyRewriter[] = [];
      const observers: BodyRewriter[] = [];
      let seen: RewriteResponse = response;
      for (const group of groups) {
        const verdict = group.outbound(request, seen, inbound);
        if (!verdict) continue;
        observed.push(...verdict.observed);
        rewriters.push(...verdict.rewriters);
        observers.push(...verdict.observers);
        for (const [name, value] of verdict.edits) edits.set(name, value);
        if (verdict.edits.size > 0) seen = edited(seen, verdict.edits);
      }
      return { edits, observed, rewriters, observers } satisfies ResponseVerdict;
    },
  };
}

function edited(response: RewriteResponse, edits: HeaderEdits): RewriteResponse {
  const headers: Record<string, HeaderFields[string]> = Object.assign(Object.create(null), response.headers);
  for (const [name, value] of edits) headers[name] = value;
  return { ...response, headers };
}
