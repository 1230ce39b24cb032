-- Composite alarms whose actions are held back: `former_state` is what the alarm left when that began,
-- `due_ms` when it ends by itself (null while the suppressor is in ALARM).
CREATE TABLE alarms.suppression (
    account      text COLLATE "C" NOT NULL,
    region       text COLLATE "C" NOT NULL,
    name         text COLLATE "C" NOT NULL,
    former_state text             NOT NULL,
    due_ms       bigint,
    PRIMARY KEY (account, region, name)
);
CREATE INDEX suppression_by_due ON alarms.suppression (due_ms) WHERE due_ms IS NOT NULL;
