// What the running service costs and how fast it protects, each figure beside its yardstick:
//
//   publish → refused   20 publications on the whole service (`npm start`), from the call of `publish`, signing included, until the attack is cut off
//   agent idle          its memory and CPU over a minute in which nothing happens
//   stopgap status      against `node -e 0`
//
//   node bench/service.ts [--publications N] [--idle-seconds N]
import { parseArgs } from 'node:util';
import { startTrial, temporaryFolder } from '../tests/end-to-end/trial.ts';
import { idleFigures } from './service/idle.ts';
import { machineLine } from './service/machine.ts';
import { publicationFigures } from './service/publications.ts';
import { statusFigures } from './service/status.ts';

const { values } = parseArgs({
  options: { publications: { type: 'string', default: '20' }, 'idle-seconds': { type: 'string', default: '60' } },
});

console.log(machineLine());
const trial = await startTrial(temporaryFolder());
try {
  for (const figures of [
    await idleFigures(trial, Number(values['idle-seconds'])),
    await statusFigures(trial),
    await publicationFigures(trial, Number(values.publications)),
  ]) {
    for (const { what, figure, yardstick } of figures)
      console.log(`${what.padEnd(34)}  ${figure.padEnd(38)}  ${yardstick}`);
  }
} finally {
  await trial.stop();
}
