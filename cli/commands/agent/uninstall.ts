import path from 'node:path';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { agreed, goOnWhenInterrupted } from '../../install/agree.ts';
import { heldIn, heldOrNothing, stopAndTakeOff } from '../../install/in-force.ts';
import { takeOffAll } from '../../install/take-off.ts';
import { carryOutUninstall, goingWith, installed, type Uninstalled } from '../../install/uninstall.ts';
import { parseOptions, serviceStateFolderOf } from '../../options.ts';
import { partsHere } from './install.ts';

const options = {
  'keep-mitigations': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

/** `stopgap agent uninstall`. */
export async function uninstall(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('agent', args, options);
  const stateFolder = path.resolve(serviceStateFolderOf(values['state-dir'], context.env));
  if (process.platform === 'win32') {
    const { uninstallTask } = await import('../../install/windows.ts');
    const { held, unsure } = values['keep-mitigations'] ? heldOrNothing(stateFolder) : heldIn(stateFolder);
    return await uninstallTask({ stateFolder, held, unsure, json: values.json === true, ...choices(values) }, context);
  }
  const parts = partsHere();
  const manifest = installed(stateFolder, parts);
  const { keep, dryRun, yes } = choices(values);
  const { held, unsure } = keep ? heldOrNothing(stateFolder) : heldIn(stateFolder);
  if (dryRun) {
    const going = goingWith(stateFolder, manifest, keep).map((item) => item.path);
    answer(context, values.json, { stateFolder, held, unsure, keep, removed: going, left: [] }, 'would remove');
    return exit.ok;
  }
  if (!yes && !(await agreed({ held, keep, unsure }, context))) return exit.refused;
  goOnWhenInterrupted(context, 'systemctl start stopgap');
  const { manager } = parts;
  const going = await stopAndTakeOff({
    stop: () => manager.stop(),
    restart: () => manager.restart(),
    look: () => (keep ? heldOrNothing(stateFolder) : heldIn(stateFolder)),
    takeOff: async () => (keep ? undefined : await takeOffAll(stateFolder, context, () => manager.restart())),
  });
  const done = await carryOutUninstall(stateFolder, manifest, keep, parts);
  answer(context, values.json, { stateFolder, held: going.held, unsure: going.unsure, keep, ...done }, 'removed');
  return exit.ok;
}

function choices(values: Readonly<Partial<Record<keyof typeof options, boolean>>>) {
  return {
    keep: values['keep-mitigations'] === true,
    dryRun: values['dry-run'] === true,
    yes: values.yes === true,
  };
}

interface Answer extends Uninstalled {
  readonly stateFolder: string;
  readonly held: readonly string[];
  readonly unsure: boolean;
  readonly keep: boolean;
}

function answer({ print, style }: Context, json: boolean | undefined, given: Answer, word: string): void {
  const { stateFolder, held, unsure, keep, removed, left } = given;
  if (json) {
    const mitigations = { [keep ? 'kept' : 'takenOff']: held };
    print(`${JSON.stringify({ ok: true, ...mitigations, removed, left }, undefined, 2)}\n`);
    return;
  }
  const would = word === 'would remove' ? 'would be ' : '';
  const fate = `${would}${keep ? 'kept in force' : 'taken off'}`;
  const inForce = unsure ? 'what stood here of Stopgap' : held.join(', ');
  print(`mitigations  ${inForce === '' ? 'no mitigation was in force' : `${inForce}: ${fate}`}\n`);
  for (const file of removed) print(`${word.padEnd(12)}  ${file}\n`);
  for (const { path: file, why } of left) print(`${'left'.padEnd(12)}  ${style.yellow(file)}  ${why}\n`);
  if (keep)
    print(
      `\nthe state folder stays; a mitigation is taken off with: bin/stopgap block ID --reason TEXT --state-dir ${stateFolder} (in the checkout)\n`,
    );
}
