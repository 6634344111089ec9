-- Companies, deals, appointments, orders and notes. A record's version counts its changes: whoever changes it names the one they saw.
-- Each index is of the rows that have what it is for, which is all of them: so no statement that asks for something else may use it,
-- however small the table was when its plan was made.

CREATE TABLE companies (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  name         TEXT NOT NULL,
  domain       TEXT,
  phone        TEXT,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX companies_changed ON companies (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

-- Of a workspace that has none here, the first pipeline is the program's own.
CREATE TABLE pipelines (
  workspace_id UUID NOT NULL,
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  stages       TEXT NOT NULL,    -- JSON, in their order
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE deals (
  workspace_id   UUID NOT NULL,
  id             UUID NOT NULL,
  title          TEXT NOT NULL,
  contact_id     UUID,
  member_id      UUID,
  company_id     UUID,
  owner_id       UUID,
  pipeline       TEXT NOT NULL,
  stage          TEXT NOT NULL,
  stage_since    BIGINT NOT NULL,
  status         TEXT NOT NULL,
  closed_at      BIGINT,        -- when it was won or lost
  lost_reason    TEXT,
  amount         BIGINT,        -- in the smallest unit of the currency
  currency       TEXT,
  expected_close TEXT,           -- a day: 2026-12-24
  version        BIGINT NOT NULL,
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX deals_of_contact ON deals (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX deals_of_company ON deals (workspace_id, company_id, id) WHERE company_id IS NOT NULL;
CREATE INDEX deals_of_stage ON deals (workspace_id, pipeline, stage, id) WHERE stage IS NOT NULL;
CREATE INDEX deals_of_status ON deals (workspace_id, status, id) WHERE status IS NOT NULL;
CREATE INDEX deals_changed ON deals (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

CREATE TABLE appointments (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  contact_id   UUID NOT NULL,
  member_id    UUID,
  service      TEXT NOT NULL,
  place        TEXT,
  starts_at    BIGINT NOT NULL,
  ends_at      BIGINT NOT NULL,
  time_zone    TEXT NOT NULL,
  status       TEXT NOT NULL,
  owner_id     UUID,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX appointments_of_contact ON appointments (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX appointments_of_status ON appointments (workspace_id, status, id) WHERE status IS NOT NULL;
CREATE INDEX appointments_of_day ON appointments (workspace_id, starts_at, id) WHERE starts_at IS NOT NULL;
CREATE INDEX appointments_changed ON appointments (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

CREATE TABLE orders (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  number       TEXT NOT NULL,
  contact_id   UUID,
  member_id    UUID,
  status       TEXT NOT NULL,
  total        BIGINT,          -- in the smallest unit of the currency
  currency     TEXT,
  items        TEXT NOT NULL,    -- JSON
  placed_at    BIGINT NOT NULL,
  tracking     TEXT,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX orders_of_number ON orders (workspace_id, number) WHERE number IS NOT NULL;
CREATE INDEX orders_of_contact ON orders (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX orders_of_status ON orders (workspace_id, status, id) WHERE status IS NOT NULL;
CREATE INDEX orders_changed ON orders (workspace_id, updated_at, id) WHERE updated_at IS NOT NULL;

CREATE TABLE record_notes (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  noun         TEXT NOT NULL,    -- beside what
  record_id    UUID NOT NULL,
  member_id    UUID,
  text         TEXT NOT NULL,
  author       TEXT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notes_of_record ON record_notes (workspace_id, noun, record_id, id) WHERE record_id IS NOT NULL;

-- What became of each record: what stands on a person's timeline, and what has none.
CREATE TABLE record_history (
  workspace_id UUID NOT NULL,
  noun         TEXT NOT NULL,
  record_id    UUID NOT NULL,
  id           UUID NOT NULL,
  member_id    UUID,
  at           BIGINT NOT NULL,
  actor        TEXT NOT NULL,
  step         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, noun, record_id, id)
);

-- What is said without being asked, by the state of a record: planned when the record changes, decided when it is due. The key is its
-- name for ever. `look_at` is when it is looked at next, and null once it is decided.
CREATE TABLE follow_ups (
  workspace_id UUID NOT NULL,
  thing        TEXT NOT NULL,    -- the kind of record
  record_id    UUID NOT NULL,
  rule         TEXT NOT NULL,
  episode      BIGINT NOT NULL, -- the moment from which it is reckoned
  step         BIGINT NOT NULL,
  contact_id   UUID,
  due_at       BIGINT NOT NULL,
  look_at      BIGINT,
  expires_at   BIGINT NOT NULL,
  state        TEXT NOT NULL,
  because      TEXT,
  looked       TEXT,             -- what stood in the fields that were looked at, JSON
  send_id      UUID,
  decided_at   BIGINT,
  PRIMARY KEY (workspace_id, thing, record_id, rule, episode, step)
);
CREATE INDEX follow_ups_due ON follow_ups (look_at, workspace_id) WHERE look_at IS NOT NULL;
CREATE INDEX follow_ups_of_state ON follow_ups (workspace_id, state, due_at, record_id, rule, step, episode) WHERE state IS NOT NULL;
CREATE INDEX follow_ups_of_contact ON follow_ups (workspace_id, contact_id, due_at, record_id, rule, step, episode)
  WHERE contact_id IS NOT NULL;

-- Up to where what is planned is in line with the version of the workflow that is in force.
CREATE TABLE follow_up_adoptions (
  workspace_id UUID NOT NULL PRIMARY KEY,
  version      BIGINT NOT NULL,
  place        TEXT NOT NULL,
  planned      BIGINT NOT NULL,
  cancelled    BIGINT NOT NULL,
  done         BIGINT NOT NULL
);

-- The words by which things are found, in plain spelling. Written behind the log of changes, not with what they are of.
CREATE TABLE search_words (
  workspace_id UUID NOT NULL,
  kind         TEXT NOT NULL,
  word         TEXT COLLATE "C" NOT NULL,
  id           UUID NOT NULL,
  PRIMARY KEY (workspace_id, kind, word, id)
);
CREATE INDEX search_words_of ON search_words (workspace_id, kind, id, word) WHERE id IS NOT NULL;

-- Up to where the log has become words.
CREATE TABLE search_positions (
  workspace_id UUID NOT NULL PRIMARY KEY,
  txid         BIGINT NOT NULL,
  seq          BIGINT NOT NULL,
  place        BIGINT NOT NULL
);

-- Files of people on their way in: each piece of a file is a row until it is worked off, what became of its rows is a row for each stretch.
CREATE TABLE imports (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  name         TEXT NOT NULL,
  state        TEXT NOT NULL,
  plan         TEXT NOT NULL,    -- how to read it, JSON
  dry          BIGINT NOT NULL, -- 1: looked at, not written
  sha256       TEXT NOT NULL,
  size         BIGINT NOT NULL,
  at_byte      BIGINT NOT NULL, -- up to where it is worked off
  at_line      BIGINT NOT NULL,
  created      BIGINT NOT NULL,
  matched      BIGINT NOT NULL,
  ambiguous    BIGINT NOT NULL,
  refused      BIGINT NOT NULL,
  reason       TEXT,             -- why it failed
  made_by      TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  changed_at   BIGINT NOT NULL,
  node         UUID,             -- who works it off
  lease_until  BIGINT NOT NULL, -- machine time
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX imports_waiting ON imports (lease_until, id) WHERE state = 'waiting';
CREATE INDEX imports_of_file ON imports (workspace_id, sha256, id);

CREATE TABLE import_pieces (
  workspace_id UUID NOT NULL,
  import_id    UUID NOT NULL,
  place        BIGINT NOT NULL,
  bytes        BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, import_id, place)
);

CREATE TABLE import_rows (
  workspace_id UUID NOT NULL,
  import_id    UUID NOT NULL,
  line         BIGINT NOT NULL, -- the first of the stretch
  rows         TEXT NOT NULL,    -- JSON
  PRIMARY KEY (workspace_id, import_id, line)
);

-- Two contacts that turned out to be one person. What is theirs names both: whose it is now, and whose it is by itself.
CREATE TABLE merges (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  survivor_id  UUID NOT NULL,
  merged_id    UUID NOT NULL,
  at           BIGINT NOT NULL,
  actor        TEXT NOT NULL,
  undone_at    BIGINT,
  undone_by    TEXT,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX merges_of_survivor ON merges (workspace_id, survivor_id, id) WHERE survivor_id IS NOT NULL;
CREATE INDEX merges_standing ON merges (workspace_id, survivor_id, id) WHERE undone_at IS NULL;

-- What each of the contacts that are taken for one person has said and was given by themselves. What holds for the person, in `contacts`
-- and `employments`, is reckoned from it.
CREATE TABLE members (
  workspace_id  UUID NOT NULL,
  survivor_id   UUID NOT NULL,
  contact_id    UUID NOT NULL,
  name          TEXT,
  language      TEXT,
  company_id    UUID,
  company_since BIGINT,
  opted_out_at  BIGINT,
  no_marketing_until BIGINT,
  blocked_at    BIGINT,
  PRIMARY KEY (workspace_id, survivor_id, contact_id)
);

-- For which company a person works, if that is known.
CREATE TABLE employments (
  workspace_id UUID NOT NULL,
  contact_id   UUID NOT NULL,
  company_id   UUID NOT NULL,
  since        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, contact_id)
);
CREATE INDEX employments_of_company ON employments (workspace_id, company_id, contact_id) WHERE company_id IS NOT NULL;

-- Pairs of contacts that may be one person, the smaller id first. One that a person has judged stays, so that it is not found again.
CREATE TABLE duplicates (
  workspace_id UUID NOT NULL,
  one_id       UUID NOT NULL,
  other_id     UUID NOT NULL,
  score        BIGINT NOT NULL, -- 0 to 100
  reasons      TEXT NOT NULL,    -- JSON
  found_at     BIGINT NOT NULL, -- machine time
  judged_at    BIGINT,
  judged_by    TEXT,
  PRIMARY KEY (workspace_id, one_id, other_id)
);
CREATE INDEX duplicates_of_other ON duplicates (workspace_id, other_id) WHERE judged_at IS NULL;
CREATE INDEX duplicates_open ON duplicates (workspace_id, score, one_id, other_id) WHERE judged_at IS NULL;

-- Up to where they were looked for.
CREATE TABLE duplicate_positions (
  workspace_id UUID NOT NULL PRIMARY KEY,
  txid         BIGINT NOT NULL,
  seq          BIGINT NOT NULL,
  place        BIGINT NOT NULL
);
