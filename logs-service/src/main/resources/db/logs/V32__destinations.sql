-- Logical destinations.
CREATE TABLE logs.destination (
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    target_arn text NOT NULL,
    role_arn text NOT NULL,
    -- NULL: only the account itself may subscribe.
    access_policy text,
    tags jsonb NOT NULL DEFAULT '{}',
    created_ms bigint NOT NULL,
    PRIMARY KEY (account, region, name)
);
