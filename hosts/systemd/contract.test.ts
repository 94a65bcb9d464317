import { type HostContract, hostContract } from '@stopgap/agent/contract';
import { type SystemdBed, systemdBed } from './testing/contract-bed.ts';
import { stop } from './testing/model-systemd.ts';

const contract: HostContract<SystemdBed> = {
  setUp: systemdBed,
  actions: [stop('web'), stop('db'), stop('lonely')],
  sharing: [stop('web', 'A'), stop('web.service', 'B')],
  unsupported: [
    { action: stop('absent'), word: /absent/ },
    { action: stop('multi-user.target'), word: /target/ },
    { action: { ...stop('web'), action: { kind: 'appPool', name: 'p' } }, word: /appPool/ },
  ],
  observing: { skip: 'the agent never asks a service to be observed: a stopped one cannot be' },
  drifts: [
    {
      name: 'the mask lifted',
      do: async ({ systemd }) => {
        systemd.masks.delete('web.service');
        await systemd.commands.run('systemctl', ['daemon-reload']);
      },
    },
    {
      name: 'the mask lifted and the service started',
      do: async ({ systemd }) => {
        systemd.masks.delete('web.service');
        await systemd.commands.run('systemctl', ['daemon-reload']);
        await systemd.commands.run('systemctl', ['start', '--', 'web.service']);
      },
    },
  ],
  edits: [
    { name: 'another service of theirs', do: ({ systemd }) => void systemd.units.set('new.service', running) },
    {
      name: 'the service of another disabled',
      do: ({ systemd }) => void systemd.units.set('lonely.service', { active: 'failed', enabled: 'masked' }),
    },
  ],
  conflict: {
    name: "a file of somebody's in the place of our mask",
    do: ({ systemd }) => void systemd.masks.set('web.service', '[Service]\n'),
  },
  adoption: { skip: 'a service that somebody has stopped is claimed all the same, and stays as it was' },
  breakage: { skip: 'systemd has no configuration of ours to refuse' },
  absence: {
    name: 'another init system runs',
    do: ({ systemd }) => {
      systemd.booted = false;
    },
  },
};

const running = { active: 'active', enabled: 'enabled' };

hostContract('hosts/systemd (a systemd in memory)', contract);
