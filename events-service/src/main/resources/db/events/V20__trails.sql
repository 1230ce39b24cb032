-- Records of API calls, kept 90 days for LookupEvents, and the trails they are delivered to.

CREATE TABLE events.api_record (
    event_id text NOT NULL,
    account text NOT NULL,
    region text NOT NULL,
    at timestamptz NOT NULL,
    event_source text NOT NULL,
    event_name text NOT NULL,
    read_only boolean NOT NULL,
    access_key_id text NOT NULL,
    user_name text NOT NULL,
    resource_types text[] NOT NULL,
    resource_names text[] NOT NULL,
    record text NOT NULL,
    PRIMARY KEY (account, region, event_id)
);
-- Every lookup is newest first; the two attributes people filter by have an index of their own.
CREATE INDEX api_record_time ON events.api_record (account, region, at DESC, event_id DESC);
CREATE INDEX api_record_name ON events.api_record (account, region, event_name, at DESC, event_id DESC);
CREATE INDEX api_record_user ON events.api_record (account, region, user_name, at DESC, event_id DESC);
CREATE INDEX api_record_resource ON events.api_record USING gin (resource_names);
CREATE INDEX api_record_age ON events.api_record USING brin (at);

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
