import type { HeldAction, Host } from '@stopgap/agent';
import { systemFiles } from '@stopgap/machine';
import { refusing } from './actions.ts';

const sets: readonly (readonly HeldAction[])[] = [
  [refusing('one')],
  [refusing('one'), refusing('two')],
  [refusing('two')],
  [],
];

/**
 * Applies, changes and removes rules again and again until the process is killed. Each plan is written down before its first
 * change is made, as the agent's journal does; then the number of the turn is printed.
 */
export async function changeForever(host: Host, planFile: string): Promise<never> {
  for (let turn = 0; ; turn++) {
    const plan = await host.plan(sets[turn % sets.length] ?? [], new Map());
    systemFiles.write(planFile, JSON.stringify(plan));
    process.stdout.write(`${turn}\n`);
    for (const change of plan.changes) await host.perform(change);
  }
}
