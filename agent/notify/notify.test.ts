import * as fs from 'node:fs';
import path from 'node:path';
import { type CommandResult, silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../journal/records.ts';
import { look } from '../look/look.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { decodeNotify } from './config.ts';
import { deliver } from './deliver.ts';
import { type Notification, notificationOf } from './events.ts';
import { Notifier, pauseAfter } from './notifier.ts';
import { notification } from './testing/notification.ts';

describe('telling people of changes', () => {
  let bench: Bench;
  let told: Notification[];
  let refuse: boolean;
  beforeEach(() => {
    bench = makeBench();
    told = [];
    refuse = false;
  });
  afterEach(() => bench.close());

  const commands = {
    run: async (_file: string, _args: readonly string[], options?: { readonly input?: string | Uint8Array }) => {
      if (!refuse) told.push(JSON.parse(String(options?.input)) as Notification);
      return { code: refuse ? 1 : 0, stdout: '', stderr: 'no' } satisfies CommandResult;
    },
  };
  const targets = (about?: readonly string[]) =>
    decodeNotify([{ kind: 'command', command: ['/page'], about }], 'notify');
  const notifier = (about?: readonly string[]) =>
    new Notifier(targets(about), {
      journal: bench.parts.journal,
      files: systemFiles,
      commands,
      clock: systemClock,
      log: silentLog,
      server: 'server',
    });
  const happen = (event: HistoryEvent, detail: string, mitigation?: string) =>
    bench.parts.journal.record({ at: 1, actor: 'x', event, detail, ...(mitigation ? { mitigation } : {}) });
  /** Tells until nothing is left to be told, or the target refuses. */
  const tellAll = async (one: Notifier) => {
    const stopping = new AbortController();
    const running = one.run(stopping.signal);
    await expect.poll(() => refuse || settled(), { timeout: 10_000 }).toBe(true);
    stopping.abort();
    await running;
  };
  const settled = () =>
    bench.parts.journal.note('notified command') === String(bench.parts.journal.history(1)[0]?.id ?? 0);
  const events = () => told.map(({ event, mitigation }) => [event, mitigation]);

  it('tells what a look has done, what fails and what is well again', async () => {
    const one = notifier();
    await look(bench.parts);
    bench.feed.trouble = 'no such name';
    await look(bench.parts);
    bench.feed.trouble = undefined;
    await look(bench.parts);
    await tellAll(one);
    expect(events()).toEqual([
      ['applied', 'M1'],
      ['feed-trouble', null],
      ['feed-recovered', null],
    ]);
    expect(told[1]).toMatchObject({ weight: 'worse', text: expect.stringContaining('no such name') });
  });

  it('tells once of what fails again and again, and again when it had been well in between', async () => {
    const one = notifier();
    for (const event of ['failed', 'failed', 'applied', 'failed', 'failed'] as const) happen(event, 'why', 'M1');
    happen('failed', 'why', 'M2');
    await tellAll(one);
    expect(events()).toEqual([
      ['failed', 'M1'],
      ['applied', 'M1'],
      ['failed', 'M1'],
      ['failed', 'M2'],
    ]);
  });

  it('tells of looks that fail as a whole, once, and that they succeed again', async () => {
    const one = notifier();
    for (const event of ['failed', 'failed', 'policy-changed', 'failed', 'repaired', 'failed'] as const)
      happen(event, 'x');
    await tellAll(one);
    expect(events().map(([event]) => event)).toEqual(['failed', 'policy-changed', 'repaired', 'failed']);
  });

  it('says the state that a mitigation has come into', async () => {
    const one = notifier();
    happen('state-changed', 'conflict: the name is taken', 'M1');
    happen('state-changed', 'not-applicable: fixed', 'M2');
    await tellAll(one);
    expect(told).toMatchObject([{ event: 'conflict', weight: 'worse', detail: 'the name is taken' }]);
  });

  it('loses nothing where a target does not answer, over a restart too', async () => {
    const one = notifier();
    refuse = true;
    happen('failed', 'first', 'M1');
    await tellAll(one);
    happen('applied', 'second', 'M1');
    refuse = false;
    await tellAll(notifier());
    expect(events()).toEqual([
      ['failed', 'M1'],
      ['applied', 'M1'],
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
  });

  it('does not tell a new target what happened before it was there, nor anybody what they do not want to hear', async () => {
    happen('failed', 'long ago', 'M0');
    const one = notifier(['worse']);
    happen('applied', 'good', 'M1');
    happen('failed', 'bad', 'M2');
    await tellAll(one);
    expect(events()).toEqual([['failed', 'M2']]);
  });

  it('goes on where the journal can be neither written nor read for a while', async () => {
    const { journal } = bench.parts;
    let full = true;
    const faulty = {
      history: (most: number) => journal.history(most),
      historyAfter: (id: number, most: number) => journal.historyAfter(id, most),
      note: (name: string) => journal.note(name),
      putNote: (name: string, value: string) => {
        if (full) throw new Error('database or disk is full');
        journal.putNote(name, value);
      },
    };
    const parts = { files: systemFiles, commands, clock: systemClock, log: silentLog, server: 'server' };
    const one = new Notifier(targets(), { ...parts, journal: faulty });
    const stopping = new AbortController();
    const running = one.run(stopping.signal);
    happen('failed', 'x', 'M1');
    one.poke();
    await expect.poll(events, { timeout: 10_000 }).toEqual([['failed', 'M1']]);
    full = false;
    happen('applied', 'x', 'M1');
    one.poke();
    await expect.poll(() => events().length, { timeout: 10_000 }).toBe(2);
    stopping.abort();
    await running;
  });

  it('tells at once when it is poked', async () => {
    const one = notifier();
    const stopping = new AbortController();
    const running = one.run(stopping.signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    happen('applied', 'x', 'M1');
    one.poke();
    await expect.poll(events, { timeout: 10_000 }).toEqual([['applied', 'M1']]);
    stopping.abort();
    await running;
  });

  it('does not have one target wait for another that hangs', async () => {
    const hanging = Promise.withResolvers<void>();
    const list = [
      { kind: 'command', name: 'slow', command: ['/slow'] },
      { kind: 'command', command: ['/page'] },
    ];
    const run: typeof commands.run = async (file, args, options) => {
      if (file === '/slow') await hanging.promise;
      return await commands.run(file, args, options);
    };
    const { journal } = bench.parts;
    const parts = { journal, files: systemFiles, clock: systemClock, log: silentLog, server: 'server' };
    const one = new Notifier(decodeNotify(list, 'notify'), { ...parts, commands: { run } });
    const stopping = new AbortController();
    const running = one.run(stopping.signal);
    for (const event of ['applied', 'failed'] as const) {
      happen(event, 'x', 'M1');
      one.poke();
      await expect.poll(() => events().at(-1), { timeout: 10_000 }).toEqual([event, 'M1']);
    }
    stopping.abort();
    hanging.resolve();
    await running;
  });

  it('tells all that a journal says that has come in place of a lost one', async () => {
    happen('applied', 'x', 'M1');
    const one = notifier();
    for (const event of ['failed', 'applied', 'failed'] as const) happen(event, 'x', 'M1');
    await tellAll(one);
    told = [];
    for (const name of fs.readdirSync(bench.folder)) fs.rmSync(path.join(bench.folder, name));
    bench.parts.journal.reopenIfLost();
    happen('rebuilt', 'from nothing');
    await tellAll(one);
    expect(events()).toEqual([['rebuilt', null]]);
  });

  it('waits longer each time, at most an hour', () => {
    expect([1, 2, 3, 20].map(pauseAfter)).toEqual([30_000, 60_000, 120_000, 3_600_000]);
  });

  it('keeps quiet about what nobody has to hear of', () => {
    for (const event of ['started', 'stopped', 'feed-published'] as const) {
      const entry = { id: 1, at: 1, actor: 'x', event, mitigation: undefined, revision: undefined, detail: '' };
      expect(notificationOf(entry, 'server')).toBeUndefined();
    }
  });
});

describe('the list of targets', () => {
  it.each([
    ['an address without TLS', { kind: 'webhook', url: 'http://hooks.example.org/' }, /https address/],
    ['an address with a password', { kind: 'webhook', url: 'https://a:b@hooks.example.org/' }, /without user/],
    ['a kind that is not known', { kind: 'pigeon' }, /notify\[0\]\.kind/],
    ['an empty command', { kind: 'command', command: [] }, /a program/],
    ['an unknown key', { kind: 'syslog', colour: 'red' }, /unknown key "colour"/],
  ])('refuses %s', (_name, entry, words) => {
    expect(() => decodeNotify([entry], 'agent.json: notify')).toThrow(words);
  });

  it('refuses two of one name', () => {
    expect(() => decodeNotify([{ kind: 'syslog' }, { kind: 'syslog' }], 'notify')).toThrow('two entries are called');
  });
});

describe('the system’s log', () => {
  it('gets one line, whatever is in the words', async () => {
    const ran: string[][] = [];
    const commands = {
      run: async (file: string, args: readonly string[]) => {
        ran.push([file, ...args]);
        return { code: 0, stdout: '', stderr: '' };
      },
    };
    const [target] = decodeNotify([{ kind: 'syslog' }], 'notify');
    if (target) await deliver(target, notification, { files: systemFiles, commands });
    expect(ran[0]?.slice(-2)).toEqual(['--', 'server: M1 failed: because of this [server/1/2]']);
  });
});
