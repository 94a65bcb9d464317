import path from 'node:path';
import type { Files } from '@stopgap/machine';
import { idleIn } from './marks.ts';
import { parseFile } from './sections.ts';
import { type ConfigFile, poolsOf } from './tree.ts';

/** Addresses as the configuration has them: a path, a port, or an address and a port. */
export interface Listening {
  readonly open: readonly string[];
  /** Of pools that are taken out. */
  readonly closed: readonly string[];
}

/** On what PHP-FPM has to listen, and on what not, by the files as they stand. `prefix`: what relative paths are relative to. Pure. */
export function expectedListening(tree: readonly ConfigFile[], prefix: string): Listening {
  const standing = tree.map((file) => ({ ...file, parsed: parseFile(file.text) }));
  const open = addressesOf(standing, prefix);
  return { open, closed: addressesOf(tree, prefix).filter((address) => !open.includes(address)) };
}

function addressesOf(tree: readonly ConfigFile[], prefix: string): readonly string[] {
  return [...poolsOf(tree).values()].flatMap(({ name, settings }) => {
    const [listen, own = ''] = ['listen', 'prefix'].map((key) => settings.get(key)?.replaceAll('$pool', name));
    if (listen === undefined) return [];
    // What has a colon or is a number is no path (fpm_sockets_domain_from_address).
    return [/:|^\d+$/.test(listen) ? listen : path.posix.resolve(prefix, own, listen.replace(/^\$prefix\/?/, ''))];
  });
}

/** Whether the stand-in is what is in service. */
export function standInServes(tree: readonly ConfigFile[]): boolean {
  return tree.some(({ text }) => idleIn(text) !== undefined);
}

/** What is not as it has to be now, in words; `undefined`: all is. Reads the kernel's tables of this network. */
export function wrongListening({ open, closed }: Listening, files: Files): string | undefined {
  const sockets = socketsNow(files);
  const deaf = open.find((address) => !sockets(address));
  if (deaf !== undefined) return `nothing listens on ${deaf}`;
  const still = closed.find((address) => sockets(address));
  return still === undefined ? undefined : `something still listens on ${still}`;
}

function socketsNow(files: Files): (address: string) => boolean {
  const table = (name: string) => files.read(`/proc/net/${name}`)?.bytes.toString('latin1').split('\n') ?? [];
  const paths = new Set(table('unix').map((line) => line.trim().split(/\s+/).slice(7).join(' ')));
  const listens = '0A';
  const local = (lines: readonly string[]) =>
    lines.map((line) => line.trim().split(/\s+/)).flatMap((row) => (row[3] === listens ? [row[1] ?? ''] : []));
  const bound = new Set([...local(table('tcp')), ...local(table('tcp6'))]);
  return (address) => {
    if (address.startsWith('/')) return paths.has(address);
    const [, host = '', port = ''] = /^(?:(.*):)?(\d+)$/.exec(address) ?? [];
    const hexPort = Number(port).toString(16).toUpperCase().padStart(4, '0');
    return [...bound].some((one) => one.endsWith(`:${hexPort}`) && isHost(one.slice(0, -5), host));
  };
}

/** By the kernel's hexadecimal: IPv4 backwards; any of the family's addresses where the configuration names none, or IPv6. */
function isHost(hex: string, host: string): boolean {
  const quads = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)?.slice(1);
  if (!quads) return true;
  const backwards = quads.reverse().map((quad) => Number(quad).toString(16).toUpperCase().padStart(2, '0'));
  return hex === backwards.join('');
}
