-- Queries of Logs Insights, from their start to seven days after.
CREATE TABLE logs.query (
    id uuid PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    query_string text NOT NULL,
    group_names text[] NOT NULL,
    start_ms bigint NOT NULL,
    end_ms bigint NOT NULL,
    -- AWS's names: Scheduled, Running, Complete, Failed, Cancelled, Timeout.
    status text NOT NULL,
    created_ms bigint NOT NULL,
    -- Whoever runs it writes the time here again and again; when that stops, it has failed.
    alive_ms bigint NOT NULL,
    stop_requested boolean NOT NULL DEFAULT false,
    matched bigint NOT NULL DEFAULT 0,
    scanned bigint NOT NULL DEFAULT 0,
    scanned_bytes bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    skipped_bytes bigint NOT NULL DEFAULT 0,
    -- Columns and rows, compressed; while it runs, those so far.
    results bytea
);
ALTER TABLE logs.query ALTER COLUMN results SET STORAGE EXTERNAL;
-- DescribeQueries; what is older than seven days.
CREATE INDEX query_created ON logs.query (account, region, created_ms DESC, id);
CREATE INDEX query_old ON logs.query (created_ms);
-- How many run.
CREATE INDEX query_running ON logs.query (account, region, alive_ms)
    WHERE status IN ('Scheduled', 'Running');

CREATE TABLE logs.query_definition (
    id uuid PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    query_string text NOT NULL,
    group_names text[] NOT NULL,
    modified_ms bigint NOT NULL
);

CREATE INDEX query_definition_name ON logs.query_definition (account, region, name, id);
