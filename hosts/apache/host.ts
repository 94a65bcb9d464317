import { type Change, type FileChange, type HeldAction, type Host, HostError, type HostSurvey } from '@stopgap/agent';
import { isOurs, moveOf, moveOwnFile } from '@stopgap/agent/rule-files';
import { MachineError } from '@stopgap/machine';
import { acceptanceOf } from './acceptance.ts';
import { compileOne } from './compile-one.ts';
import type { ApacheHostConfig } from './config.ts';
import { activate } from './httpd/activate.ts';
import { findServer, type Server } from './httpd/server.ts';
import { moveLine } from './lines/move-line.ts';
import type { HostParts } from './parts.ts';
import { planHost } from './plan.ts';
import { renderAction } from './render.ts';
import { surveyServer } from './survey.ts';

/** An Apache httpd as the agent sees it, with everything through which it reaches the world passed in. */
export function createApacheHost(config: ApacheHostConfig, parts: HostParts): Host {
  const name = config.name ?? 'apache';
  const { files, folders } = parts;
  let known: Server | undefined;
  const look = async () => {
    known = await findServer(config, parts);
    return known;
  };
  const compileAlone = (action: HeldAction) => compileOne(action, known?.observeLog ?? config.observeLog ?? usualLog);
  const move = (change: Change, undoing: boolean) => speaking(async () => moveFile(fileChange(change), undoing, parts));
  return {
    name,
    kind: 'apache',
    holds: ['urlRewrite'],
    survey: () => survey(config, parts, look),
    accepts: (action, found) => acceptanceOf(found, compileAlone(action), known?.facts?.modules),
    plan: (wanted) =>
      speaking(async () => {
        const server = await look();
        if (!server.httpd && wanted.length > 0) throw notInstalled(config);
        return planHost({ host: name, server, files, folders }, wanted);
      }),
    perform: (change) => move(change, false),
    undo: (change) => move(change, true),
    activate: () => speaking(async () => activate(await look(), config, parts)),
    render: (action) =>
      renderAction(
        compileAlone(action),
        known?.place ?? { file: config.file ?? usualFile, needsLine: false, elsewhere: [] },
        known?.mainFile ?? '/etc/apache2/apache2.conf',
      ),
  };
}

/** Debian's, for whoever asks before anything was looked at. */
const usualFile = '/etc/apache2/conf-enabled/zz-stopgap.conf';
const usualLog = '/var/log/apache2/stopgap-observed.log';

async function survey(config: ApacheHostConfig, parts: HostParts, look: () => Promise<Server>): Promise<HostSurvey> {
  try {
    const server = await look();
    const { httpd } = server;
    return httpd ? await surveyServer({ ...server, httpd }, parts) : absent(config);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const missing = [{ what: error.message, remedy: 'correct this; nothing is changed before' }];
    return { present: true, detail: 'Apache is here, but cannot be asked', missing, endpoints: [] };
  }
}

function absent(config: ApacheHostConfig): HostSurvey {
  const { message } = notInstalled(config);
  const missing = [{ what: message, remedy: 'install Apache httpd, or take this host out of agent.json' }];
  return { present: false, detail: message, missing, endpoints: [] };
}

function notInstalled({ command }: ApacheHostConfig): HostError {
  const where =
    command === undefined
      ? 'there is no apache2ctl, httpd or apachectl in PATH or /usr/sbin'
      : `${command} is no httpd`;
  return new HostError('unreachable', `Apache httpd is not installed: ${where}`);
}

function fileChange(change: Change): FileChange {
  if (change.kind === 'file') return change;
  throw new HostError('configuration-refused', `Apache has no state named ${change.thing}: the change is not its own`);
}

const place = { setting: '"file" of the apache host', ownFolder: false };

function moveFile(change: FileChange, undoing: boolean, { files, folders }: HostParts): void {
  const move = moveOf(change, undoing);
  if (isOurs(change)) moveOwnFile(move, files, folders, place);
  else moveLine(move, files, folders);
}

/** Errors of the files, as errors of the host. */
async function speaking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MachineError && denied(error.cause))
      throw new HostError('access-denied', error.message, error);
    throw error;
  }
}

function denied(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['EACCES', 'EPERM', 'EROFS'].includes(String(cause.code));
}
