-- Whom automation answers while a version of the workflow is tried. A change is one row more; of a version without any, everybody is answered.
CREATE TABLE workflow_reaches (
  workspace_id UUID NOT NULL,
  version      BIGINT NOT NULL,
  number       BIGINT NOT NULL, -- 1 is the first of the version
  reach        TEXT NOT NULL,
  share        BIGINT,          -- of a hundred contacts
  salt         BIGINT NOT NULL, -- which contacts a share begins with
  mark         UUID NOT NULL,    -- matters with later ids began under it
  at           BIGINT NOT NULL,
  by           TEXT NOT NULL,
  reason       TEXT NOT NULL,
  PRIMARY KEY (workspace_id, version, number)
);

CREATE TABLE test_numbers (
  workspace_id UUID NOT NULL,
  number       TEXT NOT NULL,
  match_key    TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, number)
);

-- Matters that automation would have ended by itself, and that a person got because it was on trial.
CREATE TABLE kept_back (
  workspace_id   UUID NOT NULL,
  interaction_id UUID NOT NULL,
  PRIMARY KEY (workspace_id, interaction_id)
);
