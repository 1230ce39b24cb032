-- Records of API calls, kept 90 days for LookupEvents, and the trails they are delivered to.

-- Records that arrived together, compressed: a row a record would cost ten times as much to write, and
-- lookups are few.
CREATE TABLE events.api_block (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    -- What lookups ask for, as `<attribute>:<value>`: each that at least one record of the block has.
    terms text[] NOT NULL,
    -- zstd of ApiRecord messages, each behind its length.
    records bytea NOT NULL
);
ALTER TABLE events.api_block ALTER COLUMN records SET STORAGE EXTERNAL;
-- Every lookup is newest first.
CREATE INDEX api_block_time ON events.api_block (account, region, last_at DESC, id DESC);
CREATE INDEX api_block_terms ON events.api_block USING gin (terms);
CREATE INDEX api_block_age ON events.api_block USING brin (last_at);

CREATE TABLE events.trail (
    account text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    s3_bucket text NOT NULL,
    s3_key_prefix text,
    global_services boolean NOT NULL,
    multi_region boolean NOT NULL,
    -- The group's name: it is in the trail's own account and region.
    log_group_arn text,
    log_role_arn text,
    read_write_type text NOT NULL,
    management_events boolean NOT NULL,
    excluded_sources text[] NOT NULL,
    custom_selectors boolean NOT NULL,
    tags json NOT NULL,
    logging boolean NOT NULL,
    started_at timestamptz,
    stopped_at timestamptz,
    log_delivered_at timestamptz,
    PRIMARY KEY (account, region, name)
);
