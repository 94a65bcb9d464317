// Changes the rules of a configuration until it is killed.
//
//   node change-forever.ts CONFIG-FILE GLOBAL-DIRECTIVES PLAN-FILE
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { changeForever } from '../../../tests/rule-hosts/change-forever.ts';
import { nginxHost } from '../index.ts';

const [configFile = '', globalDirectives = '', planFile = ''] = process.argv.slice(2);
const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
await changeForever(nginxHost({ kind: 'nginx', configFile, globalDirectives }, machine), planFile);
