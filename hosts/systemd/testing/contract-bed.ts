import type { HostBed, World } from '@stopgap/agent/contract';
import { silentLog } from '@stopgap/machine';
import { systemdHost } from '../index.ts';
import { ModelSystemd } from './model-systemd.ts';

/** A systemd in memory with units of several kinds. */
export interface SystemdBed extends HostBed {
  readonly systemd: ModelSystemd;
}

/** What runs on it: a service with its socket, one that another needs, and one that does not run. */
export function systemdBed(): SystemdBed {
  const systemd = new ModelSystemd();
  systemd.units.set('web.service', { active: 'active', enabled: 'enabled', triggeredBy: 'web.socket' });
  systemd.units.set('web.socket', { active: 'active', enabled: 'enabled' });
  systemd.units.set('shop.service', { active: 'active', enabled: 'enabled' });
  systemd.units.set('db.service', { active: 'active', enabled: 'static', requiredBy: 'shop.service' });
  systemd.units.set('lonely.service', { active: 'inactive', enabled: 'disabled' });
  const world: World = {
    files: systemd.files,
    folders: systemd.folders,
    commands: systemd.commands,
    clock: systemd.clock,
    log: silentLog,
  };
  return {
    systemd,
    host: (between = (one) => one) => systemdHost({ kind: 'systemd' }, between(world)),
    snapshot: () => {
      const units = [...systemd.units.keys()].map((unit) => [`unit ${unit}`, shown(systemd, unit)] as const);
      return new Map([...units, ...[...systemd.masks].map(([name, bytes]) => [`mask ${name}`, bytes] as const)]);
    },
    complaint: async () => undefined,
    close: () => {},
  };
}

/**
 * A unit that had to be killed is `failed` where one that stopped by itself is `inactive`, and what needs it stops in one
 * case only. Held, both are the same.
 */
function shown(systemd: ModelSystemd, unit: string): string {
  const needs = [...systemd.units].find(([, { requiredBy }]) => requiredBy?.split(' ').includes(unit))?.[0];
  const without = needs !== undefined && systemd.masks.has(needs);
  return without
    ? `needs ${needs}, which is held`
    : systemd.stateOf(unit).replace(/^masked masked failed$/, 'masked masked inactive');
}
