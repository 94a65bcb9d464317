export { type Clock, systemClock } from './clock.ts';
export { type CommandOptions, type CommandResult, type Commands, systemCommands } from './commands.ts';
export { MachineError, type MachineErrorCode } from './errors.ts';
export {
  type FileOperations,
  type FileState,
  type Files,
  filesOver,
  joinInside,
  systemFiles,
  type WriteOptions,
} from './files.ts';
export { type Folders, systemFolders } from './folders.ts';
export {
  anything,
  type Decoder,
  decodeJson,
  flag,
  listOf,
  mapOf,
  object,
  oneOf,
  optional,
  text,
  whole,
} from './json.ts';
export { type Log, type LogFields, type LogLevel, lineLog, silentLog } from './log.ts';
export { unseen, visible } from './visible.ts';
