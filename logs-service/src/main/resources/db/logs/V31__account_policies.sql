-- Subscription filters of whole accounts: one of an account and region at a time.
CREATE TABLE logs.account_subscription (
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    -- As it was given, and what of it counts.
    document text NOT NULL,
    criteria text,
    pattern text NOT NULL,
    destination_arn text NOT NULL,
    role_arn text,
    -- ByLogStream or Random.
    distribution text NOT NULL,
    -- Groups that it leaves out.
    excluded text[] NOT NULL,
    updated_ms bigint NOT NULL,
    PRIMARY KEY (account, region)
);
