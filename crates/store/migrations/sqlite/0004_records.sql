-- Companies, deals, appointments, orders and notes. A record's version counts its changes: whoever changes it names the one they saw.
-- Each index is of the rows that have what it is for, which is all of them: so no statement that asks for something else may use it,
-- however small the table was when its plan was made.

CREATE TABLE companies (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  name         TEXT NOT NULL,
  domain       TEXT,
  phone        TEXT,
  version      INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX companies_changed ON companies (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

-- Of a workspace that has none here, the first pipeline is the program's own.
CREATE TABLE pipelines (
  workspace_id BLOB NOT NULL,
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  stages       TEXT NOT NULL,    -- JSON, in their order
  version      INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deals (
  workspace_id   BLOB NOT NULL,
  id             BLOB NOT NULL,
  title          TEXT NOT NULL,
  contact_id     BLOB,
  member_id      BLOB,
  company_id     BLOB,
  owner_id       BLOB,
  pipeline       TEXT NOT NULL,
  stage          TEXT NOT NULL,
  stage_since    INTEGER NOT NULL,
  status         TEXT NOT NULL,
  closed_at      INTEGER,        -- when it was won or lost
  lost_reason    TEXT,
  amount         INTEGER,        -- in the smallest unit of the currency
  currency       TEXT,
  expected_close TEXT,           -- a day: 2026-12-24
  version        INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deals_of_contact ON deals (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX deals_of_company ON deals (workspace_id, company_id, id) WHERE company_id IS NOT NULL;
CREATE INDEX deals_of_stage ON deals (workspace_id, pipeline, stage, id) WHERE stage IS NOT NULL;
CREATE INDEX deals_of_status ON deals (workspace_id, status, id) WHERE status IS NOT NULL;
CREATE INDEX deals_changed ON deals (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

CREATE TABLE appointments (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  contact_id   BLOB NOT NULL,
  member_id    BLOB,
  service      TEXT NOT NULL,
  place        TEXT,
  starts_at    INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL,
  time_zone    TEXT NOT NULL,
  status       TEXT NOT NULL,
  owner_id     BLOB,
  version      INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX appointments_of_contact ON appointments (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX appointments_of_status ON appointments (workspace_id, status, id) WHERE status IS NOT NULL;
CREATE INDEX appointments_of_day ON appointments (workspace_id, starts_at, id) WHERE starts_at IS NOT NULL;
CREATE INDEX appointments_changed ON appointments (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

CREATE TABLE orders (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  number       TEXT NOT NULL,
  contact_id   BLOB,
  member_id    BLOB,
  status       TEXT NOT NULL,
  total        INTEGER,          -- in the smallest unit of the currency
  currency     TEXT,
  items        TEXT NOT NULL,    -- JSON
  placed_at    INTEGER NOT NULL,
  tracking     TEXT,
  version      INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_of_number ON orders (workspace_id, number) WHERE number IS NOT NULL;
CREATE INDEX orders_of_contact ON orders (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX orders_of_status ON orders (workspace_id, status, id) WHERE status IS NOT NULL;
CREATE INDEX orders_changed ON orders (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

CREATE TABLE record_notes (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  noun         TEXT NOT NULL,    -- beside what
  record_id    BLOB NOT NULL,
  member_id    BLOB,
  text         TEXT NOT NULL,
  author       TEXT NOT NULL,
  version      INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notes_of_record ON record_notes (workspace_id, noun, record_id, id) WHERE record_id IS NOT NULL;

-- What became of each record: what stands on a person's timeline, and what has none.
CREATE TABLE record_history (
  workspace_id BLOB NOT NULL,
  noun         TEXT NOT NULL,
  record_id    BLOB NOT NULL,
  id           BLOB NOT NULL,
  member_id    BLOB,
  at           INTEGER NOT NULL,
  actor        TEXT NOT NULL,
  step         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, noun, record_id, id)
) STRICT, WITHOUT ROWID;

-- What is said without being asked, by the state of a record: planned when the record changes, decided when it is due. The key is its
-- name for ever. `look_at` is when it is looked at next, and null once it is decided.
CREATE TABLE follow_ups (
  workspace_id BLOB NOT NULL,
  thing        TEXT NOT NULL,    -- the kind of record
  record_id    BLOB NOT NULL,
  rule         TEXT NOT NULL,
  episode      INTEGER NOT NULL, -- the moment from which it is reckoned
  step         INTEGER NOT NULL,
  contact_id   BLOB,
  due_at       INTEGER NOT NULL,
  look_at      INTEGER,
  expires_at   INTEGER NOT NULL,
  state        TEXT NOT NULL,
  because      TEXT,
  looked       TEXT,             -- what stood in the fields that were looked at, JSON
  send_id      BLOB,
  decided_at   INTEGER,
  PRIMARY KEY (workspace_id, thing, record_id, rule, episode, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_ups_due ON follow_ups (look_at, workspace_id) WHERE look_at IS NOT NULL;
CREATE INDEX follow_ups_of_state ON follow_ups (workspace_id, state, due_at, record_id, rule, step, episode) WHERE state IS NOT NULL;
CREATE INDEX follow_ups_of_contact ON follow_ups (workspace_id, contact_id, due_at, record_id, rule, step, episode)
  WHERE contact_id IS NOT NULL;

-- Up to where what is planned is in line with the version of the workflow that is in force.
CREATE TABLE follow_up_adoptions (
  workspace_id BLOB NOT NULL PRIMARY KEY,
  version      INTEGER NOT NULL,
  place        TEXT NOT NULL,
  planned      INTEGER NOT NULL,
  cancelled    INTEGER NOT NULL,
  done         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The words by which things are found, in plain spelling. Written behind the log of changes, not with what they are of.
CREATE TABLE search_words (
  workspace_id BLOB NOT NULL,
  kind         TEXT NOT NULL,
  word         TEXT NOT NULL,
  id           BLOB NOT NULL,
  PRIMARY KEY (workspace_id, kind, word, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_words_of ON search_words (workspace_id, kind, id, word) WHERE id IS NOT NULL;

-- Up to where the log has become words.
CREATE TABLE search_positions (
  workspace_id BLOB NOT NULL PRIMARY KEY,
  txid         INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  place        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For which company a person works, if that is known.
CREATE TABLE employments (
  workspace_id BLOB NOT NULL,
  contact_id   BLOB NOT NULL,
  company_id   BLOB NOT NULL,
  since        INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX employments_of_company ON employments (workspace_id, company_id, contact_id) WHERE company_id IS NOT NULL;

-- Files of people on their way in: each piece of a file is a row until it is worked off, what became of its rows is a row for each stretch.
CREATE TABLE imports (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  name         TEXT NOT NULL,
  state        TEXT NOT NULL,
  plan         TEXT NOT NULL,    -- how to read it, JSON
  dry          INTEGER NOT NULL, -- 1: looked at, not written
  sha256       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  at_byte      INTEGER NOT NULL, -- up to where it is worked off
  at_line      INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  matched      INTEGER NOT NULL,
  ambiguous    INTEGER NOT NULL,
  refused      INTEGER NOT NULL,
  reason       TEXT,             -- why it failed
  made_by      TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  changed_at   INTEGER NOT NULL,
  node         BLOB,             -- who works it off
  lease_until  INTEGER NOT NULL, -- machine time
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX imports_waiting ON imports (lease_until, id) WHERE state = 'waiting';
CREATE INDEX imports_of_file ON imports (workspace_id, sha256, id);

CREATE TABLE import_pieces (
  workspace_id BLOB NOT NULL,
  import_id    BLOB NOT NULL,
  place        INTEGER NOT NULL,
  bytes        BLOB NOT NULL,
  PRIMARY KEY (workspace_id, import_id, place)
) STRICT;

CREATE TABLE import_rows (
  workspace_id BLOB NOT NULL,
  import_id    BLOB NOT NULL,
  line         INTEGER NOT NULL, -- the first of the stretch
  rows         TEXT NOT NULL,    -- JSON
  PRIMARY KEY (workspace_id, import_id, line)
) STRICT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('companies', 'companies', '100000 100000 1'),
  ('companies', 'companies_changed', '100000 100000 1 1'),
  ('deals', 'deals', '1000000 1000000 1'),
  ('deals', 'deals_of_contact', '1000000 1000000 2 1'),
  ('deals', 'deals_of_company', '1000000 1000000 10 1'),
  ('deals', 'deals_of_stage', '1000000 1000000 1000000 200000 1'),
  ('deals', 'deals_of_status', '1000000 1000000 300000 1'),
  ('deals', 'deals_changed', '1000000 1000000 1 1'),
  ('appointments', 'appointments', '1000000 1000000 1'),
  ('appointments', 'appointments_of_contact', '1000000 1000000 3 1'),
  ('appointments', 'appointments_of_status', '1000000 1000000 200000 1'),
  ('appointments', 'appointments_of_day', '1000000 1000000 2 1'),
  ('appointments', 'appointments_changed', '1000000 1000000 1 1'),
  ('orders', 'orders', '1000000 1000000 1'),
  ('orders', 'orders_of_number', '1000000 1000000 1'),
  ('orders', 'orders_of_contact', '1000000 1000000 3 1'),
  ('orders', 'orders_of_status', '1000000 1000000 200000 1'),
  ('orders', 'orders_changed', '1000000 1000000 1 1'),
  ('record_notes', 'record_notes', '1000000 1000000 1'),
  ('record_notes', 'notes_of_record', '1000000 1000000 300000 3 1'),
  ('record_history', 'record_history', '5000000 5000000 1000000 5 1'),
  ('follow_ups', 'follow_ups', '10000000 10000000 3000000 3 2 2 1'),
  ('follow_ups', 'follow_ups_due', '1000000 2 2 1 1 1 1 1'),
  ('follow_ups', 'follow_ups_of_state', '10000000 10000000 2000000 2 1 1 1 1 1'),
  ('follow_ups', 'follow_ups_of_contact', '10000000 10000000 10 2 1 1 1 1 1'),
  ('employments', 'employments', '1000000 1000000 1'),
  ('employments', 'employments_of_company', '1000000 1000000 10 1'),
  ('search_words', 'search_words', '3000000 3000000 1000000 10 1'),
  ('search_words', 'search_words_of', '3000000 3000000 1000000 3 1'),
  ('imports', 'imports', '1000 200 1'),
  ('imports', 'imports_of_file', '1000 200 2 1'),
  ('imports', 'imports_waiting', '100 20 1'),
  ('import_pieces', 'sqlite_autoindex_import_pieces_1', '10000 2000 50 1'),
  ('import_rows', 'sqlite_autoindex_import_rows_1', '100000 20000 400 1');
ANALYZE sqlite_schema;

-- Two contacts that turned out to be one person. What is theirs names both: whose it is now, and whose it is by itself.
CREATE TABLE merges (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  survivor_id  BLOB NOT NULL,
  merged_id    BLOB NOT NULL,
  at           INTEGER NOT NULL,
  actor        TEXT NOT NULL,
  undone_at    INTEGER,
  undone_by    TEXT,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merges_of_survivor ON merges (workspace_id, survivor_id, id) WHERE survivor_id IS NOT NULL;
CREATE INDEX merges_standing ON merges (workspace_id, survivor_id, id) WHERE undone_at IS NULL;

-- What each of the contacts that are taken for one person has said and was given by themselves. What holds for the person, in `contacts`
-- and `employments`, is reckoned from it.
CREATE TABLE members (
  workspace_id  BLOB NOT NULL,
  survivor_id   BLOB NOT NULL,
  contact_id    BLOB NOT NULL,
  name          TEXT,
  language      TEXT,
  company_id    BLOB,
  company_since INTEGER,
  opted_out_at  INTEGER,
  no_marketing_until INTEGER,
  blocked_at    INTEGER,
  PRIMARY KEY (workspace_id, survivor_id, contact_id)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('merges', 'merges', '10000 10000 1'),
  ('merges', 'merges_of_survivor', '10000 10000 2 1'),
  ('merges', 'merges_standing', '10000 10000 2 1'),
  ('members', 'members', '20000 20000 2 1');
ANALYZE sqlite_schema;

-- Pairs of contacts that may be one person, the smaller id first. One that a person has judged stays, so that it is not found again.
CREATE TABLE duplicates (
  workspace_id BLOB NOT NULL,
  one_id       BLOB NOT NULL,
  other_id     BLOB NOT NULL,
  score        INTEGER NOT NULL, -- 0 to 100
  reasons      TEXT NOT NULL,    -- JSON
  found_at     INTEGER NOT NULL, -- machine time
  judged_at    INTEGER,
  judged_by    TEXT,
  PRIMARY KEY (workspace_id, one_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicates_of_other ON duplicates (workspace_id, other_id) WHERE judged_at IS NULL;
CREATE INDEX duplicates_open ON duplicates (workspace_id, score, one_id, other_id) WHERE judged_at IS NULL;

-- Up to where they were looked for.
CREATE TABLE duplicate_positions (
  workspace_id BLOB NOT NULL PRIMARY KEY,
  txid         INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  place        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('duplicates', 'duplicates', '10000 10000 2 1'),
  ('duplicates', 'duplicates_of_other', '10000 10000 2'),
  ('duplicates', 'duplicates_open', '10000 10000 100 2 1');
ANALYZE sqlite_schema;
