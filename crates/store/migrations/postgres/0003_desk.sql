-- What agents do with a conversation. A conversation with an open ticket is work; where it stands as such is on the ticket.

ALTER TABLE tickets ADD COLUMN assignee_id UUID;          -- who has it
ALTER TABLE tickets ADD COLUMN assigned_at BIGINT;
ALTER TABLE tickets ADD COLUMN waiting_since BIGINT;     -- the customer waits for us since; null once a person answered
ALTER TABLE tickets ADD COLUMN answered_at BIGINT;       -- when a person last ended a wait
ALTER TABLE tickets ADD COLUMN first_answered_at BIGINT;
ALTER TABLE tickets ADD COLUMN snoozed_at BIGINT;        -- put aside; null while it is in the inbox
ALTER TABLE tickets ADD COLUMN snoozed_until BIGINT;     -- null: until the customer writes
ALTER TABLE tickets ADD COLUMN snoozed_for TEXT;          -- or until this record changes: its kind and id, with a slash between
ALTER TABLE tickets ADD COLUMN outcome TEXT;
ALTER TABLE tickets ADD COLUMN outcome_note TEXT;         -- a sentence of whoever closed it
ALTER TABLE tickets ADD COLUMN score BIGINT;             -- how content the customer was, as they said
ALTER TABLE tickets ADD COLUMN warned_at BIGINT;         -- the promise was nearly over
ALTER TABLE tickets ADD COLUMN escalated_at BIGINT;      -- and it was over
-- Nobody is an id too, so that both are found in one way.
ALTER TABLE tickets ADD COLUMN holder UUID GENERATED ALWAYS AS (coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'::uuid)) STORED;
-- The place in every list: who waits comes first, the longest wait before all; then what was answered, the latest before all.
ALTER TABLE tickets ADD COLUMN place BIGINT GENERATED ALWAYS AS (
  coalesce(waiting_since, 9007199254740992 - coalesce(answered_at, created_at))) STORED;

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

ALTER TABLE conversations ADD COLUMN last_ticket_id UUID; -- the one that was closed last
ALTER TABLE conversations ADD COLUMN last_interaction_id UUID; -- the matter that ended last, of those about which something was done
ALTER TABLE conversations ADD COLUMN elsewhere_at BIGINT; -- when another system, which has the conversation, was last heard in it
ALTER TABLE conversations ADD COLUMN last_agent_id UUID; -- who answered last

ALTER TABLE contacts ADD COLUMN blocked_at BIGINT; -- what they write is kept, and raises nothing

-- Up to where somebody has read a conversation.
CREATE TABLE seen (
  workspace_id    UUID NOT NULL,
  user_id         UUID NOT NULL,
  conversation_id UUID NOT NULL,
  seq             BIGINT NOT NULL,
  at              BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, user_id, conversation_id)
);

-- What people say to each other beside a conversation. Nothing of it is ever sent.
CREATE TABLE conversation_notes (
  workspace_id    UUID NOT NULL,
  conversation_id UUID NOT NULL,
  id              UUID NOT NULL,
  author          TEXT NOT NULL,
  author_id       UUID,
  text            TEXT NOT NULL,    -- empty once it was deleted
  mentions        TEXT,             -- whom it calls, JSON
  at              BIGINT NOT NULL,
  deleted_at      BIGINT,
  PRIMARY KEY (workspace_id, conversation_id, id)
);

-- Who is called to a conversation: by a note, or because a promise was broken there.
CREATE TABLE calls (
  workspace_id    UUID NOT NULL,
  user_id         UUID NOT NULL,
  id              UUID NOT NULL,
  conversation_id UUID NOT NULL,
  reason          TEXT NOT NULL,
  by              TEXT NOT NULL,
  at              BIGINT NOT NULL,
  seen_at         BIGINT,
  PRIMARY KEY (workspace_id, user_id, id)
);
CREATE INDEX calls_open ON calls (workspace_id, user_id, conversation_id, id) WHERE seen_at IS NULL;

-- What somebody has begun to write.
CREATE TABLE drafts (
  workspace_id    UUID NOT NULL,
  conversation_id UUID NOT NULL,
  user_id         UUID NOT NULL,
  text            TEXT NOT NULL,
  at              BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, user_id)
);

-- Texts that are sent again and again.
CREATE TABLE canned_replies (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  shortcut     TEXT COLLATE "C" NOT NULL,
  name         TEXT NOT NULL,
  texts        TEXT NOT NULL,     -- by language, JSON
  changed_at   BIGINT NOT NULL,
  changed_by   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, shortcut)
);

-- What a message was taken for, and what it was: the text model learns from it.
CREATE TABLE corrections (
  workspace_id    UUID NOT NULL,
  id              UUID NOT NULL,
  conversation_id UUID NOT NULL,
  interaction_id  UUID NOT NULL,
  text            TEXT NOT NULL,
  was             TEXT,
  kind            TEXT NOT NULL,
  by              TEXT NOT NULL,
  at              BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- What machines outside are asked about messages, where the business has such machines: when, for how long, what they said, and what
-- became of it.
CREATE TABLE errands (
  workspace_id    UUID NOT NULL,
  conversation_id UUID NOT NULL,
  seq             BIGINT NOT NULL,
  what            TEXT NOT NULL,
  attempts        BIGINT NOT NULL,
  not_before      BIGINT, -- machine time of the next try; null once it is over
  asked_on        BIGINT, -- the day of the latest try, in days since 1970
  asked_at        BIGINT,
  ms              BIGINT,
  model           TEXT,
  said            TEXT,
  became          TEXT,
  PRIMARY KEY (workspace_id, conversation_id, seq, what)
);
CREATE INDEX errands_due ON errands (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX errands_of_day ON errands (workspace_id, what, asked_on) WHERE asked_on IS NOT NULL;

-- Who is looking at a conversation or writes in it, for a few seconds. Machine time.
CREATE TABLE presence (
  workspace_id    UUID NOT NULL,
  conversation_id UUID NOT NULL,
  user_id         UUID NOT NULL,
  name            TEXT NOT NULL,
  doing           TEXT NOT NULL,
  at              BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, user_id)
);
CREATE INDEX presence_at ON presence (workspace_id, at);

-- People as they work: how much each takes on at once, and whether they are there. Times are machine time.
CREATE TABLE agents (
  workspace_id UUID NOT NULL,
  user_id      UUID NOT NULL,
  capacity     BIGINT NOT NULL,
  skills       TEXT,              -- types and languages, JSON; null for all
  availability TEXT NOT NULL,     -- as they said
  since        BIGINT NOT NULL,
  alive_at     BIGINT NOT NULL,  -- their last sign of life
  released_at  BIGINT,           -- when their unanswered work went back
  PRIMARY KEY (workspace_id, user_id)
);

CREATE TABLE queue_members (
  workspace_id UUID NOT NULL,
  queue        TEXT NOT NULL,
  user_id      UUID NOT NULL,
  PRIMARY KEY (workspace_id, queue, user_id)
);

CREATE TABLE queue_settings (
  workspace_id UUID NOT NULL,
  queue        TEXT NOT NULL,
  assignment   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, queue)
);

CREATE TABLE desk_settings (
  workspace_id UUID PRIMARY KEY NOT NULL,
  undo_seconds BIGINT NOT NULL
);

-- What automation does not do until somebody lets it: all of it, what answers a type, or what answers on a number.
CREATE TABLE pauses (
  workspace_id UUID NOT NULL,
  scope        TEXT NOT NULL,
  subject      TEXT NOT NULL,     -- the type, or the id of the number; empty for all
  by           TEXT NOT NULL,
  why          TEXT NOT NULL,
  at           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, scope, subject)
);

-- How much WhatsApp posted about a number, by day: only against that its silence means something. Machine time.
CREATE TABLE channel_days (
  workspace_id UUID NOT NULL,
  channel_id   UUID NOT NULL,
  day          BIGINT NOT NULL,  -- since 1970
  heard        BIGINT NOT NULL,  -- so many bodies
  heard_at     BIGINT NOT NULL,  -- the last of them
  PRIMARY KEY (workspace_id, channel_id, day)
);

-- What is wrong at this moment.
CREATE TABLE troubles (
  workspace_id UUID NOT NULL,
  kind         TEXT NOT NULL,
  subject      TEXT NOT NULL,     -- the number, the disk; empty where there is but one
  detail       TEXT NOT NULL,
  began_at     BIGINT NOT NULL,
  seen_at      BIGINT NOT NULL,  -- when somebody looked last
  gone_at      BIGINT,           -- since when it is not seen any more
  told_on      BIGINT NOT NULL,  -- a day since 1970
  PRIMARY KEY (workspace_id, kind, subject)
);

-- Who of several nodes looks, and when next. Machine time.
CREATE TABLE looks (
  workspace_id UUID NOT NULL,
  what         TEXT NOT NULL,
  at           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, what)
);

-- Word of it that goes out, for each person. The second key is what keeps two nodes from telling the same twice.
CREATE TABLE alerts (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  kind         TEXT NOT NULL,
  subject      TEXT NOT NULL,
  phase        TEXT NOT NULL,
  day          BIGINT NOT NULL,
  way          TEXT NOT NULL,
  recipient    TEXT NOT NULL,     -- an address or a number
  detail       TEXT NOT NULL,
  began_at     BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  state        TEXT NOT NULL,
  attempts     BIGINT NOT NULL,
  error        TEXT,
  not_before   BIGINT NOT NULL,  -- machine time: a wait, or the lease of the node that sends it
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, kind, subject, began_at, phase, day, way, recipient)
);
CREATE INDEX alerts_due ON alerts (not_before, id) WHERE state = 'waiting';

-- Counted with an example, as in the first migration: of a table that is in use already, what is there is counted instead.
DO $example$
BEGIN
  IF EXISTS (SELECT 1 FROM tickets) THEN
    ANALYZE tickets;
    RETURN;
  END IF;
  INSERT INTO tickets (workspace_id, id, conversation_id, interaction_id, queue, state, subject, due_at, created_at, updated_at,
                       assignee_id, waiting_since, answered_at, snoozed_at, snoozed_until, resolved_at)
    SELECT md5('w')::uuid, md5('t' || n)::uuid, md5('v' || n)::uuid, md5('i' || n)::uuid, 'q' || n % 4,
           CASE WHEN n % 10 < 3 THEN 'open' ELSE 'resolved' END, '', n, n, n,
           CASE WHEN n % 3 = 0 THEN md5('u' || n % 20)::uuid END, CASE WHEN n % 2 = 0 THEN n END, n,
           CASE WHEN n % 30 = 1 THEN n END, CASE WHEN n % 30 = 1 THEN n END, CASE WHEN n % 10 >= 3 THEN n END
    FROM generate_series(1, 2000) n;
  ANALYZE tickets;
  -- In a block that could catch something, which is a savepoint: see there.
  BEGIN
    TRUNCATE tickets;
  EXCEPTION WHEN division_by_zero THEN
    NULL;
  END;
END
$example$;

INSERT INTO seen (workspace_id, user_id, conversation_id, seq, at)
  SELECT md5('w')::uuid, md5('u' || n % 20)::uuid, md5('v' || n)::uuid, n, n FROM generate_series(1, 2000) n;
INSERT INTO conversation_notes (workspace_id, conversation_id, id, author, text, at)
  SELECT md5('w')::uuid, md5('v' || n / 4)::uuid, md5('n' || n)::uuid, 'Bia', '', n FROM generate_series(1, 2000) n;
INSERT INTO calls (workspace_id, user_id, id, conversation_id, reason, by, at, seen_at)
  SELECT md5('w')::uuid, md5('u' || n % 20)::uuid, md5('l' || n)::uuid, md5('v' || n)::uuid, 'mention', 'Bia', n,
         CASE WHEN n % 2 = 0 THEN n END FROM generate_series(1, 2000) n;
INSERT INTO drafts (workspace_id, conversation_id, user_id, text, at)
  SELECT md5('w')::uuid, md5('v' || n)::uuid, md5('u' || n % 20)::uuid, '', n FROM generate_series(1, 2000) n;
INSERT INTO canned_replies (workspace_id, id, shortcut, name, texts, changed_at, changed_by)
  SELECT md5('w' || n % 100)::uuid, md5('r' || n)::uuid, n, '', '{}', n, 'Bia' FROM generate_series(1, 2000) n;
INSERT INTO corrections (workspace_id, id, conversation_id, interaction_id, text, kind, by, at)
  SELECT md5('w')::uuid, md5('x' || n)::uuid, md5('v' || n)::uuid, md5('i' || n)::uuid, '', 'k', 'Bia', n FROM generate_series(1, 2000) n;
INSERT INTO presence (workspace_id, conversation_id, user_id, name, doing, at)
  SELECT md5('w')::uuid, md5('v' || n)::uuid, md5('u' || n % 20)::uuid, '', 'looking', n FROM generate_series(1, 2000) n;
INSERT INTO agents (workspace_id, user_id, capacity, availability, since, alive_at)
  SELECT md5('w' || n % 100)::uuid, md5('u' || n)::uuid, 5, 'available', n, n FROM generate_series(1, 2000) n;
INSERT INTO queue_members (workspace_id, queue, user_id)
  SELECT md5('w' || n % 100)::uuid, 'q' || n % 7, md5('u' || n)::uuid FROM generate_series(1, 2000) n;
INSERT INTO queue_settings (workspace_id, queue, assignment)
  SELECT md5('w' || n % 300)::uuid, 'q' || n, 'off' FROM generate_series(1, 2000) n;
INSERT INTO channel_days (workspace_id, channel_id, day, heard, heard_at)
  SELECT md5('w' || n % 5)::uuid, md5('c' || n % 20)::uuid, n, n, n FROM generate_series(1, 2000) n;
INSERT INTO alerts (workspace_id, id, kind, subject, phase, day, way, recipient, detail, began_at, at, state, attempts, not_before)
  SELECT md5('w' || n % 5)::uuid, md5('a' || n)::uuid, 'disk', n, 'began', n, 'mail', 'a@b', '', n, n,
         CASE WHEN n % 50 = 0 THEN 'waiting' ELSE 'sent' END, 0, n FROM generate_series(1, 2000) n;
ANALYZE seen, conversation_notes, calls, drafts, canned_replies, corrections, presence, agents, queue_members, queue_settings,
  channel_days, alerts;
-- Behind a savepoint, as there.
SAVEPOINT counted;
TRUNCATE seen, conversation_notes, calls, drafts, canned_replies, corrections, presence, agents, queue_members, queue_settings,
  channel_days, alerts;
RELEASE SAVEPOINT counted;
