import { type HostContract, hostContract, type World } from '@stopgap/agent/contract';
import { stop, type WindowsBed, windowsBed } from './testing/contract-bed.ts';

const contract: HostContract<WindowsBed> = {
  setUp: windowsBed,
  actions: [stop('MSExchangeUM'), stop('MSExchangeHM'), stop('msexchangehmrecovery')],
  sharing: [stop('MSExchangeHM', 'A'), stop('MSEXCHANGEHM', 'B')],
  unsupported: [
    { action: stop('Absent'), word: /Absent/ },
    { action: stop('RpcSs'), word: /RpcSs/ },
    { action: stop('F\u00fcr alle'), word: /not in ASCII/ },
    { action: stop('a/b'), word: /"a\/b"/ },
    { action: { ...stop('MSExchangeHM'), action: { kind: 'appPool', name: 'p' } }, word: /appPool/ },
  ],
  observing: { skip: 'the agent never asks a service to be observed: a stopped one cannot be' },
  drifts: [
    {
      name: 'enabled again as it was',
      do: ({ windows }) => void windows.services.setStart('MSExchangeUM', 'demand'),
    },
    {
      name: 'enabled and started again',
      do: ({ windows }) => {
        windows.services.setStart('MSExchangeUM', 'demand');
        windows.services.start('MSExchangeUM');
      },
    },
  ],
  edits: [
    { name: 'a new service', do: ({ add }) => add('New') },
    { name: 'another disabled', do: ({ windows }) => void windows.services.setStart('MSExchangeUMCR', 'disabled') },
  ],
  conflict: {
    name: 'the agent itself comes to run in what needs the service',
    do: ({ add }) => add('StopgapAgent', { needs: ['MSExchangeUM'], pid: 4_999_999 }),
  },
  adoption: { skip: 'a service that somebody has stopped is claimed all the same, and stays as it was' },
  breakage: { skip: 'Windows has no configuration of services that could be refused as a whole' },
  absence: {
    name: 'no sc.exe',
    do: ({ windows }) => {
      windows.gone = true;
    },
  },
  denial: denied,
};

/** A Windows in which services and registry may be looked at and not changed. */
function denied(world: World): World {
  return {
    ...world,
    commands: {
      run: (file, args, options) => {
        const looks = /^(q|query|queryex|qc|qtriggerinfo|enumdepend)$/i.test(args[0] ?? '');
        if (looks) return world.commands.run(file, args, options);
        const stdout = /sc\.exe$/i.test(file) ? '[SC] OpenService FAILED 5:\r\n\r\nAccess is denied.\r\n\r\n' : '';
        return Promise.resolve({ code: stdout === '' ? 1 : 5, stdout, stderr: 'ERROR: Access is denied.\r\n' });
      },
    },
  };
}

hostContract('hosts/windows-service (a Windows in memory)', contract);
