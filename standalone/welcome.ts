import path from 'node:path';

export interface Places {
  readonly stateFolder: string;
  readonly checkout: string;
  readonly gatewayPort: number;
  readonly sitePort: number;
  readonly feedUrl: string;
  readonly feedFolder: string;
  /** `STOPGAP_STATE_DIR` as it was set, if it was. */
  readonly ownState: string | undefined;
}

/** What is where, and three lines to paste. */
export function welcome(places: Places): string {
  const gateway = `http://127.0.0.1:${places.gatewayPort}`;
  const stopgap = path.relative(process.cwd(), path.join(places.checkout, 'bin', 'stopgap')) || 'stopgap';
  const state = places.ownState ? ` --state-dir ${quoted(places.stateFolder)}` : '';
  return `
Stopgap protects a sample site on this machine; it says it is an Exchange Server 2019 CU12 without its security update.

  site     http://127.0.0.1:${places.sitePort}  (unprotected, for comparison)
  gateway  ${gateway}  (in front of it, enforcing the rules)
  feed     ${places.feedUrl}  (${places.feedFolder}, made from the catalog, keys of its own)
  state    ${places.stateFolder}  (logs in logs/)

An ordinary request, which passes; the attack of CVE-2022-41040, whose connection is closed; and what is in force:

  curl -i ${gateway}/owa/
  curl -i '${gateway}/autodiscover/autodiscover.json?a=@example.com/powershell'
  ${stopgap} status${state}

Ctrl-C stops everything.

`;
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
