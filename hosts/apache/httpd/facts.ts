/** What Apache says of the configuration that it would run with (`-t -D DUMP_INCLUDES -D DUMP_RUN_CFG -D DUMP_MODULES -D DUMP_VHOSTS`). */
export interface ServerFacts {
  /** Every file that is read, the main one first; a file that is read twice is there twice. */
  readonly files: readonly string[];
  readonly serverRoot: string;
  readonly pidFile: string;
  /** As configured: a path, `syslog…` or `|…`. */
  readonly errorLog: string;
  /** As `LoadModule` names them, without `_module`. */
  readonly modules: ReadonlySet<string>;
  readonly virtualHosts: readonly VirtualHost[];
}

/** One virtual host at one address. */
export interface VirtualHost {
  /** `*`: any. IPv6 without brackets. */
  readonly address: string;
  /** 0: any. */
  readonly port: number;
  readonly name: string;
  /** Where it stands, as `DUMP_CONFIG` says: `/etc/apache2/sites-enabled/a.conf:3`. */
  readonly place: string;
  /** The first at its address: requests with an unknown name are answered by it. */
  readonly isDefault: boolean;
}

/** The options that make Apache say it. */
export const factsOptions: readonly string[] = [
  ...['-t', '-D', 'DUMP_INCLUDES', '-D', 'DUMP_RUN_CFG', '-D', 'DUMP_MODULES', '-D', 'DUMP_VHOSTS'],
];

/** Reads it. Pure. */
export function parseFacts(text: string): ServerFacts {
  const lines = text.split('\n');
  const value = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[1]).find((one) => one !== undefined);
  const files = lines.flatMap((line) => /^ {2,}\((?:\d+|\*)\) (.*)$/.exec(line)?.[1] ?? []);
  const modules = lines.flatMap((line) => /^ (\w+)_module \((?:static|shared)\)/.exec(line)?.[1] ?? []);
  return {
    files,
    serverRoot: value(/^ServerRoot: "(.*)"/) ?? '/',
    pidFile: value(/^PidFile: "(.*)"/) ?? '',
    errorLog: value(/^Main ErrorLog: "(.*)"/) ?? '',
    modules: new Set(modules),
    virtualHosts: virtualHostsIn(lines),
  };
}

function virtualHostsIn(lines: readonly string[]): readonly VirtualHost[] {
  const found: VirtualHost[] = [];
  let at = { address: '*', port: 0 };
  let fallback = '';
  for (const line of lines) {
    const several = /^(\S+:(?:\d+|\*))\s+is a NameVirtualHost/.exec(line);
    const first = /^ +default server \S+ \((.*)\)$/.exec(line);
    const named = /^ +port \S+ namevhost (\S+) \((.*)\)$/.exec(line);
    const single = /^(\S+:(?:\d+|\*)) +(\S+) \((.*)\)$/.exec(line);
    if (several) at = addressOf(several[1] ?? '');
    else if (first) fallback = first[1] ?? '';
    else if (named) {
      const [, name = '', place = ''] = named;
      found.push({ ...at, name, place, isDefault: place === fallback });
    } else if (single) {
      const [, address = '', name = '', place = ''] = single;
      found.push({ ...addressOf(address), name, place, isDefault: true });
    }
  }
  return found;
}

function addressOf(text: string): { readonly address: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = text.slice(colon + 1);
  return { address: address === '_default_' ? '*' : address, port: port === '*' ? 0 : Number(port) };
}
