// Changes the rules of a configuration until it is killed.
//
//   node change-forever.ts SERVER-ROOT RUN-FOLDER PLAN-FILE
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { changeForever } from '../../../tests/rule-hosts/change-forever.ts';
import { apacheHost } from '../index.ts';
import { configIn } from './real-apache.ts';

const [root = '', run = '', planFile = ''] = process.argv.slice(2);
const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
await changeForever(apacheHost(configIn(root, run), machine), planFile);
