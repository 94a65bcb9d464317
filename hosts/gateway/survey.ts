import type { Endpoint, HostSurvey } from '@stopgap/agent';
import { type GatewayConfig, type GatewayStatus, schemeOf } from '@stopgap/gateway/contract';

/** What the agent is told of a gateway: where it can be probed, or why it cannot. */
export function surveyOf(
  config: GatewayConfig,
  status: GatewayStatus | { readonly silent: string },
  hostHeader: string | undefined,
): HostSurvey {
  if ('silent' in status) {
    const detail = `not running (${status.silent}); its rules take effect when it starts, and nothing can be proven until then`;
    return { present: true, detail, missing: [], endpoints: [] };
  }
  const { host, port } = status.address;
  const endpoint: Endpoint = {
    scheme: schemeOf(config),
    address: reachable(host),
    port,
    hostHeader: hostHeader ?? new URL(config.upstream).host,
  };
  return {
    present: true,
    detail: `${host}:${port} in front of ${config.upstream}`,
    missing: [],
    endpoints: [endpoint],
  };
}

/** "Every address" is reached on the loopback one. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
