import type { Endpoint, HostSurvey } from '@stopgap/agent';
import { type Server, webConfigOf } from './server/server.ts';
import { writesOf } from './writes.ts';

type Missing = HostSurvey['missing'][number];

/** Everything about an IIS whose configuration can be read. Pure. */
export function surveyOf(server: Server, endpoints: readonly Endpoint[], files: string | undefined): HostSurvey {
  const { sites, applicationHost } = server;
  const names = sites.map(({ name }) => `"${name}"`).join(', ') || 'none';
  const still =
    files === undefined
      ? ''
      : `; files only, in ${files}: nothing is running, so nothing can be proven${drivesOf(server)}`;
  const [missing] = missingForRules(server);
  const rules = missing ? `; holds no rules: ${missing.what}` : '';
  return {
    present: true,
    detail: `IIS, ${applicationHost}, sites ${names}${still}${rules}`,
    missing: [],
    endpoints,
    writes: writesOf(server),
  };
}

/** Says where files of several drives are taken from one folder: whoever made it must know that this is so. */
function drivesOf(server: Server): string {
  for (const directory of server.sites.flatMap((site) => site.directories)) webConfigOf(server, directory);
  const letters = [...server.drive.merged].sort();
  return letters.length === 0 ? '' : `; what is on ${letters.join(', ')} is taken from the same folder`;
}

/** What has to be installed before this IIS can hold rules; application pools need nothing of it. */
export function missingForRules({ module, declared, applicationHost }: Server): readonly Missing[] {
  const remedy = 'install the IIS URL Rewrite 2.1 module from https://www.iis.net/downloads/microsoft/url-rewrite';
  if (module === 'absent') {
    return [{ what: `RewriteModule is not among the globalModules of ${applicationHost}`, remedy }];
  }
  if (!declared.has('rules')) {
    return [
      { what: `the sections of URL Rewrite are not declared in ${applicationHost}`, remedy: `repair it: ${remedy}` },
    ];
  }
  if (module === 'off') {
    const what = `RewriteModule is loaded, but not in the modules of ${applicationHost}, so that no rule runs`;
    return [{ what, remedy: 'add it: appcmd add module /name:RewriteModule' }];
  }
  return [];
}

/** An IIS that is not there. */
export function absent(detail: string): HostSurvey {
  const missing = [{ what: detail, remedy: 'install IIS, or take this host out of agent.json' }];
  return { present: false, detail, missing, endpoints: [] };
}

/** An IIS whose configuration cannot be read. */
export function unreadable(message: string): HostSurvey {
  const missing = [{ what: message, remedy: 'correct this; nothing is changed before' }];
  return { present: true, detail: 'IIS is here, but its configuration cannot be used', missing, endpoints: [] };
}
