-- Auto Scaling. A body is the resource as AWS tells it; columns beside it are what is asked for.
CREATE TABLE alarms.launch_configuration (
    account    text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    body       text             NOT NULL,
    created_ms bigint           NOT NULL,
    PRIMARY KEY (account, region, name)
);

-- `due_ms`: when the group is to be looked at, and the lease of the process that is at it; null when
-- there is nothing to do. `cause` tells why the desired capacity is what it is. `cooldown`, in seconds,
-- starts when the activities of a simple policy have ended. `metrics_minute` is the last one published.
CREATE TABLE alarms.scaling_group (
    account              text COLLATE "C" NOT NULL,
    region               text COLLATE "C" NOT NULL,
    name                 text COLLATE "C" NOT NULL,
    arn                  text COLLATE "C" NOT NULL,
    body                 text             NOT NULL,
    launch_configuration text COLLATE "C",
    deleting             boolean          NOT NULL DEFAULT false,
    cause                text             NOT NULL DEFAULT '',
    warm_up              integer          NOT NULL DEFAULT 0,
    cooldown             integer,
    cooldown_until_ms    bigint           NOT NULL DEFAULT 0,
    failures             integer          NOT NULL DEFAULT 0,
    retry_ms             bigint           NOT NULL DEFAULT 0,
    due_ms               bigint,
    metrics_minute       bigint,
    PRIMARY KEY (account, region, name)
);
CREATE INDEX scaling_group_by_due ON alarms.scaling_group (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX scaling_group_by_metrics ON alarms.scaling_group (metrics_minute)
    WHERE metrics_minute IS NOT NULL;

CREATE TABLE alarms.scaling_instance (
    account              text COLLATE "C" NOT NULL,
    region               text COLLATE "C" NOT NULL,
    id                   text COLLATE "C" NOT NULL,
    group_name           text COLLATE "C" NOT NULL,
    type                 text,
    zone                 text             NOT NULL,
    state                text             NOT NULL,
    healthy              boolean          NOT NULL,
    launch_configuration text,
    protected            boolean          NOT NULL,
    launched_ms          bigint           NOT NULL,
    since_ms             bigint           NOT NULL,
    warm_until_ms        bigint           NOT NULL,
    warm_up              integer          NOT NULL,
    activity             uuid,
    PRIMARY KEY (account, region, id)
);
CREATE INDEX scaling_instance_by_group
    ON alarms.scaling_instance (account, region, group_name);

-- Kept for six weeks, whether or not the group still exists.
CREATE TABLE alarms.scaling_activity (
    position   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid             NOT NULL UNIQUE,
    account    text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    group_name text COLLATE "C" NOT NULL,
    group_arn  text COLLATE "C" NOT NULL,
    start_ms   bigint           NOT NULL,
    body       text             NOT NULL
);
CREATE INDEX scaling_activity_by_group
    ON alarms.scaling_activity (account, region, group_name, position);
CREATE INDEX scaling_activity_by_time ON alarms.scaling_activity (start_ms);

-- `alarms`: the names of those that target tracking made. `wanted`: the capacity it last asked for.
CREATE TABLE alarms.scaling_policy (
    account    text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    group_name text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    arn        text COLLATE "C" NOT NULL,
    body       text             NOT NULL,
    alarms     text[]           NOT NULL,
    wanted     integer          NOT NULL DEFAULT 0,
    wanted_ms  bigint           NOT NULL DEFAULT 0,
    PRIMARY KEY (account, region, group_name, name)
);

CREATE TABLE alarms.scaling_notification (
    account    text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    group_name text COLLATE "C" NOT NULL,
    topic_arn  text COLLATE "C" NOT NULL,
    type       text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, region, group_name, topic_arn, type)
);

CREATE TABLE alarms.scheduled_action (
    account    text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    group_name text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    body       text             NOT NULL,
    due_ms     bigint           NOT NULL,
    PRIMARY KEY (account, region, group_name, name)
);
CREATE INDEX scheduled_action_by_due ON alarms.scheduled_action (due_ms);

-- Events that are not about an alarm say themselves where they come from.
ALTER TABLE alarms.event_outbox ADD COLUMN source text, ADD COLUMN resources text[];
