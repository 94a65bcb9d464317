import type { Files } from '@stopgap/machine';

/** A TCP socket that listens. */
export interface ListeningSocket {
  /** `127.0.0.1`, `0.0.0.0`, or IPv6 as eight groups without leading zeros, `::` for any. */
  readonly address: string;
  readonly port: number;
  /** Inode number, as in `socket:[…]` under `/proc/PID/fd`. */
  readonly inode: string;
}

/** The listening sockets (`0A`) in the network of a process. Linux only, on little-endian machines, as /proc is read. */
export function listeningSockets(pid: number, files: Files): readonly ListeningSocket[] {
  const lines = ['tcp', 'tcp6'].flatMap((name) => read(`/proc/${pid}/net/${name}`, files).split('\n'));
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [, hex = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(fields[1] ?? '') ?? [];
    const inode = fields[9];
    if (hex === '' || fields[3] !== '0A' || inode === undefined) return [];
    return [{ address: addressOf(hex), port: Number.parseInt(port, 16), inode }];
  });
}

/** Words of four bytes, each with its last byte first. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => Number.parseInt(`${bytes[at * 2]}${bytes[at * 2 + 1]}`, 16));
  return groups.every((group) => group === 0) ? '::' : groups.map((group) => group.toString(16)).join(':');
}

/** An IPv6 address in the form of `ListeningSocket`; any other text as it is. */
export function plainAddress(text: string): string {
  if (!/^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/.test(text)) return text;
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...groups(tail ?? '')];
  const numbers = all.map((group) => Number.parseInt(group, 16).toString(16));
  return numbers.every((group) => group === '0') ? '::' : numbers.join(':');
}

/** A process may end while it is looked at. */
function read(file: string, files: Files): string {
  try {
    return files.read(file)?.bytes.toString('latin1') ?? '';
  } catch {
    return '';
  }
}
