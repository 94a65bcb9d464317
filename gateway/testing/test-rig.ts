import { onTestFinished } from 'vitest';
import { type Rig, type RigOptions, startRig } from './rig.ts';

/** A rig that is gone once the test that started it is over. */
export async function start(options?: RigOptions): Promise<Rig> {
  const rig = await startRig(options);
  onTestFinished(() => rig.close());
  return rig;
}
