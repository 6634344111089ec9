-- Whom automation answers while a version of the workflow is tried. A change is one row more; of a version without any, everybody is answered.
CREATE TABLE workflow_reaches (
  workspace_id BLOB NOT NULL,
  version      INTEGER NOT NULL,
  number       INTEGER NOT NULL, -- 1 is the first of the version
  reach        TEXT NOT NULL,
  share        INTEGER,          -- of a hundred contacts
  salt         INTEGER NOT NULL, -- which contacts a share begins with
  mark         BLOB NOT NULL,    -- matters with later ids began under it
  at           INTEGER NOT NULL,
  by           TEXT NOT NULL,
  reason       TEXT NOT NULL,
  PRIMARY KEY (workspace_id, version, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE test_numbers (
  workspace_id BLOB NOT NULL,
  number       TEXT NOT NULL,
  match_key    TEXT NOT NULL,
  at           INTEGER NOT NULL,
  by           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, number)
) STRICT, WITHOUT ROWID;

-- Matters that automation would have ended by itself, and that a person got because it was on trial.
CREATE TABLE kept_back (
  workspace_id   BLOB NOT NULL,
  interaction_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, interaction_id)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('workflow_reaches', 'workflow_reaches', '1000 10 3 1'),
  ('test_numbers', 'test_numbers', '1000 10 1'),
  ('kept_back', 'kept_back', '100000 10000 1');
ANALYZE sqlite_schema;
