-- Who may write into the groups of an account, or into one group.
CREATE TABLE logs.resource_policy (
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    -- NULL: for the account's groups.
    group_id bigint UNIQUE REFERENCES logs.log_group ON DELETE CASCADE,
    document text NOT NULL,
    modified_ms bigint NOT NULL,
    -- Of a group's policy: whoever changes it says which one was seen.
    revision uuid NOT NULL
);

CREATE UNIQUE INDEX resource_policy_of_account ON logs.resource_policy (account, region, name)
    WHERE group_id IS NULL;
