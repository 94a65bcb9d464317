import path from 'node:path';
import {
  type Acceptance,
  type Change,
  type FileChange,
  type FileContent,
  type HeldAction,
  type Host,
  HostError,
  type HostPlan,
  type HostSurvey,
  type RenderedPart,
} from '@stopgap/agent';
import { levelOf } from '@stopgap/agent/rule-files';
import {
  type GatewayConfig,
  GatewayError,
  ownRulesOf,
  parseEditedRulesFile,
  parseRulesFile,
  readGatewayConfig,
  refusalOf,
} from '@stopgap/gateway/contract';
import { type Clock, type Commands, type Files, type Log, MachineError } from '@stopgap/machine';
import type { GatewayHostConfig } from './config.ts';
import { bytesOf, contentOf, recorded, sameContent, withoutChange } from './content.ts';
import { entryOf, rewriteOf, scopedOf } from './entries.ts';
import { putInForce, statusOf } from './gateway-control.ts';
import { type FoundRules, findingFor } from './presence.ts';
import { surveyOf } from './survey.ts';

/** The world a host works in. */
export interface HostWorld {
  readonly files: Files;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/** The host kind `gateway`: holds `urlRewrite` actions in a gateway's rules file and has the gateway load it. */
export function gatewayHost(hostConfig: GatewayHostConfig, { files, log }: HostWorld): Host {
  const name = hostConfig.name ?? 'gateway';
  const config = () => readConfig(hostConfig.configFile, files);
  return {
    name,
    kind: 'gateway',
    holds: ['urlRewrite'],
    survey: () => survey(hostConfig, files),
    accepts,
    plan: async (wanted) => {
      // Where there is no gateway any more, nothing of ours is in force.
      if (wanted.length === 0 && !files.read(hostConfig.configFile)) return { findings: [], changes: [] };
      return plan(name, wanted, config(), files);
    },
    perform: async (change) => allowed(() => perform(fileChange(change), files)),
    undo: async (change) => allowed(() => undo(fileChange(change), files, log)),
    activate: () => putInForce(config(), files),
    render: (held) => render(held, hostConfig, files),
  };
}

async function survey(hostConfig: GatewayHostConfig, files: Files): Promise<HostSurvey> {
  try {
    const config = readGatewayConfig(hostConfig.configFile, files);
    const writes = [{ folder: path.dirname(config.rulesFile), why: 'the rules file of the gateway' }];
    return { ...surveyOf(config, await statusOf(config), hostConfig.hostHeader), writes };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { present: false, detail: error.message, missing: [], endpoints: [] };
  }
}

function accepts(held: HeldAction, survey: HostSurvey): Acceptance {
  if (!survey.present) return { accepted: false, state: 'not-applicable', reason: survey.detail };
  const { action } = held;
  if (action.kind === 'none') return { accepted: true, notes: [] };
  if (action.kind !== 'urlRewrite') {
    const what = action.kind === 'service' ? `the service ${action.name}` : `the application pool ${action.name}`;
    return { accepted: false, state: 'unsupported', reason: `a gateway has no way to stop ${what}` };
  }
  const refusal = refusalOf(scopedOf(held, action));
  if (refusal !== undefined)
    return { accepted: false, state: 'unsupported', reason: `a gateway cannot enforce this: ${refusal}` };
  const { scope } = action;
  if (scope.level === 'server') return { accepted: true, notes: [] };
  return { accepted: true, notes: [`the site "${scope.site}" is what stands behind this gateway`] };
}

function plan(host: string, wanted: readonly HeldAction[], config: GatewayConfig, files: Files): HostPlan {
  const state = files.read(config.rulesFile);
  const own = refusedAsHost(() => ownRulesOf(config, files));
  const found = readFound(state?.bytes, config.rulesFile);
  const findings = wanted.map((held) => findingFor(held, found, own));
  const entries = wanted.flatMap((held, n) => {
    const action = rewriteOf(held);
    const presence = findings[n]?.presence;
    return action && presence !== 'adopted' && presence !== 'conflict' ? [entryOf(held, action)] : [];
  });
  const before = recorded(state);
  const after = contentOf(entries, before);
  if (sameContent(before, after)) return { findings, changes: [] };
  const summary = after
    ? `rules file with ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`
    : 'no rules file';
  return { findings, changes: [{ kind: 'file', host, path: config.rulesFile, before, after, summary }] };
}

function readFound(bytes: Uint8Array | undefined, name: string): FoundRules {
  if (!bytes) return { entries: [], damage: undefined };
  try {
    return { entries: parseRulesFile(bytes, name).entries, damage: undefined };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { entries: editedEntries(bytes, name), damage: error.message };
  }
}

function editedEntries(bytes: Uint8Array, name: string): FoundRules['entries'] {
  try {
    return parseEditedRulesFile(bytes, name);
  } catch {
    return [];
  }
}

function perform(change: FileChange, files: Files): void {
  const now = recorded(files.read(change.path));
  if (sameContent(now, change.after)) return;
  if (!sameContent(now, change.before)) {
    throw changedMeanwhile(change.path);
  }
  if (!putUnlessChanged(change.path, now, change.after, files)) throw changedMeanwhile(change.path);
}

/** How often a file that somebody keeps changing is tried. */
const attempts = 3;

function undo(change: FileChange, files: Files, log: Log): void {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const now = recorded(files.read(change.path));
    if (sameContent(now, change.before)) return;
    const ours = sameContent(now, change.after);
    if (!ours)
      log.warn('the rules file was changed by somebody else; only our part is taken back', { file: change.path });
    const next = ours ? change.before : withoutChange(now, change.before, change.after);
    if (putUnlessChanged(change.path, now, next, files)) return;
  }
  throw changedMeanwhile(change.path);
}

/** Compares just before it replaces. `false`: somebody saved meanwhile, and theirs stays. */
function putUnlessChanged(file: string, now: FileContent | null, content: FileContent | null, files: Files): boolean {
  if (content === null) {
    files.remove(file);
    return true;
  }
  try {
    files.write(file, bytesOf(content), { mode: content.mode, ...(now && { expected: bytesOf(now) }) });
    return true;
  } catch (error) {
    if (error instanceof MachineError && error.code === 'file-changed') return false;
    throw error;
  }
}

function changedMeanwhile(file: string): HostError {
  return new HostError('changed-meanwhile', `${file} was changed after it was looked at; look again`);
}

function render(held: HeldAction, hostConfig: GatewayHostConfig, files: Files): readonly RenderedPart[] {
  const action = rewriteOf(held);
  if (!action) return [];
  const { rulesFile } = readConfig(hostConfig.configFile, files);
  const where = `${rulesFile}, entry ${held.mitigation} action ${held.index}, level ${levelOf(action)}, ${held.mode}`;
  return [{ where, text: action.source }];
}

function fileChange(change: Change): FileChange {
  if (change.kind === 'file') return change;
  throw new HostError('configuration-refused', `a gateway has no ${change.thing}; this change belongs to another host`);
}

/** What the agent may not write, as an error of the host. */
function allowed(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof MachineError) || !isDenied(error.cause)) throw error;
    throw new HostError('access-denied', error.message, error);
  }
}

function isDenied(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['EACCES', 'EPERM', 'EROFS'].includes(String(cause.code));
}

function readConfig(file: string, files: Files): GatewayConfig {
  return refusedAsHost(() => readGatewayConfig(file, files));
}

function refusedAsHost<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new HostError('configuration-refused', error.message, error);
  }
}
