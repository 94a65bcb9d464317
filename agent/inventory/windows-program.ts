import process from 'node:process';

/**
 * A program of Windows by its whole path: by its name alone, Windows would first look in the folder in which somebody happens to
 * have started the agent. On other systems, where only tests have such programs, by its name.
 */
export function windowsProgram(inSystem32: string, platform: string = process.platform): string {
  if (platform !== 'win32') return inSystem32.replace(/^.*\\/, '');
  return `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\${inSystem32}`;
}

/** One word for PowerShell: in single quotes it takes everything literally but the quotes themselves, of which it knows several. */
export function inPowerShell(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}
