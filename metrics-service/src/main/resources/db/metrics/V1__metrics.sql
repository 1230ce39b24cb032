-- Series: what ListMetrics shows, and the numbers by which blocks know them. Never written for a
-- series that the consumer knows already, but for last_seen_ms, every few minutes.
CREATE TABLE metrics.series (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of the identity: two series may share a hash, never this.
    digest        bytea NOT NULL UNIQUE,
    series_hash   bigint NOT NULL,
    account       text NOT NULL,
    region        text NOT NULL,
    namespace     text NOT NULL,
    metric_name   text NOT NULL,
    -- {"name": "value"}
    dimensions    jsonb NOT NULL,
    -- When a datum reached the front door.
    first_seen_ms bigint NOT NULL,
    last_seen_ms  bigint NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX series_by_name ON metrics.series (account, region, namespace, metric_name, id);
CREATE INDEX series_by_dimension ON metrics.series USING gin (dimensions);

-- Runs: sorted sequences of points of one Kafka partition, resolution (1, 60, 300 or 3600 seconds) and
-- bucket of time. A flush writes a run of level 0; the compactor replaces several by one of the next.
CREATE TABLE metrics.run (
    partition  integer NOT NULL,
    resolution smallint NOT NULL,
    bucket_s   bigint NOT NULL,
    level      smallint NOT NULL,
    -- Last offset that is inside: newer runs have higher numbers.
    run        bigint NOT NULL,
    points     bigint NOT NULL,
    written_ms bigint NOT NULL,
    PRIMARY KEY (resolution, bucket_s, partition, level, run)
) WITH (autovacuum_vacuum_scale_factor = 0.05);

-- Blocks: the compressed pieces of a run, in the order of `seq`; see PointBlock for their bytes.
-- Retention deletes by (resolution, bucket_s). What is written often lies apart from what stays, so that
-- the room that merging leaves behind is used again and does not spread. A cleaned index lets vacuum give
-- the end of a table back.
CREATE TABLE metrics.block (
    bucket_s   bigint NOT NULL,
    run        bigint NOT NULL,
    series_min bigint NOT NULL,
    series_max bigint NOT NULL,
    -- Starts of the first and the last period inside, seconds.
    first_s    bigint NOT NULL,
    last_s     bigint NOT NULL,
    partition  integer NOT NULL,
    seq        integer NOT NULL,
    resolution smallint NOT NULL,
    level      smallint NOT NULL,
    body       bytea NOT NULL,
    PRIMARY KEY (resolution, bucket_s, partition, level, run, seq)
) PARTITION BY RANGE (level);
CREATE TABLE metrics.block_open PARTITION OF metrics.block FOR VALUES FROM (MINVALUE) TO (100)
    WITH (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05,
        vacuum_index_cleanup = on, toast.vacuum_index_cleanup = on);
CREATE TABLE metrics.block_sealed PARTITION OF metrics.block FOR VALUES FROM (100) TO (MAXVALUE)
    WITH (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05,
        vacuum_index_cleanup = on, toast.vacuum_index_cleanup = on);
-- Compressed already.
ALTER TABLE metrics.block_open ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE metrics.block_sealed ALTER COLUMN body SET STORAGE EXTERNAL;
