-- People who sign in, what they may do, and from where they are signed in. All times here are machine time.

CREATE TABLE users (
  workspace_id  UUID NOT NULL,
  id            UUID NOT NULL,
  email         TEXT NOT NULL UNIQUE, -- in lower case; it also says which workspace somebody signs in to
  name          TEXT NOT NULL,
  role          TEXT NOT NULL,
  language      TEXT NOT NULL,
  password      TEXT NOT NULL,        -- argon2id with its salt
  totp          BYTEA,                 -- the secret of the codes, once they are asked for
  totp_offered  BYTEA,                 -- one that was shown and not yet proven
  totp_step     BIGINT NOT NULL,     -- the half minute of the last code that was taken: none is taken twice
  disabled_at   BIGINT,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- What opens an account whose phone is lost; a code is gone when it was used.
CREATE TABLE recovery_codes (
  workspace_id UUID NOT NULL,
  user_id      UUID NOT NULL,
  hash         BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, user_id, hash)
);

CREATE TABLE sessions (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  user_id      UUID NOT NULL,
  hash         BYTEA NOT NULL UNIQUE, -- of what the browser holds
  created_at   BIGINT NOT NULL,
  seen_at      BIGINT NOT NULL,      -- to the minute
  address      TEXT NOT NULL,         -- from where it was last seen
  browser      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX sessions_of_user ON sessions (workspace_id, user_id, id);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- Links that open once: to join, or to choose a new password.
CREATE TABLE invitations (
  workspace_id UUID NOT NULL,
  id           UUID NOT NULL,
  hash         BYTEA NOT NULL UNIQUE, -- of what the link carries
  purpose      TEXT NOT NULL,         -- first_owner, join, reset
  user_id      UUID,                  -- whose password it resets
  role         TEXT NOT NULL,
  email        TEXT,                  -- whom it is meant for
  made_by      TEXT NOT NULL,
  maker_id     UUID,                  -- the same, if they sign in
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX invitations_old ON invitations (expires_at);

-- Wrong tries to sign in, by account and by address, before it is known whose workspace it is.
CREATE TABLE sign_in_tries (
  whose         BYTEA PRIMARY KEY NOT NULL, -- a hash
  tries         BIGINT NOT NULL,          -- in a row
  last_at       BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL
);
CREATE INDEX sign_in_tries_old ON sign_in_tries (last_at);
