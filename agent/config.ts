import path from 'node:path';
import {
  anything,
  type Decoder,
  decodeJson,
  type Files,
  listOf,
  MachineError,
  object,
  optional,
  text,
  whole,
} from '@stopgap/machine';
import type { HealthCheck } from './apply/health.ts';
import { AgentError } from './errors.ts';
import { decodeNotify, type NotifyTarget } from './notify/config.ts';
import { statePaths } from './paths.ts';
import { refuseUnsafeFile, refuseUnsafeFolder } from './safe-file.ts';

/**
 * The agent's configuration file, `agent.json`. Feeds, hosts and products are passed on undecoded to the rooms that know
 * them; each refuses unknown keys.
 */
export interface AgentConfig {
  readonly feeds: readonly unknown[];
  readonly hosts: readonly unknown[];
  readonly products: readonly unknown[];
  readonly policy: { readonly organisation: string; readonly server: string };
  /** Minutes between looks; the agent adds jitter of a tenth either way. */
  readonly everyMinutes: number;
  readonly health: readonly HealthCheck[];
  /** Whom to tell when something changes. */
  readonly notify: readonly NotifyTarget[];
}

const commandLine: Decoder<readonly string[]> = (value, place) => {
  const words = listOf(text(), 64)(value, place);
  if (words.length > 0) return words;
  throw new MachineError('invalid-json', `${place}: expected a program and its arguments`);
};

/** One that cannot be asked would have every mitigation taken back. */
const webAddress: Decoder<string> = (value, place) => {
  const url = text(2000)(value, place);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new MachineError('invalid-json', `${place}: expected a web address such as http://127.0.0.1/`);
};

const health: Decoder<HealthCheck> = (value, place) =>
  typeof value === 'object' && value !== null && 'command' in value
    ? object({ command: commandLine })(value, place)
    : object({ url: webAddress })(value, place);

const decoder = object({
  feeds: optional(listOf(anything, 32), []),
  hosts: listOf(anything, 32),
  products: optional(listOf(anything, 64), []),
  policy: optional(object({ organisation: optional(text()), server: optional(text()) }), {
    organisation: undefined,
    server: undefined,
  }),
  everyMinutes: optional(whole(1, 24 * 60), 60),
  health: optional(listOf(health, 32), []),
  notify: optional(decodeNotify, []),
});

/** Reads `agent.json` of a state folder. Throws `not-enrolled` where there is none, `untrusted-file` where others may write it, `invalid-json` naming the place. */
export function readAgentConfig(files: Files, stateFolder: string): AgentConfig {
  const paths = statePaths(stateFolder);
  const found = files.read(paths.config, 1024 * 1024);
  if (!found) {
    throw new AgentError(
      'not-enrolled',
      `${paths.config} does not exist: this server is not set up; see "stopgap agent --help" or name another folder with --state-dir`,
    );
  }
  refuseUnsafeFile(paths.config, found);
  refuseUnsafeFolder(stateFolder);
  return parseAgentConfig(found.bytes.toString('utf8'), stateFolder);
}

/** The configuration in a text, as if it stood in `agent.json` of this state folder. Throws `invalid-json` naming the place. */
export function parseAgentConfig(text: string, stateFolder: string): AgentConfig {
  const paths = statePaths(stateFolder);
  const config = decodeJson(text, paths.config, decoder);
  const resolve = (file: string | undefined, fallback: string) =>
    file === undefined ? fallback : path.resolve(stateFolder, file);
  return {
    ...config,
    notify: config.notify.map((target) => inFolder(target, stateFolder)),
    policy: {
      organisation: resolve(config.policy.organisation, paths.organisationPolicy),
      server: resolve(config.policy.server, paths.serverPolicy),
    },
  };
}

/** Files of a target are relative to the state folder, as all files in there are. */
function inFolder(target: NotifyTarget, stateFolder: string): NotifyTarget {
  if (target.kind !== 'webhook') return target;
  const near = (file: string | undefined) => (file === undefined ? undefined : path.resolve(stateFolder, file));
  return { ...target, tokenFile: near(target.tokenFile), caFile: near(target.caFile) };
}
