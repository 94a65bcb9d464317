// Applies, changes and removes rules on a configuration again and again until it is killed. Each plan is written down
// before its first change is made, as the agent's journal does; then the number of the turn is printed.
//
//   node change-forever.ts SERVER-ROOT RUN-FOLDER PLAN-FILE
import type { HeldAction } from '@stopgap/agent';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { apacheHost } from '../index.ts';
import { refusing } from './actions.ts';
import { configIn } from './real-apache.ts';

const [root = '', run = '', planFile = ''] = process.argv.slice(2);
const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
const host = apacheHost(configIn(root, run), machine);
const sets: readonly (readonly HeldAction[])[] = [
  [refusing('one')],
  [refusing('one'), refusing('two')],
  [refusing('two')],
  [],
];

for (let turn = 0; ; turn++) {
  const plan = await host.plan(sets[turn % sets.length] ?? [], new Map());
  systemFiles.write(planFile, JSON.stringify(plan));
  process.stdout.write(`${turn}\n`);
  for (const change of plan.changes) await host.perform(change);
}
