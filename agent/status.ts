// All that `stopgap status` needs of the agent, and nothing else: it must start fast.
export { Journal } from './journal/journal.ts';
export { readRefused, readStaleness } from './look/notes.ts';
export { readServerNote, type ServerNote } from './look/server-note.ts';
export { statePaths } from './paths.ts';
export { daysText, staleDays } from './policy/staleness.ts';
