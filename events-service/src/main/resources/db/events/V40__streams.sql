-- Streams: what Kafka does not know of the topics behind them.

CREATE TABLE events.stream (
    account text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    -- Tells the records of a stream from those of an earlier one of the same name.
    generation integer NOT NULL,
    shards integer NOT NULL CHECK (shards > 0),
    on_demand boolean NOT NULL,
    retention_hours integer NOT NULL,
    status text NOT NULL CHECK (status IN ('CREATING', 'ACTIVE', 'DELETING')),
    tags json NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account, region, name)
);
CREATE INDEX stream_unsettled ON events.stream (created_at) WHERE status <> 'ACTIVE';

CREATE SEQUENCE events.stream_generation MINVALUE 1 MAXVALUE 9999 CYCLE;

-- Signs shard iterators; one row, shared by all replicas.
CREATE TABLE events.stream_secret (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    secret bytea NOT NULL
);
