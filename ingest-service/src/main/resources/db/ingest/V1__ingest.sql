-- Users, their access keys and their policies. Secrets are sealed with a key derived from
-- pharos.internal.secret; the access key id is the associated data.
CREATE TABLE ingest.iam_user (
    account    text NOT NULL,
    name       text NOT NULL,
    user_id    text NOT NULL UNIQUE,
    path       text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account, name)
);

CREATE TABLE ingest.access_key (
    access_key_id text PRIMARY KEY,
    sealed_secret bytea NOT NULL,
    account       text NOT NULL,
    -- NULL: a key of the account's root.
    user_name     text,
    active        boolean NOT NULL,
    created_at    timestamptz NOT NULL,
    FOREIGN KEY (account, user_name) REFERENCES ingest.iam_user (account, name)
);
CREATE INDEX access_key_by_user ON ingest.access_key (account, user_name);

CREATE TABLE ingest.user_policy (
    account     text NOT NULL,
    user_name   text NOT NULL,
    policy_name text NOT NULL,
    document    text NOT NULL,
    PRIMARY KEY (account, user_name, policy_name),
    FOREIGN KEY (account, user_name) REFERENCES ingest.iam_user (account, name)
);
