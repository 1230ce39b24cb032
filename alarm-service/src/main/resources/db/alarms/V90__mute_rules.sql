-- Rules that hold back the actions of alarms for a time. Whoever decides on an action shares the locks
-- of the alarm's rules until it commits: a rule does not change under it.
CREATE TABLE alarms.mute_rule (
    account     text COLLATE "C" NOT NULL,
    region      text COLLATE "C" NOT NULL,
    name        text COLLATE "C" NOT NULL,
    description text,
    expression  text             NOT NULL,
    duration    text             NOT NULL,
    timezone    text,
    -- Names of alarms; null when none were given.
    targets     text[] COLLATE "C",
    start_ms    bigint,
    expire_ms   bigint,
    updated_ms  bigint           NOT NULL,
    tag_keys    text[]           NOT NULL,
    tag_values  text[]           NOT NULL,
    PRIMARY KEY (account, region, name)
);
CREATE INDEX mute_rule_by_target ON alarms.mute_rule USING gin (targets);

-- Alarms, and contributors of alarms on several series, whose actions are held back by mute rules.
-- `former_state` is what was told last, `due_ms` when to look again, `end_ms` the end of the window.
-- What a contributor is told with is kept here; of an alarm its row has it. `contributor` is '' for
-- the alarm itself.
CREATE TABLE alarms.muted (
    account      text COLLATE "C" NOT NULL,
    region       text COLLATE "C" NOT NULL,
    name         text COLLATE "C" NOT NULL,
    contributor  text COLLATE "C" NOT NULL,
    attributes   text             NOT NULL,
    former_state text             NOT NULL,
    state        text             NOT NULL,
    reason       text             NOT NULL,
    reason_data  text             NOT NULL,
    changed_ms   bigint           NOT NULL,
    due_ms       bigint           NOT NULL,
    end_ms       bigint           NOT NULL,
    PRIMARY KEY (account, region, name, contributor)
);
CREATE INDEX muted_by_due ON alarms.muted (due_ms);

-- The end of the window that held an action back; null when none did.
ALTER TABLE alarms.action_outbox ADD COLUMN mute_end_ms bigint;
