import { refuseUnsafeFile } from '@stopgap/agent';
import { systemFiles } from '@stopgap/machine';
import { CliError } from '../exit.ts';
import { imageHelp, imageOptions } from '../server.ts';
import { asking } from './asking.ts';

export const command = asking({
  name: 'apply',
  summary: 'apply mitigations once, by hand, from the feed or from files',
  usage: 'apply ID… | --all | (--file FILE)… [--root DIR [--product P=B]…] [--json] [--state-dir DIR]',
  about: `Applies mitigations now, whatever the mode and with automatic mitigation switched off too; blocked ones, and those that do not
apply to this server or whose fix is in, are refused with the reason. Needs no service, and with --file no feed.`,
  options: { ...imageOptions, all: { type: 'boolean' }, file: { type: 'string', multiple: true } },
  optionHelp: [
    ...imageHelp,
    '--all            all that the feeds offer and that apply here',
    '--file FILE      a mitigation document from a file you trust; may be given several times',
  ],
  positionals: ['ID…'],
  request: ({ values, positionals }, actor) => {
    const files = Array.isArray(values.file) ? values.file.map(String) : [];
    const documents = files.map(readDocument);
    const ids = values.all === true ? ('all' as const) : positionals;
    if (ids !== 'all' && ids.length === 0 && documents.length === 0) {
      throw new CliError('say what to apply: an ID, --all or --file FILE; see: stopgap apply --help');
    }
    return { ask: 'apply', actor, ids, documents };
  },
});

function readDocument(file: string) {
  const found = systemFiles.read(file, 1024 * 1024);
  if (!found) throw new CliError(`${file}: there is no such file`);
  refuseUnsafeFile(file, found, behindSudo());
  return { file, text: found.bytes.toString('utf8') };
}

/** The person behind sudo has become root already. */
function behindSudo(): readonly number[] {
  const uid = Number(process.env.SUDO_UID ?? '');
  return Number.isInteger(uid) && uid > 0 ? [uid] : [];
}
