import { isIP } from 'node:net';
import { Trouble } from '../trouble.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy to use for a URL: the setting, where there is one (`direct`: none), else `HTTP_PROXY`, `HTTPS_PROXY`,
 * `ALL_PROXY` and `NO_PROXY` in either case. Pure. Throws `Trouble` `configuration` when it is not a proxy's URL.
 */
export function proxyFor(url: URL, setting: string | undefined, environment: Environment): URL | undefined {
  if (setting === 'direct') return undefined;
  if (setting !== undefined) return proxyUrl(setting, 'the proxy setting');
  const read = (name: string) => environment[name] || environment[name.toUpperCase()];
  if (isExempt(url, read('no_proxy') ?? '')) return undefined;
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const value = read(name) ?? read('all_proxy');
  return value ? proxyUrl(value, `the environment variable ${name}`) : undefined;
}

function proxyUrl(value: string, place: string): URL {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new Trouble('configuration', `${place} must look like http://proxy.example.org:3128, or be "direct"`);
  }
  return url;
}

/** `NO_PROXY`: `*`, hosts, `.suffix` or `*.suffix`, each with an optional port. */
function isExempt(url: URL, list: string): boolean {
  const host = bareHost(url);
  const port = portOf(url);
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `${entry}` : entry) ?? [];
    const wanted = (isIP(entry) === 6 ? entry : name)
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/^\*?\./, '');
    if (wanted === '' || (entryPort !== undefined && isIP(entry) !== 6 && Number(entryPort) !== port)) return false;
    return host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`));
  });
}

/** Host without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

/** Port of a URL, its scheme's own where it names none. */
export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

/** `Proxy-Authorization` for the user and password in a proxy's URL. */
export function proxyAuthorization(proxy: URL): string | undefined {
  if (proxy.username === '') return undefined;
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
