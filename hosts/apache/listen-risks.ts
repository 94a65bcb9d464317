import { type Directive, isNamed, walk } from './httpd/directives.ts';
import { type ListeningSocket, listeningSockets, plainAddress } from './httpd/listening.ts';
import { openBy, type ProcessWorld } from './httpd/processes.ts';

/**
 * `Listen` lines that are new to a running Apache and that it could not follow, because something listens there already:
 * another program, or Apache itself for another address of that port. Its own test passes, and the reload ends it
 * ("could not bind"). Answers none where no such thing can be seen.
 */
export async function listenRisks(
  directives: readonly Directive[],
  parent: number,
  world: ProcessWorld,
): Promise<readonly string[]> {
  const sockets = listeningSockets(parent, world.files);
  const held = (await openBy([parent], world.commands)).filter(({ kind }) => kind === 'socket');
  const own = held.length === 0 ? sockets : sockets.filter(({ inode }) => held.some((one) => one.inode === inode));
  return [...walk(directives)].flatMap(({ directive }) => {
    if (!isNamed(directive, 'Listen')) return [];
    const [, bracketed, plain, number] = /^(?:\[(.*)\]:|(.*):)?(\d+)$/.exec(directive.args[0] ?? '') ?? [];
    const wanted = { address: plainAddress(bracketed ?? plain ?? '*'), port: Number(number) };
    const literal = /^(?:\*|[\d.]+|[\da-f:]+)$/.test(wanted.address);
    if (!literal || own.some((socket) => isSame(wanted, socket))) return [];
    const taken = sockets.find((socket) => overlaps(wanted, socket));
    return taken ? [sentence(directive, taken)] : [];
  });
}

type Wanted = Pick<ListeningSocket, 'address' | 'port'>;

/** Apache keeps a socket that it has already. Without an address it has one for any, of either kind. */
function isSame(wanted: Wanted, { address, port }: ListeningSocket): boolean {
  if (wanted.port !== port) return false;
  return wanted.address === '*' ? ['0.0.0.0', '::'].includes(address) : wanted.address === address;
}

/** Whether the kernel would refuse a second socket. One for any IPv6 address may take IPv4 in as well, or not: that is left open. */
function overlaps(wanted: Wanted, { address, port }: ListeningSocket): boolean {
  if (wanted.port !== port) return false;
  if (wanted.address === '*' || wanted.address === address) return true;
  const [one, other] = [wanted.address.includes(':'), address.includes(':')];
  if (one !== other) return false;
  const any = one ? '::' : '0.0.0.0';
  return wanted.address === any || address === any;
}

function sentence({ args, place }: Directive, { address, port }: ListeningSocket): string {
  const shown = address.includes(':') ? `[${address}]` : address;
  return `Listen ${args[0]} is new (${place}), and something listens at ${shown}:${port} already; restart Apache if that is itself`;
}
