// What `stopgap status` needs of it, without the rest of the agent: it must start fast.
export { readRefused, readStaleness } from './look/notes.ts';
export { daysText, staleDays } from './policy/staleness.ts';
