import { expect, it } from 'vitest';
import { type InForce, stopAndTakeOff } from './in-force.ts';

const nothing: InForce = { held: [], open: 0, unsure: false };

/** A service that applies something until it is stopped; what was done, in order. */
function service(atTheEnd: InForce | Error) {
  const done: string[] = [];
  const note = (word: string) => async () => {
    done.push(word);
  };
  const look = () => {
    if (!done.includes('stop')) return nothing;
    if (atTheEnd instanceof Error) throw atTheEnd;
    return atTheEnd;
  };
  return { done, departure: { stop: note('stop'), restart: note('restart'), takeOff: note('take off'), look } };
}

it('takes off what the service has applied while somebody was asked', async () => {
  const { done, departure } = service({ ...nothing, held: ['A'] });
  expect(departure.look()).toEqual(nothing);
  expect(await stopAndTakeOff(departure)).toMatchObject({ held: ['A'] });
  expect(done).toEqual(['stop', 'take off']);
});

it.each([
  ['what broke off', { ...nothing, open: 1 }, ['stop', 'take off']],
  ['what nobody knows of', { ...nothing, unsure: true }, ['stop', 'take off']],
  ['nothing where nothing is in force', nothing, ['stop']],
])('takes off %s', async (_name, found, done) => {
  const one = service(found);
  await stopAndTakeOff(one.departure);
  expect(one.done).toEqual(done);
});

it('lets the service go on where what is in force cannot be known', async () => {
  const { done, departure } = service(new Error('the journal cannot be read'));
  await expect(stopAndTakeOff(departure)).rejects.toThrow('the journal cannot be read');
  expect(done).toEqual(['stop', 'restart']);
});
