import { HostError } from '@stopgap/agent';
import { lookAgain } from './discover.ts';
import type { HostParts } from './parts.ts';
import { runs, type ServiceState, stopped, type UnitState } from './state.ts';
import { refused } from './systemctl.ts';
import { isTemplate } from './unit-name.ts';

/** How long killed units are waited for, in milliseconds. */
const killedMs = 15_000;

/**
 * Brings units to `target`: masks those that are masked there and stops them, takes our mask off the others and starts
 * those that ran. Doing it twice, or going on where a kill stopped it, does no harm. Throws `HostError` where something
 * cannot be stopped; what cannot be started is the unit's own trouble and is logged.
 */
export async function settle(target: ServiceState, parts: HostParts): Promise<void> {
  const held = target.filter((one) => one.role === 'held');
  const toStop = held.filter((one) => one.masked);
  // A timer that is masked while it runs is a failed one for systemd, so what triggers is stopped first.
  await stopAll(
    toStop.filter(({ unit }) => !unit.endsWith('.service')),
    parts,
  );
  for (const { unit } of toStop) parts.masks.put(unit);
  for (const { unit } of held.filter((one) => !one.masked)) parts.masks.remove(unit);
  await parts.systemctl.reload();
  await stopAll(toStop, parts);
  await startAgain(
    target.filter((one) => !one.masked),
    parts,
  );
}

async function stopAll(units: ServiceState, parts: HostParts): Promise<void> {
  let going = await atWork(units, parts);
  if (going.length === 0) return;
  const asked = await parts.systemctl.stop(going, parts.stopMs);
  going = await atWork(units, parts);
  if (going.length === 0) return;
  if (asked !== 'timed-out' && asked.code !== 0) throw refused(['stop', ...going], asked);
  parts.log.warn('units do not stop and are killed', { units: going.join(' '), after: parts.stopMs });
  await parts.systemctl.kill(going);
  for (
    const deadline = parts.clock.elapsed() + killedMs;
    parts.clock.elapsed() < deadline;
    await parts.clock.sleep(200)
  ) {
    going = await atWork(units, parts);
    if (going.length === 0) return;
  }
  const names = going.join(', ');
  throw new HostError('unreachable', `${names}: does not stop, not even when killed; see systemctl status ${going[0]}`);
}

async function atWork(units: ServiceState, parts: HostParts): Promise<readonly string[]> {
  const running = units.filter(({ unit }) => !isTemplate(unit));
  return (await lookAgain(running, parts)).filter((one) => !stopped(one.active)).map(({ unit }) => unit);
}

/** Starts what ran before, unless somebody has masked, disabled or removed it since. */
async function startAgain(units: ServiceState, parts: HostParts): Promise<void> {
  const candidates = units.filter(({ unit }) => !isTemplate(unit));
  const facts = await parts.systemctl.show(candidates.map(({ unit }) => unit));
  const toStart = candidates.filter((before, index) => {
    const now = facts[index];
    if (now?.load !== 'loaded' || runs(now.active)) return false;
    return ranBefore(before, now.enabled) && !(isEnabled(before.enabled) && now.enabled === 'disabled');
  });
  if (toStart.length === 0) return;
  const names = toStart.map(({ unit }) => unit);
  const first = await start(names, parts);
  // One that is `failed` has its own trouble; one that is not even that was never reached.
  const untouched = first.still.filter((unit) => !first.failed.has(unit));
  const { still, why } = untouched.length > 0 ? await start(untouched, parts) : first;
  const left = [...new Set([...first.still.filter((unit) => first.failed.has(unit)), ...still])];
  if (left.length > 0) {
    parts.log.error('units that ran before do not start again', { units: left.join(' '), why: why ?? first.why });
  }
}

interface Started {
  /** Units that do not run all the same, those among them that systemd calls failed, and what it said. */
  readonly still: readonly string[];
  readonly failed: ReadonlySet<string>;
  readonly why: string | undefined;
}

async function start(names: readonly string[], { systemctl, startMs }: HostParts): Promise<Started> {
  const asked = await systemctl.start(names, startMs);
  const states = (await systemctl.show(names)).map(({ active }, index) => ({ unit: names[index] ?? '', active }));
  const still = states.filter(({ active }) => !runs(active)).map(({ unit }) => unit);
  const failed = new Set(states.filter(({ active }) => active === 'failed').map(({ unit }) => unit));
  const why = asked === 'timed-out' ? `no end after ${startMs} ms` : asked.stderr.trim().slice(0, 400) || undefined;
  return { still, failed, why };
}

/** What nobody wrote down is taken from what starts it at boot. */
function ranBefore(before: UnitState, enabledNow: string): boolean {
  return before.active === 'unknown' ? isEnabled(enabledNow) : runs(before.active);
}

function isEnabled(enabled: string): boolean {
  return enabled === 'enabled' || enabled === 'enabled-runtime';
}
