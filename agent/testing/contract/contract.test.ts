import { describe, expect, it } from 'vitest';
import type { HeldAction, Host } from '../../host.ts';
import type { HostBed, HostContract, World } from './bed.ts';
import { atWork } from './case.ts';
import { contractCases, hostContract } from './host-contract.ts';
import { editModel, type ModelBed, modelBed, modelHost } from './model-host.ts';

const action = (mitigation: string): HeldAction => ({
  mitigation,
  revision: 1,
  index: 0,
  mode: 'enforce',
  action: { kind: 'urlRewrite', scope: { level: 'server' }, rewrite: emptyRewrite, source: '<rewrite/>' },
});
const emptyRewrite = {} as never;

const edit = (name: string, change: (text: string) => string) => ({
  name,
  do: (bed: ModelBed) => editModel(bed, change),
});

function contractOf(make: (world: World) => Host): HostContract<ModelBed> {
  return {
    setUp: () => modelBed(make),
    actions: [action('A'), action('B'), action('C')],
    sharing: { skip: 'lines are not shared' },
    unsupported: [{ action: { ...action('A'), action: { kind: 'none' } }, word: /none/ }],
    observing: 'held',
    drifts: [edit('another line', (text) => text.replace(' on\n', ' off\n'))],
    edits: [edit('a comment', (text) => text.replace('mine', 'mine, 2026'))],
    conflict: edit('the name is taken', (text) => `theirs A\n${text}`),
    adoption: edit('the same is there', (text) => `same A\n${text}`),
    breakage: {
      break: edit('it breaks', (text) => `${text}broken\n`),
      mend: edit('it is mended', (text) => text.replace('broken\n', '')),
    },
    absence: { name: 'it is gone', do: ({ lines }) => lines.clear() },
  };
}

/** Titles of the cases that a host does not pass. */
async function failing(make: (world: World) => Host): Promise<readonly string[]> {
  const contract = contractOf(make) as unknown as HostContract<HostBed>;
  const failed: string[] = [];
  for (const one of contractCases) {
    if (one.skip?.(contract) !== undefined) continue;
    const bed = await contract.setUp();
    await one.try(atWork(contract, bed)).catch(() => failed.push(one.title));
  }
  return failed;
}

/** The model, with one thing wrong. */
const broken =
  (change: (host: Host, world: World) => Partial<Host>) =>
  (world: World): Host => {
    const host = modelHost(world);
    return { ...host, ...change(host, world) };
  };
const file = '/etc/model.conf';
const text = ({ files }: World) => files.read(file)?.bytes.toString() ?? '';

const mutants: readonly (readonly [string, RegExp, (world: World) => Host])[] = [
  [
    'writes while it plans',
    /a plan changes nothing/,
    broken((host, world) => ({
      plan: (...args) => {
        world.files.write(file, `${text(world)}#\n`);
        return host.plan(...args);
      },
    })),
  ],
  [
    'does a change again that was made',
    /may be made twice/,
    broken((host, world) => ({
      perform: async (change) => {
        await host.perform(change);
        world.files.write(file, `${text(world)}#\n`);
      },
    })),
  ],
  [
    'puts the whole file back',
    /edit between a change and its undoing stays/,
    broken((_, { files }) => ({
      undo: async (change) => {
        if (change.kind === 'file') files.write(file, Buffer.from(change.before?.base64 ?? '', 'base64'));
      },
    })),
  ],
  [
    'cannot take back what was never made',
    /never made are taken back/,
    broken((host) => ({
      perform: host.perform,
      undo: async (change) => {
        throw new Error(`not done: ${change.summary}`);
      },
    })),
  ],
  ['accepts everything', /cannot hold is refused/, broken(() => ({ accepts: () => ({ accepted: true, notes: [] }) }))],
  ['shows nothing of what becomes', /shows what becomes of it/, broken(() => ({ render: () => [] }))],
  ['never refuses a configuration', /broken configuration is refused/, broken(() => ({ activate: async () => {} }))],
  [
    'sees no damage',
    /damage to ours is found/,
    broken((host) => ({
      plan: async (wanted, claims) => {
        const { findings, changes } = await host.plan(wanted, claims);
        const blind = findings.map(
          (one) => ({ ...one, presence: one.presence === 'drifted' ? 'in-place' : one.presence }) as const,
        );
        return { findings: blind, changes: findings.some(({ presence }) => presence === 'drifted') ? [] : changes };
      },
    })),
  ],
  [
    'writes over what has its name',
    /conflict, and stays untouched/,
    broken((host) => ({
      plan: async (wanted, claims) => {
        const { findings, changes } = await host.plan(wanted, claims);
        return { findings: findings.map((one) => ({ ...one, presence: 'absent' }) as const), changes };
      },
    })),
  ],
  [
    'says that it is there when it is not',
    /server that is not there/,
    broken((host) => ({ survey: async () => ({ ...(await host.survey()), present: true }) })),
  ],
  [
    'plans otherwise each time',
    /is the same twice/,
    broken((host) => ({
      plan: async (wanted, claims) => {
        const { findings, changes } = await host.plan(wanted, claims);
        return { findings, changes: changes.map((one) => ({ ...one, summary: `${one.summary} ${Math.random()}` })) };
      },
    })),
  ],
  [
    'takes any change for its own',
    /another host's is refused/,
    broken((host) => ({ perform: async (change) => (change.kind === 'file' ? host.perform(change) : undefined) })),
  ],
];

describe('the contract', () => {
  it('is kept by a host that is right', async () => {
    expect(await failing(modelHost)).toEqual([]);
  });

  it.each(mutants)('catches a host that %s', async (_name, expected, make) => {
    expect(await failing(make)).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });
});

hostContract('the model', contractOf(modelHost));
