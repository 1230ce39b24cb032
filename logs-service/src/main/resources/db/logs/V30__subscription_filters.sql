CREATE TABLE logs.subscription_filter (
    group_id bigint NOT NULL REFERENCES logs.log_group ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    pattern text NOT NULL,
    destination_arn text NOT NULL,
    role_arn text,
    -- ByLogStream or Random.
    distribution text NOT NULL,
    -- Of @aws.account, @aws.region and @source.log those that go with each event.
    system_fields text[] NOT NULL DEFAULT '{}',
    regexes integer NOT NULL DEFAULT 0,
    created_ms bigint NOT NULL,
    PRIMARY KEY (group_id, name)
);
