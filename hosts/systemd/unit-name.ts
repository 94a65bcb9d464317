/** Kinds of unit that can be stopped and kept stopped without taking more of the machine along. */
const kinds = ['service', 'socket', 'timer', 'path'] as const;

/** systemd.unit(5): letters, digits and `:-_.\@`, at most 255 characters with the suffix. Never begins like an option. */
const valid = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/;

/** The machine, or this agent's way to steer it, does not run without these. */
const essential: ReadonlySet<string> = new Set([
  'dbus.service',
  'dbus.socket',
  'dbus-broker.service',
  'systemd-journald.service',
  'systemd-journald.socket',
  'systemd-logind.service',
  'systemd-udevd.service',
]);

/** The unit that a `<service name>` means (`cups` is `cups.service`), or why it can mean none. Pure. */
export function unitOf(name: string): { readonly unit: string } | { readonly problem: string } {
  const unit = kinds.some((kind) => name.endsWith(`.${kind}`)) ? name : `${name}.service`;
  const other = /\.(target|mount|automount|swap|slice|scope|device)$/.exec(name)?.[1];
  if (other) return { problem: `${name} is a ${other}; only a ${kinds.join(', ')} can be held` };
  if (!valid.test(unit)) return { problem: `no systemd unit can be called ${JSON.stringify(unit)}` };
  if (isEssential(unit)) return { problem: `this machine does not run without ${unit}` };
  return { unit };
}

/** Whether the machine does not run, or cannot be steered, without this unit. */
export function isEssential(unit: string): boolean {
  return essential.has(unit);
}

/** `web@.service` is a template: it never runs itself, its instances do. */
export function isTemplate(unit: string): boolean {
  return /@\.[a-z]+$/.test(unit);
}

/** The template of an instance, `web@.service` of `web@1.service`; `undefined` for all other units. */
export function templateOf(unit: string): string | undefined {
  const found = /^([^@]+@).+(\.[a-z]+)$/.exec(unit);
  return found && !isTemplate(unit) ? `${found[1]}${found[2]}` : undefined;
}

/** A pattern of systemctl's for all instances of a template; `*` is in no unit's name, the rest are plain characters. */
export function instancesOf(template: string): string {
  return template.replaceAll('\\', '\\\\').replace('@.', '@*.');
}
