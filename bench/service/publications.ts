import * as fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { addTarget, passphraseFromFile, publishFeed } from '@stopgap/feed';
import { documentText } from '../../agent/testing/documents.ts';
import { outcomeOf } from '../../tests/end-to-end/raw-request.ts';
import type { Trial } from '../../tests/end-to-end/trial.ts';
import { type Figure, median } from './figure.ts';

/** Publishes one new mitigation after the other and asks every 5 ms whether its attack is refused yet. */
export async function publicationFigures(trial: Trial, publications: number): Promise<readonly Figure[]> {
  const feed = path.join(trial.stateFolder, 'feed');
  const passphrase = passphraseFromFile(path.join(trial.stateFolder, 'feed-passphrase'));
  const times: number[] = [];
  for (let number = 1; number <= publications; number++) {
    // Of one length: the rule of BENCH-1 would refuse the attack of BENCH-10 as well.
    const id = `BENCH-${String(number).padStart(4, '0')}`;
    await addTarget(feed, `${id}.xml`, Buffer.from(forExchange(documentText(id))));
    const start = performance.now();
    await publishFeed(feed, { passphrase });
    while ((await outcomeOf(trial.port, `/attack/${id}`)) !== 'refused') {
      if (performance.now() - start > 60_000)
        throw new Error(
          `not refused after a minute; see ${trial.stateFolder}/logs ${fs.readdirSync(trial.stateFolder)}`,
        );
      await delay(5);
    }
    times.push(performance.now() - start);
    await delay(500);
  }
  const figure = `median ${median(times).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms`;
  return [{ what: `publish → refused, ${publications} times`, figure, yardstick: 'target well under 2,000 ms' }];
}

function forExchange(text: string): string {
  return text
    .replace('name="thing"', 'name="exchange"')
    .replace('from="1.2.0" below="1.3.0"', 'from="15.2.0" below="15.3.0"')
    .replace('1.2.9', '15.2.9999');
}
