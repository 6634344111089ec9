-- People who sign in, what they may do, and from where they are signed in. All times here are machine time.

CREATE TABLE users (
  workspace_id  BLOB NOT NULL,
  id            BLOB NOT NULL,
  email         TEXT NOT NULL UNIQUE, -- in lower case; it also says which workspace somebody signs in to
  name          TEXT NOT NULL,
  role          TEXT NOT NULL,
  language      TEXT NOT NULL,
  password      TEXT NOT NULL,        -- argon2id with its salt
  totp          BLOB,                 -- the secret of the codes, once they are asked for
  totp_offered  BLOB,                 -- one that was shown and not yet proven
  totp_step     INTEGER NOT NULL,     -- the half minute of the last code that was taken: none is taken twice
  disabled_at   INTEGER,
  created_at    INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- What opens an account whose phone is lost; a code is gone when it was used.
CREATE TABLE recovery_codes (
  workspace_id BLOB NOT NULL,
  user_id      BLOB NOT NULL,
  hash         BLOB NOT NULL,
  PRIMARY KEY (workspace_id, user_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  user_id      BLOB NOT NULL,
  hash         BLOB NOT NULL UNIQUE, -- of what the browser holds
  created_at   INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL,      -- to the minute
  address      TEXT NOT NULL,         -- from where it was last seen
  browser      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (workspace_id, user_id, id);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- Links that open once: to join, or to choose a new password.
CREATE TABLE invitations (
  workspace_id BLOB NOT NULL,
  id           BLOB NOT NULL,
  hash         BLOB NOT NULL UNIQUE, -- of what the link carries
  purpose      TEXT NOT NULL,         -- first_owner, join, reset
  user_id      BLOB,                  -- whose password it resets
  role         TEXT NOT NULL,
  email        TEXT,                  -- whom it is meant for
  made_by      TEXT NOT NULL,
  maker_id     BLOB,                  -- the same, if they sign in
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_old ON invitations (expires_at);

-- Wrong tries to sign in, by account and by address, before it is known whose workspace it is.
CREATE TABLE sign_in_tries (
  whose         BLOB PRIMARY KEY NOT NULL, -- a hash
  tries         INTEGER NOT NULL,          -- in a row
  last_at       INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_tries_old ON sign_in_tries (last_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('users', 'users', '10000 100 1'),
  ('users', 'sqlite_autoindex_users_1', '10000 1'),
  ('recovery_codes', 'recovery_codes', '50000 500 10 1'),
  ('sessions', 'sessions', '10000 100 1'),
  ('sessions', 'sessions_of_user', '10000 100 2 1'),
  ('sessions', 'sessions_seen', '10000 2'),
  ('invitations', 'invitations', '1000 100 1'),
  ('invitations', 'invitations_old', '1000 2'),
  ('sign_in_tries', 'sign_in_tries', '10000 1'),
  ('sign_in_tries', 'sign_in_tries_old', '10000 2');
ANALYZE sqlite_schema;
