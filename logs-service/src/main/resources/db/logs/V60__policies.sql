-- Policies that transform, protect and index events, of log groups and of accounts. A version holds
-- for the events received from its start until its end: events keep the rules they came under.
CREATE TABLE logs.policy_version (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- TRANSFORMER, DATA_PROTECTION, FIELD_INDEX, METRIC_EXTRACTION.
    kind text NOT NULL,
    account text NOT NULL,
    region text NOT NULL,
    -- NULL: of the account.
    group_id bigint REFERENCES logs.log_group ON DELETE CASCADE,
    -- Of an account's policy; empty for a group's.
    name text COLLATE "C" NOT NULL DEFAULT '',
    -- An account's policy may be for some groups only: by the start of their names.
    name_prefix text COLLATE "C",
    -- As it was given.
    criteria text,
    document text NOT NULL,
    -- When a policy was first put, and last.
    created_ms bigint NOT NULL,
    modified_ms bigint NOT NULL,
    from_ms bigint NOT NULL,
    -- NULL: it is in force.
    until_ms bigint
);

CREATE UNIQUE INDEX policy_version_of_group ON logs.policy_version (group_id, kind)
    WHERE until_ms IS NULL AND group_id IS NOT NULL;
CREATE UNIQUE INDEX policy_version_of_account ON logs.policy_version (account, region, kind, name)
    WHERE until_ms IS NULL AND group_id IS NULL;
-- All versions that concern a group.
CREATE INDEX policy_version_group ON logs.policy_version (group_id, kind, from_ms);
CREATE INDEX policy_version_account ON logs.policy_version (account, region) WHERE group_id IS NULL;

-- Whether a filter sees what the group's transformer makes of events.
ALTER TABLE logs.metric_filter ADD COLUMN on_transformed boolean NOT NULL DEFAULT false;
ALTER TABLE logs.subscription_filter ADD COLUMN on_transformed boolean NOT NULL DEFAULT false;
