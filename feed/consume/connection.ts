import type { SecureContext } from 'node:tls';
import { authorities } from '../http/authorities.ts';
import { type FeedHttp, feedHttp } from '../http/client.ts';
import type { Route } from '../http/dial.ts';
import { proxyFor } from '../http/proxy.ts';
import { asConfiguration, Trouble } from '../trouble.ts';
import type { FeedConfig, FeedDeps } from './config.ts';
import type { FeedLimits } from './limits.ts';
import { openTrust } from './trust.ts';

/** A feed's configuration, checked and ready to be used. */
export interface FeedConnection {
  readonly url: URL;
  readonly route: Route;
  readonly http: FeedHttp;
  /** The environment decided on the proxy, not the configuration. */
  readonly proxyByEnvironment: boolean;
  readonly enrolledRoot: Uint8Array;
}

/** Checks the configuration; nothing is sent yet. Throws `Trouble` `configuration`. */
export function connectFeed(config: FeedConfig, deps: Required<FeedDeps>, limits: FeedLimits): FeedConnection {
  const url = feedUrl(config);
  let context: SecureContext | undefined;
  const route: Route = {
    url,
    proxy: proxyFor(url, config.proxy, deps.environment),
    authorities: () => {
      context ??= asConfiguration(() => authorities(config.caFile, deps.files));
      return context;
    },
    connectTimeoutMs: limits.connectTimeoutMs,
  };
  const timeouts = { totalMs: limits.requestTimeoutMs, idleMs: limits.idleTimeoutMs };
  return {
    url,
    route,
    proxyByEnvironment: config.proxy === undefined,
    http: feedHttp(route, timeouts, deps.clock),
    enrolledRoot: asConfiguration(() => enrolledRoot(config, deps, limits)),
  };
}

function feedUrl({ name, url: given }: FeedConfig): URL {
  if (given === undefined) {
    throw new Trouble('configuration', `feed ${name} has no url: it takes bundles only (stopgap check --bundle FILE)`);
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    throw new Trouble(
      'configuration',
      `the url of feed ${name} must look like https://feed.example.org/path/, without user and query`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** The root given at enrolment, which must be signed by its own keys. Throws `Trouble` `configuration`. */
export function enrolledRoot(
  { name, root, rootFile }: FeedConfig,
  { files }: Required<FeedDeps>,
  limits: FeedLimits,
): Uint8Array {
  const bytes = root ?? (rootFile === undefined ? undefined : files.read(rootFile, limits.rootBytes)?.bytes);
  if (!bytes) {
    const missing = rootFile === undefined ? '' : ` (${rootFile} is missing)`;
    throw new Trouble('configuration', `feed ${name} has no root to trust${missing}; get root.json from its publisher`);
  }
  try {
    openTrust(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Trouble(
      'configuration',
      `${rootFile ?? 'the root'} given for feed ${name} is no root signed by its own keys (${reason}); get root.json from its publisher again`,
      error,
    );
  }
  return bytes;
}
