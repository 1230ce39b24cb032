-- IAM's service-specific credentials: bearer tokens of users. Only a digest of the token is kept.
CREATE TABLE ingest.api_key (
    credential_id text PRIMARY KEY,
    account text NOT NULL,
    user_name text NOT NULL,
    service_name text NOT NULL,
    alias text NOT NULL,
    token_digest bytea NOT NULL UNIQUE,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    -- NULL: never.
    expires_at timestamptz,
    FOREIGN KEY (account, user_name) REFERENCES ingest.iam_user (account, name)
);
CREATE INDEX api_key_by_user ON ingest.api_key (account, user_name, service_name);
