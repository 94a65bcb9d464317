import type { Command, Context } from './context.ts';
import { CliError, exit, unknownCommand } from './exit.ts';

type Loader = () => Promise<{ readonly command: Command }>;

/** Every command, in the order in which help shows them; each is loaded only when it runs. */
const commands: readonly (readonly [string, string, Loader])[] = [
  ['status', 'what is in force on this server, and why', () => import('./commands/status.ts')],
  ['show', 'all about one mitigation, and what it becomes on this server', () => import('./commands/show.ts')],
  ['plan', 'what a look would change, as a diff; changes nothing', () => import('./commands/plan.ts')],
  ['check', 'look now: ask the feeds, decide, apply, prove', () => import('./commands/check.ts')],
  ['apply', 'apply mitigations once, by hand, from the feed or from files', () => import('./commands/apply.ts')],
  ['remove', 'take a mitigation off now', () => import('./commands/remove.ts')],
  ['block', 'take a mitigation off and keep it off', () => import('./commands/block.ts')],
  ['unblock', 'let a blocked mitigation be applied again', () => import('./commands/unblock.ts')],
  ['approve', 'approve a mitigation that awaits it', () => import('./commands/approve.ts')],
  ['enable', 'switch automatic mitigation on for this server', () => import('./commands/enable.ts')],
  ['disable', 'switch automatic mitigation off for this server', () => import('./commands/disable.ts')],
  ['mode', 'choose how mitigations are applied: enforce, observe or approve', () => import('./commands/mode.ts')],
  ['history', 'what happened, when, and who asked for it', () => import('./commands/history.ts')],
  ['connectivity', 'check every step of the way to the feeds', () => import('./commands/connectivity.ts')],
  ['doctor', 'check that this server is ready, with the remedy for what is not', () => import('./commands/doctor.ts')],
  ['notify', 'send a test to everybody who is told of changes', () => import('./commands/notify.ts')],
  ['agent', 'run the agent service; install it, uninstall it', () => import('./commands/agent.ts')],
  ['gateway', 'run the gateway, a reverse proxy that enforces rules', () => import('./commands/gateway.ts')],
  ['feed', 'make, publish and serve a feed', () => import('./commands/feed.ts')],
  ['rewrite', 'evaluate, explain and compile URL Rewrite rules', () => import('./commands/rewrite.ts')],
];

/** Runs the command line `args` and answers the exit code. Prints errors itself; throws nothing. */
export async function main(args: readonly string[], context: Context): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') {
    context.print(overviewHelp());
    return exit.ok;
  }
  if (name === '--version' || name === 'version') {
    const { version } = await import('./package.json', { with: { type: 'json' } }).then((one) => one.default);
    context.print(args.includes('--json') ? `${JSON.stringify({ version })}\n` : `stopgap ${version}\n`);
    return exit.ok;
  }
  const found = commands.find(([word]) => word === name);
  try {
    if (!found) throw unknownCommand('', name);
    const { command } = await found[2]();
    if (rest.includes('--help') || rest.includes('-h')) {
      context.print(command.help);
      return exit.ok;
    }
    return await command.run(rest, context);
  } catch (error) {
    return tellError(error, args.includes('--json'), context);
  }
}

function overviewHelp(): string {
  const width = Math.max(...commands.map(([name]) => name.length));
  const lines = commands.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: stopgap COMMAND [OPTIONS]

Temporary, proven, self-removing mitigations for servers that cannot be patched yet.

Commands:
${lines.join('\n')}

"stopgap COMMAND --help" says more. All commands take --json. The state folder is --state-dir DIR, else
$STOPGAP_STATE_DIR, else /var/lib/stopgap. "stopgap --version" says which version this is.
`;
}

function tellError(error: unknown, json: boolean, context: Context): number {
  const denied = isDenied(error);
  const said = error instanceof Error ? error.message : String(error);
  const message = denied && !/\broot\b/.test(said) ? `${said}; try again as root` : said;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (json) context.print(`${JSON.stringify({ ok: false, code: wordFor(error, code), message })}\n`);
  context.tell(`${context.style.red('stopgap:')} ${message}\n`);
  if (code === undefined && context.env.STOPGAP_DEBUG && error instanceof Error) context.tell(`${error.stack}\n`);
  return denied ? exit.denied : exitCodeOf(error, code);
}

/** Whether it, or what caused it, was refused by the operating system for want of rights. */
function isDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && (error.code === 'EACCES' || error.code === 'EPERM')) || isDenied(error.cause);
}

function wordFor(error: unknown, code: unknown): string {
  if (typeof code === 'string') return code;
  if (!(error instanceof CliError)) return 'internal';
  return error.code === exit.usage ? 'usage' : 'refused';
}

function exitCodeOf(error: unknown, code: unknown): number {
  if (error instanceof CliError) return error.code;
  if (code === 'busy') return exit.busy;
  if (code === 'not-root') return exit.denied;
  return code === 'invalid-json' || code === 'invalid-config' || code === 'not-enrolled' ? exit.usage : exit.refused;
}
