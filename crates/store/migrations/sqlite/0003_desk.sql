-- What agents do with a conversation. A conversation with an open ticket is work; where it stands as such is on the ticket.

ALTER TABLE tickets ADD COLUMN assignee_id BLOB;          -- who has it
ALTER TABLE tickets ADD COLUMN assigned_at INTEGER;
ALTER TABLE tickets ADD COLUMN waiting_since INTEGER;     -- the customer waits for us since; null once a person answered
ALTER TABLE tickets ADD COLUMN answered_at INTEGER;       -- when a person last ended a wait
ALTER TABLE tickets ADD COLUMN first_answered_at INTEGER;
ALTER TABLE tickets ADD COLUMN snoozed_at INTEGER;        -- put aside; null while it is in the inbox
ALTER TABLE tickets ADD COLUMN snoozed_until INTEGER;     -- null: until the customer writes
ALTER TABLE tickets ADD COLUMN snoozed_for TEXT;          -- or until this record changes: its kind and id, with a slash between
ALTER TABLE tickets ADD COLUMN outcome TEXT;
ALTER TABLE tickets ADD COLUMN outcome_note TEXT;         -- a sentence of whoever closed it
ALTER TABLE tickets ADD COLUMN score INTEGER;           -- how content the customer was, as they said
ALTER TABLE tickets ADD COLUMN warned_at INTEGER;         -- the promise was nearly over
ALTER TABLE tickets ADD COLUMN escalated_at INTEGER;      -- and it was over
-- Nobody is an id too, so that both are found in one way.
ALTER TABLE tickets ADD COLUMN holder BLOB GENERATED ALWAYS AS (coalesce(assignee_id, x'00000000000000000000000000000000')) VIRTUAL;
-- The place in every list: who waits comes first, the longest wait before all; then what was answered, the latest before all.
ALTER TABLE tickets ADD COLUMN place INTEGER GENERATED ALWAYS AS (
  coalesce(waiting_since, 9007199254740992 - coalesce(answered_at, created_at))) VIRTUAL;

-- None of their columns changes at a usual message: only when the side changes that has to say something.
CREATE INDEX tickets_inbox ON tickets (workspace_id, place, id) WHERE state = 'open' AND snoozed_at IS NULL;
CREATE INDEX tickets_held ON tickets (workspace_id, holder, place, id) WHERE state = 'open' AND snoozed_at IS NULL;
CREATE INDEX tickets_queued ON tickets (workspace_id, queue, place, id) WHERE state = 'open' AND snoozed_at IS NULL;
CREATE INDEX tickets_snoozed ON tickets (workspace_id, snoozed_until, id) WHERE state = 'open' AND snoozed_at IS NOT NULL;
CREATE INDEX tickets_closed ON tickets (workspace_id, resolved_at, id) WHERE state = 'resolved';
CREATE INDEX tickets_closed_of ON tickets (workspace_id, queue, resolved_at, id) WHERE state = 'resolved';

UPDATE tickets SET waiting_since = (SELECT v.waiting_since FROM conversations v
                                    WHERE v.workspace_id = tickets.workspace_id AND v.id = tickets.conversation_id)
  WHERE state = 'open';
UPDATE tickets SET outcome = CASE resolved_by WHEN 'silence' THEN 'silence' ELSE 'resolved' END WHERE state = 'resolved';

ALTER TABLE conversations ADD COLUMN last_ticket_id BLOB; -- the one that was closed last
ALTER TABLE conversations ADD COLUMN last_interaction_id BLOB; -- the matter that ended last, of those about which something was done
ALTER TABLE conversations ADD COLUMN elsewhere_at INTEGER; -- when another system, which has the conversation, was last heard in it
ALTER TABLE conversations ADD COLUMN last_agent_id BLOB; -- who answered last

ALTER TABLE contacts ADD COLUMN blocked_at INTEGER; -- what they write is kept, and raises nothing

-- Up to where somebody has read a conversation.
CREATE TABLE seen (
  workspace_id    BLOB NOT NULL,
  user_id         BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  seq             INTEGER NOT NULL,
  at              INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, user_id, conversation_id)
) STRICT, WITHOUT ROWID;

-- What people say to each other beside a conversation. Nothing of it is ever sent.
CREATE TABLE conversation_notes (
  workspace_id    BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  id              BLOB NOT NULL,
  author          TEXT NOT NULL,
  author_id       BLOB,
  text            TEXT NOT NULL,    -- empty once it was deleted
  mentions        TEXT,             -- whom it calls, JSON
  at              INTEGER NOT NULL,
  deleted_at      INTEGER,
  PRIMARY KEY (workspace_id, conversation_id, id)
) STRICT, WITHOUT ROWID;

-- Who is called to a conversation: by a note, or because a promise was broken there.
CREATE TABLE calls (
  workspace_id    BLOB NOT NULL,
  user_id         BLOB NOT NULL,
  id              BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  reason          TEXT NOT NULL,
  by              TEXT NOT NULL,
  at              INTEGER NOT NULL,
  seen_at         INTEGER,
  PRIMARY KEY (workspace_id, user_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_open ON calls (workspace_id, user_id, conversation_id, id) WHERE seen_at IS NULL;

-- What somebody has begun to write.
CREATE TABLE drafts (
  workspace_id    BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  user_id         BLOB NOT NULL,
  text            TEXT NOT NULL,
  at              INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, user_id)
) STRICT, WITHOUT ROWID;

-- Texts that are sent again and again.
CREATE TABLE canned_replies (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  shortcut     TEXT NOT NULL,
  name         TEXT NOT NULL,
  texts        TEXT NOT NULL,     -- by language, JSON
  changed_at   INTEGER NOT NULL,
  changed_by   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, shortcut)
) STRICT, WITHOUT ROWID;

-- What a message was taken for, and what it was: the text model learns from it.
CREATE TABLE corrections (
  workspace_id    BLOB NOT NULL,
  id              BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  interaction_id  BLOB NOT NULL,
  text            TEXT NOT NULL,
  was             TEXT,
  kind            TEXT NOT NULL,
  by              TEXT NOT NULL,
  at              INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- What machines outside are asked about messages, where the business has such machines: when, for how long, what they said, and what
-- became of it.
CREATE TABLE errands (
  workspace_id    BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  seq             INTEGER NOT NULL,
  what            TEXT NOT NULL,
  attempts        INTEGER NOT NULL,
  not_before      INTEGER, -- machine time of the next try; null once it is over
  asked_on        INTEGER, -- the day of the latest try, in days since 1970
  asked_at        INTEGER,
  ms              INTEGER,
  model           TEXT,
  said            TEXT,
  became          TEXT,
  PRIMARY KEY (workspace_id, conversation_id, seq, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX errands_due ON errands (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX errands_of_day ON errands (workspace_id, what, asked_on) WHERE asked_on IS NOT NULL;

-- Who is looking at a conversation or writes in it, for a few seconds. Machine time.
CREATE TABLE presence (
  workspace_id    BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  user_id         BLOB NOT NULL,
  name            TEXT NOT NULL,
  doing           TEXT NOT NULL,
  at              INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX presence_at ON presence (workspace_id, at);

-- People as they work: how much each takes on at once, and whether they are there. Times are machine time.
CREATE TABLE agents (
  workspace_id BLOB NOT NULL,
  user_id      BLOB NOT NULL,
  capacity     INTEGER NOT NULL,
  skills       TEXT,              -- types and languages, JSON; null for all
  availability TEXT NOT NULL,     -- as they said
  since        INTEGER NOT NULL,
  alive_at     INTEGER NOT NULL,  -- their last sign of life
  released_at  INTEGER,           -- when their unanswered work went back
  PRIMARY KEY (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_members (
  workspace_id BLOB NOT NULL,
  queue        TEXT NOT NULL,
  user_id      BLOB NOT NULL,
  PRIMARY KEY (workspace_id, queue, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_settings (
  workspace_id BLOB NOT NULL,
  queue        TEXT NOT NULL,
  assignment   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, queue)
) STRICT, WITHOUT ROWID;

CREATE TABLE desk_settings (
  workspace_id BLOB PRIMARY KEY NOT NULL,
  undo_seconds INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What automation does not do until somebody lets it: all of it, what answers a type, or what answers on a number.
CREATE TABLE pauses (
  workspace_id BLOB NOT NULL,
  scope        TEXT NOT NULL,
  subject      TEXT NOT NULL,     -- the type, or the id of the number; empty for all
  by           TEXT NOT NULL,
  why          TEXT NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, scope, subject)
) STRICT, WITHOUT ROWID;

-- How much WhatsApp posted about a number, by day: only against that its silence means something. Machine time.
CREATE TABLE channel_days (
  workspace_id BLOB NOT NULL,
  channel_id   BLOB NOT NULL,
  day          INTEGER NOT NULL,  -- since 1970
  heard        INTEGER NOT NULL,  -- so many bodies
  heard_at     INTEGER NOT NULL,  -- the last of them
  PRIMARY KEY (workspace_id, channel_id, day)
) STRICT, WITHOUT ROWID;

-- What is wrong at this moment.
CREATE TABLE troubles (
  workspace_id BLOB NOT NULL,
  kind         TEXT NOT NULL,
  subject      TEXT NOT NULL,     -- the number, the disk; empty where there is but one
  detail       TEXT NOT NULL,
  began_at     INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL,  -- when somebody looked last
  gone_at      INTEGER,           -- since when it is not seen any more
  told_on      INTEGER NOT NULL,  -- a day since 1970
  PRIMARY KEY (workspace_id, kind, subject)
) STRICT, WITHOUT ROWID;

-- Who of several nodes looks, and when next. Machine time.
CREATE TABLE looks (
  workspace_id BLOB NOT NULL,
  what         TEXT NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, what)
) STRICT, WITHOUT ROWID;

-- Word of it that goes out, for each person. The second key is what keeps two nodes from telling the same twice.
CREATE TABLE alerts (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  kind         TEXT NOT NULL,
  subject      TEXT NOT NULL,
  phase        TEXT NOT NULL,
  day          INTEGER NOT NULL,
  way          TEXT NOT NULL,
  recipient    TEXT NOT NULL,     -- an address or a number
  detail       TEXT NOT NULL,
  began_at     INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  state        TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  error        TEXT,
  not_before   INTEGER NOT NULL,  -- machine time: a wait, or the lease of the node that sends it
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, kind, subject, began_at, phase, day, way, recipient)
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_due ON alerts (not_before, id) WHERE state = 'waiting';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('tickets', 'tickets_inbox', '10000 10000 2 1'),
  ('tickets', 'tickets_held', '10000 10000 100 2 1'),
  ('tickets', 'tickets_queued', '10000 10000 1000 2 1'),
  ('tickets', 'tickets_snoozed', '1000 1000 2 1'),
  ('tickets', 'tickets_closed', '1000000 1000000 2 1'),
  ('tickets', 'tickets_closed_of', '1000000 1000000 100000 2 1'),
  ('seen', 'seen', '1000000 1000000 10000 1'),
  ('conversation_notes', 'conversation_notes', '100000 100000 4 1'),
  ('calls', 'calls', '10000 10000 100 1'),
  ('calls', 'calls_open', '1000 1000 10 2 1'),
  ('drafts', 'drafts', '1000 1000 2 1'),
  ('canned_replies', 'canned_replies', '1000 100 1'),
  ('canned_replies', 'sqlite_autoindex_canned_replies_2', '1000 100 1'),
  ('corrections', 'corrections', '10000 10000 1'),
  ('presence', 'presence', '1000 1000 2 1'),
  ('presence', 'presence_at', '1000 1000 2'),
  ('agents', 'agents', '1000 100 1'),
  ('queue_members', 'queue_members', '1000 1000 20 1'),
  ('queue_settings', 'queue_settings', '100 10 1'),
  ('pauses', 'pauses', '1000 10 5 1'),
  ('channel_days', 'channel_days', '100000 1000 400 1'),
  ('troubles', 'troubles', '1000 10 2 1'),
  ('looks', 'looks', '1000 5 1'),
  ('alerts', 'alerts', '100000 10000 1'),
  ('alerts', 'sqlite_autoindex_alerts_2', '100000 10000 1000 100 50 20 10 5 1'),
  ('alerts', 'alerts_due', '100 2 1'),
  ('errands', 'errands', '100000 10000 2 2 1'),
  ('errands', 'errands_due', '100 2 1 1 1 1'),
  ('errands', 'errands_of_day', '100000 10000 5000 100 2 2 1');
ANALYZE sqlite_schema;
