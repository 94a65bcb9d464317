/** The append-only log of a feed: hash-linked entries, signed as documents of the role they tell of. */
export { type Consistency, checkLogs, forkOf, type LoggedRole, type LogHead, replay } from './consistency.ts';
export { beginning, type LogChange, type LogEntry, type LoggedEntry } from './entry.ts';
export { append, isLogName, readLog, type Segments, segmentName, segmentOf } from './segments.ts';
