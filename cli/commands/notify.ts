import * as os from 'node:os';
import { readAgentConfig, statePaths } from '@stopgap/agent';
import { deliver, type Notification } from '@stopgap/agent/notify';
import { systemCommands, systemFiles } from '@stopgap/machine';
import type { Command, Context } from '../context.ts';
import { CliError, exit } from '../exit.ts';
import { parseOptions, stateFolderOf } from '../options.ts';

const help = `Usage: stopgap notify test [NAME] [--json] [--state-dir DIR]

Sends a test to everybody in "notify" of DIR/agent.json, or to the one called NAME. The service tells them when a mitigation is
applied, proven, repaired, taken off or fails, when it awaits approval or something is missing, and when a feed is in trouble and
well again; what could not be told is told later, over restarts too.

  "notify": [
    { "kind": "webhook", "url": "https://hooks.example.org/stopgap", "tokenFile": "webhook-token" },
    { "kind": "command", "command": ["/usr/local/bin/page"], "about": ["worse"] },
    { "kind": "syslog" }
  ]

A command gets the event as a line of JSON on standard input and has to exit with 0; it runs with the rights of the service, in its
sandbox. A webhook gets it by POST and has to answer with a status of success; the token file has to be closed to others (0600).
"about" chooses of worse, better and other (default: all), "timeoutSeconds" is 10 by default, "name" tells two of a kind apart.

Options:
  --json           as JSON
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)

Exit code: 0 all have taken it, 1 somebody has not.
`;

export const command: Command = {
  name: 'notify',
  summary: 'send a test to everybody who is told of changes',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('notify', args, {}, ['test', 'NAME?']);
  const [word, name] = positionals;
  if (word !== 'test') throw new CliError(`there is no command "notify ${word}"; see: stopgap notify --help`);
  const stateFolder = stateFolderOf(values['state-dir'], context.env);
  const { notify } = readAgentConfig(systemFiles, stateFolder);
  const chosen = notify.filter((target) => name === undefined || target.name === name);
  if (chosen.length === 0) {
    const known = notify.map((target) => target.name).join(', ');
    const { config } = statePaths(stateFolder);
    throw new CliError(
      name === undefined || known === ''
        ? `${config} names nobody under "notify"; see: stopgap notify --help`
        : `nobody is called "${name}"; known are ${known}`,
    );
  }
  const notification = testOf(context);
  const results = await Promise.all(
    chosen.map(async (target) => ({
      name: target.name,
      ...(await attempt(() => deliver(target, notification, tools))),
    })),
  );
  if (values.json) context.print(`${JSON.stringify(results, undefined, 2)}\n`);
  else {
    for (const { name: told, ok, why } of results) {
      context.print(
        `${told}  ${ok ? context.style.green('told') : context.style.red('failed')}${why ? `  ${why}` : ''}\n`,
      );
    }
  }
  return results.every(({ ok }) => ok) ? exit.ok : exit.refused;
}

const tools = { files: systemFiles, commands: systemCommands };

async function attempt(work: () => Promise<void>): Promise<{ readonly ok: boolean; readonly why: string | null }> {
  try {
    await work();
    return { ok: true, why: null };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function testOf({ clock, actor }: Context): Notification {
  const server = os.hostname();
  const at = clock.now();
  return {
    version: 1,
    id: `${server}/test/${at}`,
    server,
    at: new Date(at).toISOString(),
    event: 'test',
    weight: 'other',
    mitigation: null,
    revision: null,
    text: `${server}: a test of stopgap, sent by ${actor}`,
    detail: `a test, sent by ${actor}`,
  };
}
