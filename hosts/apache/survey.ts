import path from 'node:path';
import type { HostSurvey, WrittenFolder } from '@stopgap/agent';
import { endpointsOf } from './endpoints.ts';
import { damageTo } from './findings.ts';
import { askForDirectives } from './httpd/ask.ts';
import { type Httpd, testLine } from './httpd/command.ts';
import type { Directive } from './httpd/directives.ts';
import type { ServerFacts } from './httpd/facts.ts';
import { runningParent } from './httpd/processes.ts';
import type { Server } from './httpd/server.ts';
import { listenRisks } from './listen-risks.ts';
import { isTooOld, missingModule, neededModules, oldestVersion } from './modules.ts';
import type { HostParts } from './parts.ts';
import { reloadRisks } from './risks.ts';
import { lookAtStanding } from './standing.ts';
import { threatsIn } from './threats.ts';

type Missing = HostSurvey['missing'][number];

/** Everything about an Apache that is installed. Changes nothing. */
export async function surveyServer(server: Server & { readonly httpd: Httpd }, parts: HostParts): Promise<HostSurvey> {
  const { httpd, facts, mainFile } = server;
  const asked = facts && (await askForDirectives(httpd, facts, parts));
  const directives = asked && 'said' in asked ? asked.said : undefined;
  const parent = facts && runningParent(facts.pidFile, httpd.command, parts.files);
  const hosts = new Set(facts?.virtualHosts.map(({ place }) => place)).size;
  const state = parent === undefined ? 'not running' : `running as process ${parent}`;
  const detail = [
    `Apache ${httpd.version}`,
    mainFile,
    ...(facts ? [`${hosts} virtual ${hosts === 1 ? 'host' : 'hosts'}`] : []),
    state,
  ].join(', ');
  return {
    present: true,
    detail,
    version: httpd.version,
    missing: [
      ...(isTooOld(httpd.version) ? [tooOld(httpd)] : []),
      ...refusal(server, parts),
      ...(facts ? neededModules.filter((name) => !facts.modules.has(name)).map(missingModule) : []),
      ...(asked && 'complaint' in asked ? [unsaid(asked.complaint)] : []),
      ...(facts && directives
        ? [
            ...threatsIn(directives, server.place.needsLine ? undefined : path.dirname(server.place.file)),
            ...(await risksOf(directives, facts, parent, parts)),
          ]
        : []),
    ],
    endpoints: facts && directives && parent !== undefined ? endpointsOf(facts, directives) : [],
    writes: writtenFolders(server),
  };
}

/** A configuration that Apache refuses because somebody damaged our own file is mended by our next change. */
function refusal(server: Server & { readonly httpd: Httpd }, { files }: HostParts): readonly Missing[] {
  const { complaint, httpd, place } = server;
  if (complaint === undefined) return [];
  const standing = lookAtStanding(server, files);
  if (damageTo(standing) !== undefined && complaint.includes(place.file)) return [];
  return [
    {
      what: `Apache refuses its own configuration: ${complaint}`,
      remedy: `correct it until this succeeds: ${testLine(httpd)}`,
    },
  ];
}

function tooOld({ version }: Httpd): Missing {
  return {
    what: `Apache ${version} does not know all directives that rules need`,
    remedy: `install ${oldestVersion.join('.')} or later`,
  };
}

function unsaid(complaint: string): Missing {
  return {
    what: `Apache does not say how it is configured: ${complaint}`,
    remedy: 'install mod_info beside its other modules; it need not be enabled',
  };
}

/** What a reload would end the server for; one that does not run is not reloaded. */
async function risksOf(
  directives: readonly Directive[],
  facts: ServerFacts,
  parent: number | undefined,
  parts: HostParts,
): Promise<readonly Missing[]> {
  const listening = parent === undefined ? [] : await listenRisks(directives, parent, parts);
  return [...reloadRisks(directives, facts, parts.files), ...listening].map((what) => ({
    what: `Apache would not survive a reload: ${what}`,
    remedy: 'correct it; its own test (configtest) does not look at this',
  }));
}

function writtenFolders({ place, mainFile }: Server): readonly WrittenFolder[] {
  const files = [place.file, ...(place.needsLine ? [mainFile] : [])];
  const folders = new Set(files.map((file) => path.dirname(file)));
  return [...folders].map((folder) => ({ folder, why: 'its configuration' }));
}
