-- Every key starts with the workspace: tenants are apart by construction. Times are milliseconds since 1970. Ids are UUIDs of
-- version 7, sixteen bytes, so that new rows go to the end of their table.

CREATE TABLE instance (
  one         BIGINT PRIMARY KEY CHECK (one = 1),
  epoch       BIGINT NOT NULL, -- a restored backup gets a new one, and what was queued under another is held
  mac_key     BYTEA NOT NULL,    -- authenticates the ids that travel through Meta and come back
  created_at  BIGINT NOT NULL
);

-- The nodes at work. One that says nothing for a while is taken for dead, and what it had leased is another's.
CREATE TABLE nodes (
  id      UUID PRIMARY KEY,
  seen_at BIGINT NOT NULL -- machine time
);
CREATE INDEX nodes_seen ON nodes (seen_at);

CREATE TABLE workspaces (
  id          UUID PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  created_at  BIGINT NOT NULL
);

CREATE TABLE api_keys (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  name         TEXT NOT NULL,
  hash         BYTEA NOT NULL UNIQUE,
  scopes       TEXT NOT NULL, -- of read, send and manage, with spaces between them
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT,
  last_used_at BIGINT,        -- to the hour
  revoked_at   BIGINT,
  PRIMARY KEY (workspace_id, id)
);

-- What was answered to requests that carried a key of their caller's, for a day or two: a second one has no second effect.
CREATE TABLE idempotency_keys (
  workspace_id UUID NOT NULL,
  key          TEXT NOT NULL,
  request      BYTEA NOT NULL, -- a hash of route and body
  status       BIGINT NOT NULL,
  body         TEXT NOT NULL,
  created_at   BIGINT NOT NULL, -- machine time
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX idempotency_keys_old ON idempotency_keys (created_at);

CREATE TABLE channels (
  workspace_id         UUID NOT NULL,
  id                   UUID NOT NULL,
  phone_number_id      TEXT NOT NULL UNIQUE,
  waba_id              TEXT NOT NULL,
  display_phone_number TEXT NOT NULL,
  created_at           BIGINT NOT NULL,
  paused_reason        TEXT,             -- sends stopped: a revoked token, a disabled number
  replies_only_reason  TEXT,             -- WhatsApp doubts the number: nothing leaves but answers
  reported_up_to       BIGINT NOT NULL DEFAULT 0, -- the latest send that WhatsApp reported on: proof that reports arrive
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE workflow_versions (
  workspace_id UUID NOT NULL,
  version      BIGINT NOT NULL,
  text         TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  reason       TEXT NOT NULL,    -- why, for whoever looks for what changed
  PRIMARY KEY (workspace_id, version)
);

-- What has had its effect, forever: the defence against every redelivery. Meta's time in front keeps the writes at the end.
CREATE TABLE effects (
  workspace_id UUID NOT NULL,
  at           BIGINT NOT NULL,
  key          BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, at, key)
);

CREATE TABLE webhook_bodies (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  received_at  BIGINT NOT NULL,
  body         BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- Parts of webhook bodies that could not be processed at once. Later messages of the same senders wait behind them.
CREATE TABLE work (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  body_id      UUID NOT NULL,
  channel_id   UUID NOT NULL,
  part         TEXT NOT NULL, -- the item as JSON, as it stood in the body
  field        TEXT NOT NULL,
  sender_phone TEXT,          -- match key
  sender_user  TEXT,
  state        TEXT NOT NULL, -- open, quarantined
  attempts     BIGINT NOT NULL,
  error        TEXT,
  not_before   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX work_of_phone ON work (workspace_id, sender_phone);
CREATE INDEX work_of_user ON work (workspace_id, sender_user);
CREATE INDEX work_due ON work (not_before, id) WHERE state = 'open';

-- What arrived and belongs to no conversation: unknown numbers, unknown fields, account events, platform errors.
CREATE TABLE notices (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  received_at  BIGINT NOT NULL,
  kind         TEXT NOT NULL,
  subject      TEXT NOT NULL,
  detail       TEXT NOT NULL,
  raw          TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE contacts (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  name         TEXT,
  name_key     TEXT COLLATE "C",          -- the name as it is looked for
  language     TEXT,
  opted_out_at BIGINT,
  no_marketing_until BIGINT, -- WhatsApp spares them for so long
  created_at   BIGINT NOT NULL,
  merged_into  UUID,
  joint        BIGINT,    -- 1: several contacts are taken for them; what is known of each is in `members`
  erased_at    BIGINT,
  doubted_at   BIGINT,       -- since when their number may be somebody else's
  provisional_at BIGINT,     -- since when they are known without being a record of the CRM; null if they are one
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contacts_of_name ON contacts (workspace_id, name_key, id);
-- Whoever was merged away is not listed; their row leads to whom they are.
CREATE INDEX contacts_listed ON contacts (workspace_id, id) WHERE merged_into IS NULL AND provisional_at IS NULL;
CREATE INDEX contacts_provisional ON contacts (workspace_id, id) WHERE merged_into IS NULL AND provisional_at IS NOT NULL;

-- The match key is a function of the value, so this key also says: an identity belongs to exactly one contact.
CREATE TABLE identities (
  workspace_id UUID NOT NULL,
  match_key    TEXT NOT NULL,
  kind         TEXT NOT NULL,
  value        TEXT NOT NULL,
  contact_id   UUID NOT NULL,
  created_at   BIGINT NOT NULL,
  member_id    UUID,    -- whose it is by itself, while that contact is taken for `contact_id`; so in every table
  PRIMARY KEY (workspace_id, match_key, kind, value)
);
CREATE INDEX identities_of_contact ON identities (workspace_id, contact_id);

CREATE TABLE conversations (
  workspace_id    UUID NOT NULL,
  id              UUID NOT NULL,
  channel_id      UUID NOT NULL,
  contact_id      UUID,          -- null while it could be several people
  member_id       UUID,
  candidates      TEXT,          -- who they could be, JSON
  phone           TEXT,          -- the addresses to which it is pinned
  user_id         TEXT,
  profile_name    TEXT,
  next_seq        BIGINT NOT NULL,
  window_until    BIGINT NOT NULL,
  last_message_at BIGINT NOT NULL,
  person_since    BIGINT,       -- a person is answering
  waiting_since   BIGINT,       -- the customer waits for an answer
  interaction_id  UUID,          -- the open one
  ticket_id       UUID,          -- the open one
  prompt          TEXT,          -- what we said last that may be answered, JSON
  created_at      BIGINT NOT NULL,
  -- Since when nothing was said where a person answered and nobody waits. Indexed as one column, so that a message to a thread
  -- where this stays null leaves every index as it is.
  silent_since    BIGINT GENERATED ALWAYS AS (
    CASE WHEN person_since IS NOT NULL AND interaction_id IS NOT NULL AND waiting_since IS NULL THEN last_message_at END) STORED,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX conversations_of_phone ON conversations (workspace_id, channel_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX conversations_of_user ON conversations (workspace_id, channel_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX conversations_of_contact ON conversations (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX conversations_silent ON conversations (workspace_id, silent_since) WHERE silent_since IS NOT NULL;
CREATE INDEX conversations_of_nobody ON conversations (workspace_id, id) WHERE contact_id IS NULL;

-- Clustered by conversation: a thread is read, and a message with its answer written, in one place.
CREATE TABLE messages (
  workspace_id    UUID NOT NULL,
  conversation_id UUID NOT NULL,
  seq             BIGINT NOT NULL,
  author          TEXT NOT NULL,
  kind            TEXT NOT NULL,
  text            TEXT,
  content         TEXT,          -- what the text does not say, JSON
  wamid           TEXT,
  context_wamid   TEXT,
  sent_at         BIGINT NOT NULL, -- WhatsApp's time for inbound, ours for outbound
  recorded_at     BIGINT NOT NULL,
  interaction_id  UUID,
  body_id         UUID,          -- where the raw form is
  steps           TEXT,          -- what was done with it and why, JSON
  send_id         UUID,
  progress        BIGINT,       -- rank; null for inbound
  reports         TEXT,          -- every report that arrived, in order
  error_code      BIGINT,
  error_text      TEXT,
  price_category  TEXT,
  price_type      TEXT,
  price_micros    BIGINT,       -- millionths of a US dollar
  media_id        UUID,          -- its file
  written_by      TEXT,          -- the name of whoever of ours wrote it
  writer_id       UUID,          -- and who they are, if they sign in
  failed_at       BIGINT GENERATED ALWAYS AS (CASE WHEN progress = 4 THEN recorded_at END) STORED, -- for the index below alone
  PRIMARY KEY (workspace_id, conversation_id, seq)
);

CREATE INDEX messages_failed ON messages (workspace_id, failed_at, conversation_id, seq) WHERE failed_at IS NOT NULL;

CREATE TABLE interactions (
  workspace_id     UUID NOT NULL,
  id               UUID NOT NULL,
  conversation_id  UUID NOT NULL,
  contact_id       UUID,
  opened_at        BIGINT NOT NULL,
  last_inbound_at  BIGINT NOT NULL,
  text             TEXT NOT NULL,   -- the beginning of what the customer wrote, to read a burst together
  kind             TEXT,            -- interaction type
  category         TEXT,
  confidence       DOUBLE PRECISION NOT NULL,
  workflow_version BIGINT NOT NULL,
  acknowledged_at  BIGINT,
  ticket_id        UUID,
  closed_at        BIGINT,
  outcome          TEXT,
  -- When automation looks at it again: to answer what was said, to give up waiting for a choice, or because its answer failed.
  answer_due_at    BIGINT,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 80);
CREATE INDEX interactions_due ON interactions (answer_due_at) WHERE answer_due_at IS NOT NULL;

CREATE TABLE tickets (
  workspace_id    UUID NOT NULL,
  id              UUID NOT NULL,
  contact_id      UUID,
  conversation_id UUID NOT NULL,
  interaction_id  UUID NOT NULL,
  kind            TEXT,
  queue           TEXT NOT NULL,
  state           TEXT NOT NULL,
  subject         TEXT NOT NULL,
  due_at          BIGINT NOT NULL,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  resolved_at     BIGINT,
  resolved_by     TEXT,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX tickets_open ON tickets (workspace_id, queue, id) WHERE state = 'open';
CREATE INDEX tickets_resolved ON tickets (workspace_id, queue, id) WHERE state = 'resolved';
CREATE INDEX tickets_of_state ON tickets (workspace_id, state, id);

-- What happened to a contact other than messages.
CREATE TABLE events (
  workspace_id    UUID NOT NULL,
  contact_id      UUID NOT NULL,
  id              UUID NOT NULL,
  member_id       UUID,
  conversation_id UUID,
  at              BIGINT NOT NULL,
  actor           TEXT NOT NULL,
  step            TEXT NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, id)
);

-- Messages on their way out. A row leaves when WhatsApp reports on it.
CREATE TABLE outbox (
  workspace_id    UUID NOT NULL,
  id              UUID NOT NULL,
  epoch           BIGINT NOT NULL,
  channel_id      UUID NOT NULL,
  conversation_id UUID NOT NULL,
  seq             BIGINT NOT NULL,
  purpose         TEXT NOT NULL,
  payload         TEXT NOT NULL,
  state           TEXT NOT NULL,
  reason          TEXT,
  code            BIGINT,          -- Meta's, if it refused
  not_before      BIGINT NOT NULL, -- machine time: a wait, not a date
  attempt         BIGINT NOT NULL,
  node            UUID,             -- who is sending it
  lease_until     BIGINT,          -- machine time
  sent_to         TEXT,             -- phone or user_id: to which address the last attempt went
  wamid           TEXT,
  created_at      BIGINT NOT NULL,
  changed_at      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state = 'queued';
-- What a person may have to look at. Not written on the usual way of a send.
CREATE INDEX outbox_listed ON outbox (workspace_id, state, id)
  WHERE state = 'unknown' OR state = 'needs_review' OR state = 'held' OR state = 'dead';
CREATE INDEX outbox_of_conversation ON outbox (workspace_id, conversation_id, seq);
-- Written with OR: of a list, SQLite does not see that one of its members implies it, and would not use the index.
CREATE INDEX outbox_watched ON outbox (state, changed_at) WHERE state = 'sending' OR state = 'unknown' OR state = 'accepted';

-- The templates of each WhatsApp business account, as Meta listed them last. One that is gone stays, so that its name explains itself.
CREATE TABLE templates (
  workspace_id      UUID NOT NULL,
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
  changed_at        BIGINT NOT NULL, -- since when the state is known
  seen_at           BIGINT NOT NULL, -- when Meta listed it last
  PRIMARY KEY (workspace_id, waba_id, name, language)
);
CREATE INDEX templates_of_id ON templates (workspace_id, id);

-- Reports on messages that we do not know yet: the report overtook the answer to the send.
CREATE TABLE parked_reports (
  workspace_id UUID NOT NULL,
  channel_id   UUID NOT NULL,
  wamid        TEXT NOT NULL,
  id           UUID NOT NULL,
  received_at  BIGINT NOT NULL,
  report       TEXT NOT NULL,
  PRIMARY KEY (workspace_id, channel_id, wamid, id)
);

-- What became of what, in the order of the commits: what other systems follow. Small, since every message adds a row.
CREATE TABLE changes (
  workspace_id UUID NOT NULL,
  txid         BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint), -- numbers drawn first may be committed last
  seq          BIGINT GENERATED ALWAYS AS IDENTITY,
  at           BIGINT NOT NULL,  -- machine time, as in the two tables below
  events       BYTEA NOT NULL,     -- numbers and ids; empty in the row up to which the log was cut
  PRIMARY KEY (workspace_id, txid, seq)
);

-- Receivers of webhooks of our own.
CREATE TABLE endpoints (
  workspace_id    UUID NOT NULL,
  id              UUID NOT NULL,
  url             TEXT NOT NULL,
  description     TEXT,
  events          TEXT,             -- which it wants, JSON; null for all
  state           TEXT NOT NULL,
  reason          TEXT,             -- why it is not posted to
  secret          TEXT NOT NULL,
  previous_secret TEXT,             -- signs beside the other one until
  previous_until  BIGINT,
  txid            BIGINT NOT NULL, -- up to where the log has become deliveries
  seq             BIGINT NOT NULL,
  failing_since   BIGINT,
  not_before      BIGINT NOT NULL, -- it asked for a pause
  node            UUID,             -- who posts to it
  lease_until     BIGINT NOT NULL,
  created_at      BIGINT NOT NULL,
  changed_at      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX endpoints_of_state ON endpoints (state);

-- One event for one endpoint. The place in the log is its id, so that nothing is delivered under two.
CREATE TABLE deliveries (
  workspace_id UUID NOT NULL,
  endpoint_id  UUID NOT NULL,
  txid         BIGINT NOT NULL,
  seq          BIGINT NOT NULL,
  place        BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  event        BYTEA NOT NULL,
  state        TEXT NOT NULL,
  attempts     BIGINT NOT NULL,
  next_try     BIGINT NOT NULL, -- 0 for the first
  status       BIGINT,
  answer       TEXT,             -- the beginning of the last one, or what came instead
  changed_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, endpoint_id, txid, seq, place)
);
CREATE INDEX deliveries_waiting ON deliveries (workspace_id, endpoint_id, next_try, txid, seq, place) WHERE state = 'waiting';
CREATE INDEX deliveries_dead ON deliveries (workspace_id, endpoint_id, at) WHERE state = 'dead';

-- Files: those that customers sent, to be fetched from WhatsApp or here, and those that are sent to them. The bytes are elsewhere.
CREATE TABLE media (
  workspace_id    UUID NOT NULL,
  id              UUID NOT NULL,
  channel_id      UUID,
  conversation_id UUID,             -- of the message that it came with; null if it was uploaded here
  seq             BIGINT,
  kind            TEXT NOT NULL,
  meta_id         TEXT,             -- WhatsApp's id, which lives for seven days
  url             TEXT,             -- WhatsApp's address, which lives for minutes
  claimed_type    TEXT,
  claimed_sha256  TEXT,
  filename        TEXT,
  state           TEXT NOT NULL,    -- waiting, stored, missing, refused
  reason          TEXT,
  mime_type       TEXT,             -- what the bytes are
  size            BIGINT,
  sha256          TEXT,             -- hexadecimal; the bytes are kept under it
  attempts        BIGINT NOT NULL,
  not_before      BIGINT NOT NULL,  -- machine time: a wait, or the lease of the node that fetches it
  node            UUID,             -- who fetches it
  created_at      BIGINT NOT NULL,  -- machine time
  unsent_since    BIGINT,          -- when it was uploaded here, as long as no message names it; machine time
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX media_due ON media (not_before, id) WHERE state = 'waiting';
CREATE INDEX media_of_state ON media (workspace_id, state, id);
CREATE INDEX media_unsent ON media (unsent_since, id) WHERE unsent_since IS NOT NULL;
CREATE INDEX media_unsent_of ON media (workspace_id, unsent_since) WHERE unsent_since IS NOT NULL;

-- How much is kept, counted as it changes: the files themselves are too many to be counted.
CREATE TABLE media_kept (
  workspace_id UUID PRIMARY KEY,
  files        BIGINT NOT NULL,
  bytes        BIGINT NOT NULL,
  lost         BIGINT NOT NULL -- missing or refused
);

-- Uploads whose bytes may be there and that have no row yet. One that stays was cut off.
CREATE TABLE uploads_begun (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  begun_at     BIGINT NOT NULL, -- machine time; 0 once it is given up
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX uploads_begun_due ON uploads_begun (begun_at);

-- Under which id WhatsApp keeps a file of ours, for thirty days.
CREATE TABLE media_uploads (
  workspace_id UUID NOT NULL,
  media_id     UUID NOT NULL,
  channel_id   UUID NOT NULL,
  meta_id      TEXT NOT NULL,
  uploaded_at  BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, media_id, channel_id)
);

-- How the tables look once there is much in them. PostgreSQL chooses a plan by what it last counted, and for tables that nobody has
-- counted guesses that what one workspace has is a row or two, which it then reads whole. So it counts an example, which then goes.
INSERT INTO contacts (workspace_id, id, created_at)
  SELECT md5('w')::uuid, md5('c' || n)::uuid, n FROM generate_series(1, 2000) n;
INSERT INTO identities (workspace_id, match_key, kind, value, contact_id, created_at)
  SELECT md5('w')::uuid, '+' || n, 'phone', '+' || n, md5('c' || n)::uuid, n FROM generate_series(1, 2000) n;
INSERT INTO conversations (workspace_id, id, channel_id, contact_id, phone, user_id, next_seq, window_until, last_message_at,
                           interaction_id, ticket_id, created_at)
  SELECT md5('w')::uuid, md5('v' || n)::uuid, md5('n')::uuid, md5('c' || n)::uuid, '+' || n, 'u' || n, 9, n, n,
         md5('i' || n)::uuid, md5('t' || n)::uuid, n FROM generate_series(1, 2000) n;
INSERT INTO messages (workspace_id, conversation_id, seq, author, kind, wamid, sent_at, recorded_at, send_id, progress)
  SELECT md5('w')::uuid, md5('v' || n / 8)::uuid, n, 'automation', 'text', 'm' || n, n, n, md5('o' || n)::uuid, n % 6
  FROM generate_series(1, 8000) n;
INSERT INTO interactions (workspace_id, id, conversation_id, opened_at, last_inbound_at, text, confidence, workflow_version)
  SELECT md5('w')::uuid, md5('i' || n)::uuid, md5('v' || n)::uuid, n, n, '', 0, 1 FROM generate_series(1, 2000) n;
INSERT INTO tickets (workspace_id, id, conversation_id, interaction_id, queue, state, subject, due_at, created_at, updated_at)
  SELECT md5('w')::uuid, md5('t' || n)::uuid, md5('v' || n)::uuid, md5('i' || n)::uuid, 'q' || n % 4,
         CASE n % 10 WHEN 0 THEN 'open' ELSE 'resolved' END, '', n, n, n FROM generate_series(1, 2000) n;
INSERT INTO outbox (workspace_id, id, epoch, channel_id, conversation_id, seq, purpose, payload, state, not_before, attempt,
                    created_at, changed_at)
  SELECT md5('w')::uuid, md5('o' || n)::uuid, 1, md5('n')::uuid, md5('v' || n)::uuid, 9, 'reply', '{}',
         CASE n % 4 WHEN 0 THEN 'queued' WHEN 1 THEN 'sending' WHEN 2 THEN 'unknown' ELSE 'accepted' END, n, 1, n, n
  FROM generate_series(1, 2000) n;
INSERT INTO work (workspace_id, id, body_id, channel_id, part, field, sender_phone, sender_user, state, attempts, not_before)
  SELECT md5('w')::uuid, md5('k' || n)::uuid, md5('b' || n)::uuid, md5('n')::uuid, '{}', 'messages', '+' || n / 4, 'u' || n / 4,
         'open', 0, n FROM generate_series(1, 2000) n;
INSERT INTO media (workspace_id, id, kind, state, attempts, not_before, created_at, unsent_since)
  SELECT md5('w')::uuid, md5('f' || n)::uuid, 'image', CASE n % 4 WHEN 0 THEN 'waiting' WHEN 1 THEN 'missing' ELSE 'stored' END, 0, n, n,
         CASE n % 4 WHEN 2 THEN n END
  FROM generate_series(1, 2000) n;
INSERT INTO templates (workspace_id, waba_id, name, language, id, category, state, parameter_format, components, changed_at, seen_at)
  SELECT md5('w')::uuid, 'a' || n % 4, 't' || n, 'es', n, 'utility', 'approved', 'positional', '[]', n, n
  FROM generate_series(1, 2000) n;
ANALYZE contacts, identities, conversations, messages, interactions, tickets, outbox, work, media, templates;
-- Behind a savepoint: tables of the same transaction would be emptied in place and stay known as empty, not as uncounted.
SAVEPOINT counted;
TRUNCATE contacts, identities, conversations, messages, interactions, tickets, outbox, work, media, templates;
RELEASE SAVEPOINT counted;
-- What is sent or worked off is gone from here in a moment, and a table that is counted while it is empty is taken for empty when it is
-- full: plans would then walk through all of it for each row. So two thousand rows of nobody's stay, and nothing ever asks for their state.
INSERT INTO outbox (workspace_id, id, epoch, channel_id, conversation_id, seq, purpose, payload, state, not_before, attempt,
                    created_at, changed_at)
  SELECT md5('w')::uuid, md5('o' || n)::uuid, 0, md5('n')::uuid, md5('v' || n)::uuid, 0, 'none', '', 'none', 0, 0, 0, 0
  FROM generate_series(1, 2000) n;
INSERT INTO work (workspace_id, id, body_id, channel_id, part, field, sender_phone, sender_user, state, attempts, not_before)
  SELECT md5('w')::uuid, md5('k' || n)::uuid, md5('b')::uuid, md5('n')::uuid, '', '', 'p' || n, 'u' || n, 'none', 0, 0
  FROM generate_series(1, 2000) n;
