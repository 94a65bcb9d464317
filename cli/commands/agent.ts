import type { Command, Context } from '../context.ts';
import { unknownCommand } from '../exit.ts';

const help = `Usage: stopgap agent COMMAND [OPTIONS]

The agent service, which keeps this server as its feeds and its policy say.

Commands:
  run         run it in the foreground, as a service manager wants it: it looks at once, every hour with jitter, and whenever
              a feed says that there is something new. SIGTERM or Ctrl-C ends it; what is in force stays.
  install     make it a service of this machine, with the least rights it can do with, and start it; bring it up to date
  uninstall   stop it, take off what it has in force, and remove all that install has added

DIR/agent.json says what it works with; install writes one from what it finds here:
  {
    "feeds":    [ { "name": "demo", "url": "https://feed.example.org/", "rootFile": "root.json" } ],
    "hosts":    [ { "kind": "nginx" } ],
    "products": [ { "product": "exchange", "detector": "exchange" } ],
    "health":   [ { "url": "http://127.0.0.1/" } ]
  }
A feed may be limited in what it speaks for ("products", "actions"), be fed by bundles alone (no "url"), or be of "kind": "ocs":
see docs/trust.md and docs/ocs-feeds.md.

Options:
  --state-dir DIR       the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)
  --verbose             run: log debug messages too
  --feed URL            install: listen to this feed
  --root-file FILE      install: the root of trust of that feed, as its publisher hands it out
  --root-sha256 HEX     install: refuse the root unless it has this SHA-256 (the publisher says it; ask by another way)
  --feed-name NAME      install: what the feed is called here (default: the first part of its host name; one that
                        is there by that name gives way only when it is named)
  --accept-owner UID    install: the checkout belongs to this user, who can then become root through the service
  --dry-run             install, uninstall: say what would be done, and do nothing
  --keep-mitigations    uninstall: leave in force what is in force, with the state folder that knows how to take it off
  --yes                 uninstall: do not ask; needed where nobody can be asked
  --json                install, uninstall: answer as JSON

Exit code: 0 done, 1 refused or failed (the message says why), 2 wrong usage, 75 busy, 77 needs root.
`;

export const command: Command = {
  name: 'agent',
  summary: 'run the agent service; install it, uninstall it',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === 'run') return (await import('./agent/run.ts')).run(rest, context);
  if (name === 'install') return (await import('./agent/install.ts')).install(rest, context);
  if (name === 'uninstall') return (await import('./agent/uninstall.ts')).uninstall(rest, context);
  throw unknownCommand('agent', name);
}
