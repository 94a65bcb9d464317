/** A Windows path in parts: a drive's letter, lower case, and the names below it. */
export interface WindowsPath {
  readonly drive: string;
  readonly names: readonly string[];
}

/** Why a path leads nowhere that we can follow. */
export interface PathProblem {
  readonly problem: string;
}

/** `%NAME%` replaced by its value, names compared without regard to case. */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string | PathProblem {
  let unknown: string | undefined;
  const expanded = text.replace(/%([^%]+)%/g, (whole, name: string) => {
    const value = variables.get(name.toLowerCase());
    if (value === undefined) unknown ??= name;
    return value ?? whole;
  });
  if (unknown === undefined) return expanded;
  return { problem: `the variable %${unknown}% in ${text} is not known; name it under "variables" of the iis host` };
}

/** Reads an absolute path on a drive; `.` and `..` are resolved and cannot leave the drive. */
export function parseWindowsPath(text: string): WindowsPath | PathProblem {
  const plain = text.trim().replace(/^\\\\\?\\(?=[A-Za-z]:)/, '');
  if (/^[\\/]{2}/.test(plain))
    return {
      problem: `${text} is on a share, where Stopgap changes nothing; keep these files on a drive of the server, or put the rule in there by hand`,
    };
  const match = /^([A-Za-z]):(?:[\\/]+(.*))?$/s.exec(plain);
  if (!match) return { problem: `${text} is not an absolute path` };
  const names: string[] = [];
  for (const name of (match[2] ?? '').split(/[\\/]+/)) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return { drive: (match[1] ?? '').toLowerCase(), names };
}

/** The variables that a Windows has, for a system drive of this letter. Keys are lower case. */
export function usualVariables(drive: string): ReadonlyMap<string, string> {
  return new Map([
    ['systemdrive', `${drive}:`],
    ['systemroot', `${drive}:\\Windows`],
    ['windir', `${drive}:\\Windows`],
    ['programfiles', `${drive}:\\Program Files`],
    ['programw6432', `${drive}:\\Program Files`],
    ['programfiles(x86)', `${drive}:\\Program Files (x86)`],
    ['commonprogramfiles', `${drive}:\\Program Files\\Common Files`],
    ['programdata', `${drive}:\\ProgramData`],
    ['allusersprofile', `${drive}:\\ProgramData`],
    ['public', `${drive}:\\Users\\Public`],
    ['exchangeinstallpath', `${drive}:\\Program Files\\Microsoft\\Exchange Server\\V15\\`],
  ]);
}
