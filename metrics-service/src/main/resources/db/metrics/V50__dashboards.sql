-- Dashboards are global in an account: every region shows the same ones.
CREATE TABLE metrics.dashboard (
    account     text NOT NULL,
    -- Names are sorted by their bytes, as AWS lists them.
    name        text COLLATE "C" NOT NULL,
    -- JSON as it was put, without white space.
    body        text NOT NULL,
    modified_ms bigint NOT NULL,
    PRIMARY KEY (account, name)
);

-- Tags of what metrics-service keeps: dashboards and metric streams.
CREATE TABLE metrics.resource_tag (
    arn   text NOT NULL,
    key   text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (arn, key)
);
