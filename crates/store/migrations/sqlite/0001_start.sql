-- Every key starts with the workspace: tenants are apart by construction. Times are milliseconds since 1970. Ids are UUIDs of
-- version 7, sixteen bytes, so that new rows go to the end of their table.

CREATE TABLE instance (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  epoch       INTEGER NOT NULL, -- a restored backup gets a new one, and what was queued under another is held
  mac_key     BLOB NOT NULL,    -- authenticates the ids that travel through Meta and come back
  created_at  INTEGER NOT NULL
) STRICT;

-- The nodes at work. One that says nothing for a while is taken for dead, and what it had leased is another's.
CREATE TABLE nodes (
  id      BLOB PRIMARY KEY NOT NULL,
  seen_at INTEGER NOT NULL -- machine time
) STRICT, WITHOUT ROWID;
CREATE INDEX nodes_seen ON nodes (seen_at);

CREATE TABLE workspaces (
  id          BLOB PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  name         TEXT NOT NULL,
  hash         BLOB NOT NULL UNIQUE,
  scopes       TEXT NOT NULL, -- of read, send and manage, with spaces between them
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  last_used_at INTEGER,        -- to the hour
  revoked_at   INTEGER,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- What was answered to requests that carried a key of their caller's, for a day or two: a second one has no second effect.
CREATE TABLE idempotency_keys (
  workspace_id BLOB NOT NULL,
  key          TEXT NOT NULL,
  request      BLOB NOT NULL, -- a hash of route and body
  status       INTEGER NOT NULL,
  body         TEXT NOT NULL,
  created_at   INTEGER NOT NULL, -- machine time
  PRIMARY KEY (workspace_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_old ON idempotency_keys (created_at);

CREATE TABLE channels (
  workspace_id         BLOB NOT NULL,
  id                   BLOB NOT NULL,
  phone_number_id      TEXT NOT NULL UNIQUE,
  waba_id              TEXT NOT NULL,
  display_phone_number TEXT NOT NULL,
  created_at           INTEGER NOT NULL,
  paused_reason        TEXT,             -- sends stopped: a revoked token, a disabled number
  replies_only_reason  TEXT,             -- WhatsApp doubts the number: nothing leaves but answers
  reported_up_to       INTEGER NOT NULL DEFAULT 0, -- the latest send that WhatsApp reported on: proof that reports arrive
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE workflow_versions (
  workspace_id BLOB NOT NULL,
  version      INTEGER NOT NULL,
  text         TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  published_by TEXT NOT NULL,
  reason       TEXT NOT NULL,    -- why, for whoever looks for what changed
  PRIMARY KEY (workspace_id, version)
) STRICT, WITHOUT ROWID;

-- What has had its effect, forever: the defence against every redelivery. Meta's time in front keeps the writes at the end.
CREATE TABLE effects (
  workspace_id BLOB NOT NULL,
  at           INTEGER NOT NULL,
  key          BLOB NOT NULL,
  PRIMARY KEY (workspace_id, at, key)
) STRICT, WITHOUT ROWID;

-- With a rowid, because a row of more than a quarter of a page would get a page of its own without.
CREATE TABLE webhook_bodies (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  received_at  INTEGER NOT NULL,
  body         BLOB NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;

-- Parts of webhook bodies that could not be processed at once. Later messages of the same senders wait behind them.
CREATE TABLE work (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  body_id      BLOB NOT NULL,
  channel_id   BLOB NOT NULL,
  part         TEXT NOT NULL, -- the item as JSON, as it stood in the body
  field        TEXT NOT NULL,
  sender_phone TEXT,          -- match key
  sender_user  TEXT,
  state        TEXT NOT NULL, -- open, quarantined
  attempts     INTEGER NOT NULL,
  error        TEXT,
  not_before   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_of_phone ON work (workspace_id, sender_phone);
CREATE INDEX work_of_user ON work (workspace_id, sender_user);
CREATE INDEX work_due ON work (not_before, id) WHERE state = 'open';

-- What arrived and belongs to no conversation: unknown numbers, unknown fields, account events, platform errors.
CREATE TABLE notices (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  received_at  INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  subject      TEXT NOT NULL,
  detail       TEXT NOT NULL,
  raw          TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  name         TEXT,
  name_key     TEXT,          -- the name as it is looked for
  language     TEXT,
  opted_out_at INTEGER,
  no_marketing_until INTEGER, -- WhatsApp spares them for so long
  created_at   INTEGER NOT NULL,
  merged_into  BLOB,
  joint        INTEGER,       -- 1: several contacts are taken for them; what is known of each is in `members`
  erased_at    INTEGER,
  doubted_at   INTEGER,       -- since when their number may be somebody else's
  provisional_at INTEGER,     -- since when they are known without being a record of the CRM; null if they are one
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_of_name ON contacts (workspace_id, name_key, id);
-- Whoever was merged away is not listed; their row leads to whom they are.
CREATE INDEX contacts_listed ON contacts (workspace_id, id) WHERE merged_into IS NULL AND provisional_at IS NULL;
CREATE INDEX contacts_provisional ON contacts (workspace_id, id) WHERE merged_into IS NULL AND provisional_at IS NOT NULL;

-- The match key is a function of the value, so this key also says: an identity belongs to exactly one contact.
CREATE TABLE identities (
  workspace_id BLOB NOT NULL,
  match_key    TEXT NOT NULL,
  kind         TEXT NOT NULL,
  value        TEXT NOT NULL,
  contact_id   BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  member_id    BLOB,    -- whose it is by itself, while that contact is taken for `contact_id`; so in every table
  PRIMARY KEY (workspace_id, match_key, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_of_contact ON identities (workspace_id, contact_id);

CREATE TABLE conversations (
  workspace_id    BLOB NOT NULL,
  id              BLOB NOT NULL,
  channel_id      BLOB NOT NULL,
  contact_id      BLOB,          -- null while it could be several people
  member_id       BLOB,
  candidates      TEXT,          -- who they could be, JSON
  phone           TEXT,          -- the addresses to which it is pinned
  user_id         TEXT,
  profile_name    TEXT,
  next_seq        INTEGER NOT NULL,
  window_until    INTEGER NOT NULL,
  last_message_at INTEGER NOT NULL,
  person_since    INTEGER,       -- a person is answering
  waiting_since   INTEGER,       -- the customer waits for an answer
  interaction_id  BLOB,          -- the open one
  ticket_id       BLOB,          -- the open one
  prompt          TEXT,          -- what we said last that may be answered, JSON
  created_at      INTEGER NOT NULL,
  -- Since when nothing was said where a person answered and nobody waits. Indexed as one column, so that a message to a thread
  -- where this stays null leaves every index as it is.
  silent_since    INTEGER GENERATED ALWAYS AS (
    CASE WHEN person_since IS NOT NULL AND interaction_id IS NOT NULL AND waiting_since IS NULL THEN last_message_at END) STORED,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX conversations_of_phone ON conversations (workspace_id, channel_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX conversations_of_user ON conversations (workspace_id, channel_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX conversations_of_contact ON conversations (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX conversations_silent ON conversations (workspace_id, silent_since) WHERE silent_since IS NOT NULL;
CREATE INDEX conversations_of_nobody ON conversations (workspace_id, id) WHERE contact_id IS NULL;

-- With a rowid, as webhook_bodies: a message with what was done about it is longer than a quarter of a page.
CREATE TABLE messages (
  workspace_id    BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  seq             INTEGER NOT NULL,
  author          TEXT NOT NULL,
  kind            TEXT NOT NULL,
  text            TEXT,
  content         TEXT,          -- what the text does not say, JSON
  wamid           TEXT,
  context_wamid   TEXT,
  sent_at         INTEGER NOT NULL, -- WhatsApp's time for inbound, ours for outbound
  recorded_at     INTEGER NOT NULL,
  interaction_id  BLOB,
  body_id         BLOB,          -- where the raw form is
  steps           TEXT,          -- what was done with it and why, JSON
  send_id         BLOB,
  progress        INTEGER,       -- rank; null for inbound
  reports         TEXT,          -- every report that arrived, in order
  error_code      INTEGER,
  error_text      TEXT,
  price_category  TEXT,
  price_type      TEXT,
  price_micros    INTEGER,       -- millionths of a US dollar
  media_id        BLOB,          -- its file
  written_by      TEXT,          -- the name of whoever of ours wrote it
  writer_id       BLOB,          -- and who they are, if they sign in
  failed_at       INTEGER GENERATED ALWAYS AS (CASE WHEN progress = 4 THEN recorded_at END) STORED, -- for the index below alone
  PRIMARY KEY (workspace_id, conversation_id, seq)
) STRICT;

CREATE INDEX messages_failed ON messages (workspace_id, failed_at, conversation_id, seq) WHERE failed_at IS NOT NULL;

CREATE TABLE interactions (
  workspace_id     BLOB NOT NULL,
  id               BLOB NOT NULL,
  conversation_id  BLOB NOT NULL,
  contact_id       BLOB,
  opened_at        INTEGER NOT NULL,
  last_inbound_at  INTEGER NOT NULL,
  text             TEXT NOT NULL,   -- the beginning of what the customer wrote, to read a burst together
  kind             TEXT,            -- interaction type
  category         TEXT,
  confidence       REAL NOT NULL,
  workflow_version INTEGER NOT NULL,
  acknowledged_at  INTEGER,
  ticket_id        BLOB,
  closed_at        INTEGER,
  outcome          TEXT,
  -- When automation looks at it again: to answer what was said, to give up waiting for a choice, or because its answer failed.
  answer_due_at    INTEGER,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX interactions_due ON interactions (answer_due_at) WHERE answer_due_at IS NOT NULL;

CREATE TABLE tickets (
  workspace_id    BLOB NOT NULL,
  id              BLOB NOT NULL,
  contact_id      BLOB,
  conversation_id BLOB NOT NULL,
  interaction_id  BLOB NOT NULL,
  kind            TEXT,
  queue           TEXT NOT NULL,
  state           TEXT NOT NULL,
  subject         TEXT NOT NULL,
  due_at          INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  resolved_at     INTEGER,
  resolved_by     TEXT,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_open ON tickets (workspace_id, queue, id) WHERE state = 'open';
CREATE INDEX tickets_resolved ON tickets (workspace_id, queue, id) WHERE state = 'resolved';
CREATE INDEX tickets_of_state ON tickets (workspace_id, state, id);

-- What happened to a contact other than messages.
CREATE TABLE events (
  workspace_id    BLOB NOT NULL,
  contact_id      BLOB NOT NULL,
  id              BLOB NOT NULL,
  member_id       BLOB,
  conversation_id BLOB,
  at              INTEGER NOT NULL,
  actor           TEXT NOT NULL,
  step            TEXT NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, id)
) STRICT, WITHOUT ROWID;

-- Messages on their way out. A row leaves when WhatsApp reports on it.
CREATE TABLE outbox (
  workspace_id    BLOB NOT NULL,
  id              BLOB NOT NULL,
  epoch           INTEGER NOT NULL,
  channel_id      BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  seq             INTEGER NOT NULL,
  purpose         TEXT NOT NULL,
  payload         TEXT NOT NULL,
  state           TEXT NOT NULL,
  reason          TEXT,
  code            INTEGER,         -- Meta's, if it refused
  not_before      INTEGER NOT NULL, -- machine time: a wait, not a date
  attempt         INTEGER NOT NULL,
  node            BLOB,             -- who is sending it
  lease_until     INTEGER,          -- machine time
  sent_to         TEXT,             -- phone or user_id: to which address the last attempt went
  wamid           TEXT,
  created_at      INTEGER NOT NULL,
  changed_at      INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state = 'queued';
-- What a person may have to look at. Not written on the usual way of a send.
CREATE INDEX outbox_listed ON outbox (workspace_id, state, id)
  WHERE state = 'unknown' OR state = 'needs_review' OR state = 'held' OR state = 'dead';
CREATE INDEX outbox_of_conversation ON outbox (workspace_id, conversation_id, seq);
-- Written with OR: of a list, SQLite does not see that one of its members implies it, and would not use the index.
CREATE INDEX outbox_watched ON outbox (state, changed_at) WHERE state = 'sending' OR state = 'unknown' OR state = 'accepted';

-- The templates of each WhatsApp business account, as Meta listed them last. One that is gone stays, so that its name explains itself.
CREATE TABLE templates (
  workspace_id      BLOB NOT NULL,
  waba_id           TEXT NOT NULL,
  name              TEXT NOT NULL,
  language          TEXT NOT NULL,
  id                TEXT NOT NULL,    -- Meta's
  category          TEXT NOT NULL,
  previous_category TEXT,             -- Meta changed it
  state             TEXT NOT NULL,
  reason            TEXT,
  quality           TEXT,
  parameter_format  TEXT NOT NULL,
  components        TEXT NOT NULL,    -- JSON, as Meta lists them
  changed_at        INTEGER NOT NULL, -- since when the state is known
  seen_at           INTEGER NOT NULL, -- when Meta listed it last
  PRIMARY KEY (workspace_id, waba_id, name, language)
) STRICT;
CREATE INDEX templates_of_id ON templates (workspace_id, id);

-- Reports on messages that we do not know yet: the report overtook the answer to the send.
CREATE TABLE parked_reports (
  workspace_id BLOB NOT NULL,
  channel_id   BLOB NOT NULL,
  wamid        TEXT NOT NULL,
  id           BLOB NOT NULL,
  received_at  INTEGER NOT NULL,
  report       TEXT NOT NULL,
  PRIMARY KEY (workspace_id, channel_id, wamid, id)
) STRICT, WITHOUT ROWID;

-- What became of what, in the order of the commits: what other systems follow. Small, since every message adds a row.
CREATE TABLE changes (
  workspace_id BLOB NOT NULL,
  txid         INTEGER NOT NULL, -- 0 here; on PostgreSQL, where numbers drawn first may be committed last, the transaction
  seq          INTEGER NOT NULL,
  at           INTEGER NOT NULL,  -- machine time, as in the two tables below
  events       BLOB NOT NULL,     -- numbers and ids; empty in the row up to which the log was cut
  PRIMARY KEY (workspace_id, txid, seq)
) STRICT, WITHOUT ROWID;

-- Receivers of webhooks of our own.
CREATE TABLE endpoints (
  workspace_id    BLOB NOT NULL,
  id              BLOB NOT NULL,
  url             TEXT NOT NULL,
  description     TEXT,
  events          TEXT,             -- which it wants, JSON; null for all
  state           TEXT NOT NULL,
  reason          TEXT,             -- why it is not posted to
  secret          TEXT NOT NULL,
  previous_secret TEXT,             -- signs beside the other one until
  previous_until  INTEGER,
  txid            INTEGER NOT NULL, -- up to where the log has become deliveries
  seq             INTEGER NOT NULL,
  failing_since   INTEGER,
  not_before      INTEGER NOT NULL, -- it asked for a pause
  node            BLOB,             -- who posts to it
  lease_until     INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  changed_at      INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX endpoints_of_state ON endpoints (state);

-- One event for one endpoint. The place in the log is its id, so that nothing is delivered under two.
CREATE TABLE deliveries (
  workspace_id BLOB NOT NULL,
  endpoint_id  BLOB NOT NULL,
  txid         INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  event        BLOB NOT NULL,
  state        TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  next_try     INTEGER NOT NULL, -- 0 for the first
  status       INTEGER,
  answer       TEXT,             -- the beginning of the last one, or what came instead
  changed_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, endpoint_id, txid, seq, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries (workspace_id, endpoint_id, next_try, txid, seq, place) WHERE state = 'waiting';
CREATE INDEX deliveries_dead ON deliveries (workspace_id, endpoint_id, at) WHERE state = 'dead';

-- Files: those that customers sent, to be fetched from WhatsApp or here, and those that are sent to them. The bytes are elsewhere.
CREATE TABLE media (
  workspace_id    BLOB NOT NULL,
  id              BLOB NOT NULL,
  channel_id      BLOB,
  conversation_id BLOB,             -- of the message that it came with; null if it was uploaded here
  seq             INTEGER,
  kind            TEXT NOT NULL,
  meta_id         TEXT,             -- WhatsApp's id, which lives for seven days
  url             TEXT,             -- WhatsApp's address, which lives for minutes
  claimed_type    TEXT,
  claimed_sha256  TEXT,
  filename        TEXT,
  state           TEXT NOT NULL,    -- waiting, stored, missing, refused
  reason          TEXT,
  mime_type       TEXT,             -- what the bytes are
  size            INTEGER,
  sha256          TEXT,             -- hexadecimal; the bytes are kept under it
  attempts        INTEGER NOT NULL,
  not_before      INTEGER NOT NULL, -- machine time: a wait, or the lease of the node that fetches it
  node            BLOB,             -- who fetches it
  created_at      INTEGER NOT NULL, -- machine time
  unsent_since    INTEGER,         -- when it was uploaded here, as long as no message names it; machine time
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_due ON media (not_before, id) WHERE state = 'waiting';
CREATE INDEX media_of_state ON media (workspace_id, state, id);
CREATE INDEX media_unsent ON media (unsent_since, id) WHERE unsent_since IS NOT NULL;
CREATE INDEX media_unsent_of ON media (workspace_id, unsent_since) WHERE unsent_since IS NOT NULL;

-- How much is kept, counted as it changes: the files themselves are too many to be counted.
CREATE TABLE media_kept (
  workspace_id BLOB NOT NULL PRIMARY KEY,
  files        INTEGER NOT NULL,
  bytes        INTEGER NOT NULL,
  lost         INTEGER NOT NULL -- missing or refused
) STRICT, WITHOUT ROWID;

-- Uploads whose bytes may be there and that have no row yet. One that stays was cut off.
CREATE TABLE uploads_begun (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  begun_at     INTEGER NOT NULL, -- machine time; 0 once it is given up
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_begun_due ON uploads_begun (begun_at);

-- Under which id WhatsApp keeps a file of ours, for thirty days.
CREATE TABLE media_uploads (
  workspace_id BLOB NOT NULL,
  media_id     BLOB NOT NULL,
  channel_id   BLOB NOT NULL,
  meta_id      TEXT NOT NULL,
  uploaded_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, media_id, channel_id)
) STRICT, WITHOUT ROWID;

-- How the tables look once there is much in them. SQLite chooses a plan by these numbers, and without them guesses that what one
-- workspace has is ten rows, which it then reads whole. Rows of the table, then of each longer prefix of the index.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('contacts', 'contacts', '1000000 1000000 1'),
  ('contacts', 'contacts_of_name', '1000000 1000000 3 1'),
  ('contacts', 'contacts_listed', '1000000 1000000 1'),
  ('contacts', 'contacts_provisional', '100000 100000 1'),
  ('messages', 'sqlite_autoindex_messages_1', '5000000 5000000 5 1'),
  ('messages', 'messages_failed', '10000 10000 2 1 1'),
  ('interactions', 'interactions', '1000000 1000000 1'),
  ('events', 'events', '1000000 1000000 5 1'),
  ('identities', 'identities', '1000000 1000000 1 1 1'),
  ('identities', 'identities_of_contact', '1000000 1000000 2'),
  ('conversations', 'conversations', '1000000 1000000 1'),
  ('conversations', 'conversations_of_phone', '1000000 1000000 300000 1'),
  ('conversations', 'conversations_of_user', '1000000 1000000 300000 1'),
  ('conversations', 'conversations_of_contact', '1000000 1000000 1 1'),
  ('conversations', 'conversations_silent', '10000 10000 1'),
  ('conversations', 'conversations_of_nobody', '1000 1000 1'),
  ('tickets', 'tickets', '1000000 1000000 1'),
  ('tickets', 'tickets_open', '10000 10000 1000 1'),
  ('tickets', 'tickets_resolved', '1000000 1000000 100000 1'),
  ('tickets', 'tickets_of_state', '1000000 1000000 500000 1'),
  ('nodes', 'nodes', '10 1'),
  ('nodes', 'nodes_seen', '10 1'),
  ('outbox', 'outbox', '1000000 1000000 1'),
  ('outbox', 'outbox_listed', '10000 5000 1000 1'),
  ('outbox', 'outbox_due', '1000 2 1'),
  ('outbox', 'outbox_of_conversation', '1000000 1000000 2 1'),
  ('outbox', 'outbox_watched', '10000 5000 2'),
  ('work', 'work', '1000000 1000000 1'),
  ('work', 'work_of_phone', '10000 10000 10'),
  ('work', 'work_of_user', '10000 10000 10'),
  ('work', 'work_due', '10000 2 1'),
  ('media', 'media', '1000000 1000000 1'),
  ('media', 'media_due', '1000 2 1'),
  ('media', 'media_of_state', '1000000 1000000 300000 1'),
  ('templates', 'sqlite_autoindex_templates_1', '100000 1000 500 2 1'),
  ('templates', 'templates_of_id', '100000 1000 1'),
  ('media', 'media_unsent', '1000 2 1'),
  ('media', 'media_unsent_of', '1000 500 2'),
  ('parked_reports', 'parked_reports', '10000 10000 5000 2 1'),
  ('changes', 'changes', '5000000 5000000 5000000 1'),
  ('endpoints', 'endpoints', '100 10 1'),
  ('endpoints', 'endpoints_of_state', '100 30'),
  ('deliveries', 'deliveries', '1000000 1000000 100000 100000 2 1'),
  ('deliveries', 'deliveries_waiting', '10000 10000 1000 2 2 1 1'),
  ('deliveries', 'deliveries_dead', '10000 10000 1000 2');
ANALYZE sqlite_schema;
