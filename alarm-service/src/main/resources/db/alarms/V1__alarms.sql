-- alarm-service keeps everything in the schema "alarms". Times are milliseconds since the epoch.

-- One metric alarm: its configuration as it was put, and its state. `version` grows with every write
-- and fences evaluators: a verdict counts only if the alarm is still the one that was judged.
CREATE TABLE alarms.alarm (
    account                   text COLLATE "C" NOT NULL,
    region                    text COLLATE "C" NOT NULL,
    name                      text COLLATE "C" NOT NULL,
    version                   bigint           NOT NULL,
    description               text,
    namespace                 text             NOT NULL,
    metric_name               text             NOT NULL,
    -- As given, names and values in parallel; the key has them sorted, for equality.
    dimension_names           text[]           NOT NULL,
    dimension_values          text[]           NOT NULL,
    dimension_key             text             NOT NULL,
    statistic                 text,
    extended_statistic        text,
    unit                      text,
    period                    integer          NOT NULL,
    evaluation_periods        integer          NOT NULL,
    datapoints_to_alarm       integer,
    threshold                 double precision NOT NULL,
    comparison_operator       text             NOT NULL,
    treat_missing_data        text,
    low_sample_percentile     text,
    actions_enabled           boolean          NOT NULL,
    ok_actions                text[]           NOT NULL,
    alarm_actions             text[]           NOT NULL,
    insufficient_data_actions text[]           NOT NULL,
    configured_ms             bigint           NOT NULL,
    state                     text             NOT NULL,
    state_reason              text             NOT NULL,
    state_reason_data         text,
    state_updated_ms          bigint           NOT NULL,
    state_transitioned_ms     bigint           NOT NULL,
    PRIMARY KEY (account, region, name)
);

-- DescribeAlarmsForMetric.
CREATE INDEX alarm_by_metric ON alarms.alarm (account, region, namespace, metric_name);

-- Names of alarms that changed, by transaction, so that every evaluator learns of every change once
-- it is committed: see AlarmFeed. Kept for an hour.
CREATE TABLE alarms.alarm_change (
    transaction xid8             NOT NULL DEFAULT pg_current_xact_id(),
    at_ms       bigint           NOT NULL,
    account     text COLLATE "C" NOT NULL,
    region      text COLLATE "C" NOT NULL,
    name        text COLLATE "C" NOT NULL
);
CREATE INDEX alarm_change_by_transaction ON alarms.alarm_change (transaction);
CREATE INDEX alarm_change_by_time ON alarms.alarm_change (at_ms);

-- Kept for 30 days, whether or not the alarm still exists.
CREATE TABLE alarms.alarm_history (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    region  text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    at_ms   bigint           NOT NULL,
    type    text             NOT NULL,
    summary text             NOT NULL,
    data    text             NOT NULL
);
CREATE INDEX alarm_history_by_alarm ON alarms.alarm_history (account, region, name, at_ms, id);
CREATE INDEX alarm_history_by_tenant ON alarms.alarm_history (account, region, at_ms, id);
CREATE INDEX alarm_history_by_time ON alarms.alarm_history (at_ms);

CREATE TABLE alarms.alarm_tag (
    account text COLLATE "C" NOT NULL,
    region  text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    value   text             NOT NULL,
    PRIMARY KEY (account, region, name, key)
);

-- Actions still to be done. The id is the message's for ever; a row goes when its action is done or
-- given up. `due_ms` is also the lease of the relay that is at it.
CREATE TABLE alarms.action_outbox (
    id         uuid PRIMARY KEY,
    account    text   NOT NULL,
    region     text   NOT NULL,
    name       text   NOT NULL,
    arn        text   NOT NULL,
    subject    text   NOT NULL,
    message    text   NOT NULL,
    changed_ms bigint NOT NULL,
    due_ms     bigint NOT NULL,
    attempts   integer NOT NULL DEFAULT 0
);
CREATE INDEX action_outbox_by_due ON alarms.action_outbox (due_ms);
CREATE INDEX action_outbox_by_target ON alarms.action_outbox (arn);

-- Events still to be sent to the default bus, in order.
CREATE TABLE alarms.event_outbox (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          uuid   NOT NULL,
    account     text   NOT NULL,
    region      text   NOT NULL,
    name        text   NOT NULL,
    detail_type text   NOT NULL,
    detail      text   NOT NULL,
    at_ms       bigint NOT NULL
);

-- Processes that evaluate, and when each was last heard of.
CREATE TABLE alarms.evaluator (
    id      uuid PRIMARY KEY,
    seen_ms bigint NOT NULL
);
