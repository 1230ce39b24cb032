-- Alarms of every kind share one name space and one table. Columns that a kind does not have are null.
ALTER TABLE alarms.alarm
    ADD COLUMN type                 text NOT NULL DEFAULT 'MetricAlarm',
    ALTER COLUMN namespace DROP NOT NULL,
    ALTER COLUMN metric_name DROP NOT NULL,
    ALTER COLUMN dimension_names DROP NOT NULL,
    ALTER COLUMN dimension_values DROP NOT NULL,
    ALTER COLUMN dimension_key DROP NOT NULL,
    ALTER COLUMN period DROP NOT NULL,
    ALTER COLUMN evaluation_periods DROP NOT NULL,
    ALTER COLUMN threshold DROP NOT NULL,
    ALTER COLUMN comparison_operator DROP NOT NULL,
    -- Alarms on a list of queries: the list as JSON, in AWS's names.
    ADD COLUMN metrics              text,
    ADD COLUMN threshold_metric_id  text,
    ADD COLUMN evaluation_state     text,
    -- Alarms on alarms.
    ADD COLUMN rule                 text,
    ADD COLUMN suppressor           text,
    ADD COLUMN suppressor_wait      integer,
    ADD COLUMN suppressor_extension integer,
    ADD COLUMN suppressed_by        text,
    ADD COLUMN suppressed_reason    text;

-- Which alarms a composite alarm looks at: `role` is `rule` or `suppressor`. Whoever writes a
-- composite alarm writes these; an alarm that is somebody's child can not be deleted.
CREATE TABLE alarms.alarm_child (
    account text COLLATE "C" NOT NULL,
    region  text COLLATE "C" NOT NULL,
    parent  text COLLATE "C" NOT NULL,
    role    text             NOT NULL,
    child   text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, region, parent, role, child)
);
CREATE INDEX alarm_child_by_child ON alarms.alarm_child (account, region, child);

-- One series of an alarm on several, and its state. Those that vanished and are OK are not kept.
CREATE TABLE alarms.alarm_contributor (
    account          text COLLATE "C" NOT NULL,
    region           text COLLATE "C" NOT NULL,
    name             text COLLATE "C" NOT NULL,
    contributor      text COLLATE "C" NOT NULL,
    attributes       text             NOT NULL,
    state            text             NOT NULL,
    reason           text             NOT NULL,
    transitioned_ms  bigint           NOT NULL,
    PRIMARY KEY (account, region, name, contributor)
);

ALTER TABLE alarms.alarm_history
    ADD COLUMN alarm_type             text NOT NULL DEFAULT 'MetricAlarm',
    ADD COLUMN contributor            text,
    ADD COLUMN contributor_attributes text;

ALTER TABLE alarms.action_outbox
    ADD COLUMN alarm_type             text NOT NULL DEFAULT 'MetricAlarm',
    ADD COLUMN contributor            text,
    ADD COLUMN contributor_attributes text;
