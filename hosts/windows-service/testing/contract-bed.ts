import type { HeldAction } from '@stopgap/agent';
import type { HostBed, World } from '@stopgap/agent/contract';
import { silentLog, systemFiles, systemFolders } from '@stopgap/machine';
import { windowsServiceHost } from '../index.ts';
import { type StandInService, standInService } from './stand-in-services.ts';
import { StandInWindows } from './stand-in-windows.ts';

/** A Windows in memory with services of several kinds. */
export interface WindowsBed extends HostBed {
  readonly windows: StandInWindows;
  add(name: string, more?: Partial<StandInService>): void;
}

/** An Exchange's services as far as the mitigations of 2021 touch them, one that others need, and one that does not run. */
export function windowsBed(): WindowsBed {
  const windows = new StandInWindows();
  const add = (name: string, more: Partial<StandInService> = {}) => windows.services.add(standInService(name, more));
  add('MSExchangeADTopology');
  add('MSExchangeHM', { start: 'delayed-auto', needs: ['MSExchangeADTopology'] });
  add('MSExchangeHMRecovery', { needs: ['MSExchangeADTopology'] });
  add('MSExchangeUM', { start: 'demand', triggers: 2 });
  add('Fax Gateway', { needs: ['MSExchangeUM'] });
  add('FaxLog', { needs: ['Fax Gateway'], start: 'demand' });
  add('MSExchangeUMCR', { state: 1, start: 'demand' });
  add('EventLog', {});
  windows.registry.set('HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft', { Other: 'untouched' });
  const world: World = {
    files: systemFiles,
    folders: systemFolders,
    commands: windows,
    clock: windows.clock,
    log: silentLog,
  };
  return {
    windows,
    add,
    host: (between = (one) => one) => {
      const { commands, clock, log } = between(world);
      const machine = { commands, clock, log, platform: 'win32', ownProcesses: new Set([4_999_999]) };
      return windowsServiceHost({ kind: 'windows-service' }, machine);
    },
    snapshot: () => windows.snapshot(),
    complaint: async () => undefined,
    close: () => {},
  };
}

/** An action that stops a service. */
export function stop(name: string, mitigation = `M-${name}`): HeldAction {
  return { mitigation, revision: 1, index: 0, mode: 'enforce', action: { kind: 'service', name, shared: true } };
}
