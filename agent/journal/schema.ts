/**
 * The journal's tables. One SQLite file (WAL, synchronous FULL): what a committed transaction says has reached the disk.
 *
 * - `operation` and `change`: intents. A change is here whole, with the state before and after, before it is made; an
 *   operation that has not ended when the agent starts is taken back.
 * - `held`: the mitigations in force, with the very document they came from, so that they can be shown, proven and
 *   removed without any feed.
 * - `thing` and `claim`: shared things (services, pools), their state before the first claim, and who claims them.
 * - `status`: what `stopgap status` shows. `source`: the same for feeds. `note`: single values.
 * - `history`: the audit trail; only ever appended to.
 */
export const schema = `
CREATE TABLE operation (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('apply', 'remove', 'repair')),
  mitigation TEXT NOT NULL,
  revision INTEGER NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('intended', 'performed', 'activated', 'finished', 'undoing', 'undone')),
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER
) STRICT;
CREATE TABLE change (
  operation INTEGER NOT NULL REFERENCES operation (id),
  seq INTEGER NOT NULL,
  host TEXT NOT NULL,
  change TEXT NOT NULL,
  PRIMARY KEY (operation, seq)
) STRICT;
CREATE TABLE held (
  mitigation TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  source TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('feed', 'manual')),
  mode TEXT NOT NULL CHECK (mode IN ('enforce', 'observe')),
  document BLOB NOT NULL,
  since INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('protected', 'applied', 'observing')),
  reason TEXT NOT NULL,
  proven INTEGER
) STRICT;
CREATE TABLE thing (
  host TEXT NOT NULL,
  thing TEXT NOT NULL,
  before TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (host, thing)
) STRICT;
CREATE TABLE claim (
  host TEXT NOT NULL,
  thing TEXT NOT NULL,
  mitigation TEXT NOT NULL,
  PRIMARY KEY (host, thing, mitigation),
  FOREIGN KEY (host, thing) REFERENCES thing (host, thing)
) STRICT;
CREATE TABLE status (
  mitigation TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  kinds TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  since INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try INTEGER
) STRICT;
CREATE TABLE source (
  name TEXT PRIMARY KEY,
  version INTEGER,
  signed INTEGER,
  expires INTEGER,
  looked INTEGER NOT NULL,
  step TEXT,
  trouble TEXT,
  trouble_since INTEGER
) STRICT;
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE history (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  event TEXT NOT NULL,
  mitigation TEXT,
  revision INTEGER,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_mitigation ON history (mitigation, id);
`;

/** Raised with every change of the schema; an older file is migrated, a newer one is refused. */
export const schemaVersion = 1;
