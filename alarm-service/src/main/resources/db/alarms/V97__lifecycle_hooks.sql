-- A body is the hook as AWS tells it.
CREATE TABLE alarms.lifecycle_hook (
    account    text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    group_name text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    body       text             NOT NULL,
    PRIMARY KEY (account, region, group_name, name)
);

-- An instance that is held by a hook. What the hook said when it began holds until it ends.
CREATE TABLE alarms.lifecycle_action (
    account     text COLLATE "C" NOT NULL,
    region      text COLLATE "C" NOT NULL,
    group_name  text COLLATE "C" NOT NULL,
    instance    text COLLATE "C" NOT NULL,
    hook        text COLLATE "C" NOT NULL,
    token       uuid             NOT NULL,
    heartbeat_s integer          NOT NULL,
    continues   boolean          NOT NULL,
    deadline_ms bigint           NOT NULL,
    last_ms     bigint           NOT NULL,
    PRIMARY KEY (account, region, group_name, instance, hook)
);
