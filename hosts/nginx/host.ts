import { type Change, type FileChange, type HeldAction, type Host, HostError, type HostSurvey } from '@stopgap/agent';
import { heldKey, isOurs, moveOf, moveOwnFile, variablePrefix } from '@stopgap/agent/rule-files';
import { MachineError } from '@stopgap/machine';
import { acceptanceOf } from './acceptance.ts';
import { compileOne } from './compile-one.ts';
import type { NginxHostConfig } from './config.ts';
import { isDamaged } from './findings.ts';
import { moveLines } from './lines/move-lines.ts';
import { placeLines } from './lines/placement.ts';
import { refuseForeignPatterns } from './own/foreign-patterns.ts';
import { lookAtOwnFiles, standingKinds } from './own/standing.ts';
import type { HostParts } from './parts.ts';
import { assumedVersion, type Located, locate } from './paths.ts';
import { planHost } from './plan.ts';
import { renderAction } from './render.ts';
import { activate, masterOf } from './running/activate.ts';
import { surveyTree } from './survey.ts';
import { NginxConfigError } from './syntax/errors.ts';
import { readTree } from './syntax/read-tree.ts';

/** An nginx as the agent sees it, with everything through which it reaches the world passed in. */
export function createNginxHost(config: NginxHostConfig, parts: HostParts): Host {
  const name = config.name ?? 'nginx';
  const { sites } = config;
  let known: Located | undefined;
  const look = async () => {
    known = await locate(config, parts);
    return known;
  };
  const compileAlone = (action: HeldAction, version: string | undefined) =>
    compileOne(action, parts.compiler, {
      prefix: variablePrefix([heldKey(action)]),
      nginxVersion: version ?? known?.on.nginxVersion ?? assumedVersion,
      observeLog: known?.on.observeLog ?? config.observeLog ?? '/var/log/nginx/stopgap-observed.log',
    });
  const move = async (change: Change, undoing: boolean) =>
    speaking(async () => moveFile(fileChange(change), undoing, known ?? (await look()), sites));
  return {
    name,
    kind: 'nginx',
    holds: ['urlRewrite'],
    survey: () => survey(config, parts, look),
    accepts: (action, found) => acceptanceOf(found, compileAlone(action, found.version)),
    plan: (wanted) =>
      speaking(async () => {
        const { installation, source, on } = await look();
        if (!installation && wanted.length > 0) throw notInstalled(config);
        return planHost({ host: name, source, sites, compiler: parts.compiler, on }, wanted);
      }),
    perform: (change) => move(change, false),
    undo: (change) => move(change, true),
    activate: () => speaking(async () => activate(await look(), config, parts)),
    render: (action) =>
      renderAction(compileAlone(action, undefined), known?.source.folder ?? config.folder ?? '/etc/nginx/stopgap'),
  };
}

async function survey(config: NginxHostConfig, parts: HostParts, look: () => Promise<Located>): Promise<HostSurvey> {
  try {
    const { installation, source } = await look();
    if (!installation) return absent(config);
    const tree = readTree(source);
    refuseForeignPatterns(tree, source.configFile, source.folder);
    const { sites } = config;
    const standing = lookAtOwnFiles(source.folder, [], source);
    const kinds = standingKinds(standing);
    const damaged = isDamaged(standing, placeLines(tree, { kinds, folder: source.folder, sites }));
    const master = masterOf(installation, tree, parts);
    const { hostname } = parts;
    return await surveyTree({ installation, tree, sites, master, hostname, damaged }, parts.commands);
  } catch (error) {
    if (!(error instanceof NginxConfigError) && !(error instanceof HostError)) throw error;
    const missing = [{ what: error.message, remedy: 'correct this; nothing is changed before' }];
    return { present: true, detail: 'nginx is here, but its configuration cannot be used', missing, endpoints: [] };
  }
}

function absent(config: NginxHostConfig): HostSurvey {
  const { message } = notInstalled(config);
  const missing = [{ what: message, remedy: 'install nginx, or take this host out of agent.json' }];
  return { present: false, detail: message, missing, endpoints: [] };
}

function notInstalled({ binary }: NginxHostConfig): HostError {
  const where = binary === undefined ? 'neither in PATH nor at /usr/sbin/nginx' : `not at ${binary}`;
  return new HostError('unreachable', `nginx is not installed: it is ${where}`);
}

function fileChange(change: Change): FileChange {
  if (change.kind === 'file') return change;
  throw new HostError('configuration-refused', `nginx has no state named ${change.thing}: the change is not its own`);
}

const place = { setting: '"folder" of the nginx host', ownFolder: true };

function moveFile(change: FileChange, undoing: boolean, { source }: Located, sites: readonly string[] | undefined) {
  const move = moveOf(change, undoing);
  if (isOurs(change)) moveOwnFile(move, source.files, source.folders, place);
  else moveLines(move, source, sites);
}

/** Errors of the files and of their syntax, as errors of the host. */
async function speaking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NginxConfigError) throw new HostError('configuration-refused', error.message, error);
    if (error instanceof MachineError && denied(error.cause))
      throw new HostError('access-denied', error.message, error);
    throw error;
  }
}

function denied(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['EACCES', 'EPERM', 'EROFS'].includes(String(cause.code));
}
