CREATE TABLE logs.export_task (
    id uuid PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    name text,
    log_group text NOT NULL,
    stream_prefix text,
    from_ms bigint NOT NULL,
    to_ms bigint NOT NULL,
    bucket text NOT NULL,
    prefix text NOT NULL,
    -- AWS's words: PENDING, RUNNING, PENDING_CANCEL, COMPLETED, CANCELLED, FAILED.
    code text NOT NULL,
    message text,
    created_ms bigint NOT NULL,
    completed_ms bigint,
    -- Streams up to this name are in the bucket.
    done_stream text COLLATE "C" NOT NULL DEFAULT '',
    leased_until_ms bigint NOT NULL DEFAULT 0
);
-- AWS: an account and region exports one group at a time.
CREATE UNIQUE INDEX export_task_active ON logs.export_task (account, region)
    WHERE code IN ('PENDING', 'RUNNING', 'PENDING_CANCEL');
-- DescribeExportTasks.
CREATE INDEX export_task_created ON logs.export_task (account, region, created_ms DESC, id);
