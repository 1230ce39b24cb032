-- Buses, their rules and targets, and what is still to be delivered to the targets.
-- The default bus of a tenant has no row until it has tags or a description.

CREATE TABLE events.bus (
    account text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    description text,
    tags json NOT NULL,
    created_at timestamptz NOT NULL,
    modified_at timestamptz NOT NULL,
    PRIMARY KEY (account, region, name)
);

CREATE TABLE events.rule (
    account text NOT NULL,
    region text NOT NULL,
    bus text NOT NULL,
    name text NOT NULL,
    -- json and text, not jsonb: what was put is answered as it was put.
    pattern text,
    schedule text,
    state text NOT NULL,
    description text,
    role_arn text,
    created_by text NOT NULL,
    tags json NOT NULL,
    -- A rate counts from here.
    anchored_at timestamptz NOT NULL,
    -- Null when the rule never fires by itself (again).
    next_fire_at timestamptz,
    PRIMARY KEY (account, region, bus, name)
);
-- What the ticker claims.
CREATE INDEX rule_due ON events.rule (next_fire_at) WHERE next_fire_at IS NOT NULL;

CREATE TABLE events.target (
    account text NOT NULL,
    region text NOT NULL,
    bus text NOT NULL,
    rule text NOT NULL,
    id text NOT NULL,
    arn text NOT NULL,
    body json NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (account, region, bus, rule, id)
);
CREATE INDEX target_arn ON events.target (account, region, bus, arn);

-- Grows with every change of a bus's rules or targets; a matcher built from another version is stale.
CREATE TABLE events.rule_set (
    account text NOT NULL,
    region text NOT NULL,
    bus text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (account, region, bus)
);

-- One event for one target of one rule, until it is delivered or given up.
CREATE TABLE events.delivery (
    -- Follows from (event, rule, target): a repeated match is the same delivery.
    id uuid PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    bus text NOT NULL,
    rule text NOT NULL,
    -- What must not wait for others, nor let others wait: the target's ARN.
    lane text COLLATE "C" NOT NULL,
    target json NOT NULL,
    -- The event as it stands on the bus: protobuf BusEvent.
    event bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- When somebody may try it (again); a claim moves it ahead.
    due_at timestamptz NOT NULL
);
-- Fair claims: the due ones lane by lane.
CREATE INDEX delivery_due ON events.delivery (lane, due_at);

CREATE TABLE events.connection (
    account text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    id uuid NOT NULL,
    description text,
    authorization_type text NOT NULL,
    -- Holds the secrets.
    parameters json NOT NULL,
    created_at timestamptz NOT NULL,
    modified_at timestamptz NOT NULL,
    PRIMARY KEY (account, region, name)
);

CREATE TABLE events.api_destination (
    account text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    id uuid NOT NULL,
    description text,
    connection_arn text NOT NULL,
    endpoint text NOT NULL,
    method text NOT NULL,
    rate_limit integer NOT NULL,
    created_at timestamptz NOT NULL,
    modified_at timestamptz NOT NULL,
    PRIMARY KEY (account, region, name)
);
CREATE INDEX api_destination_connection ON events.api_destination (account, region, connection_arn);
