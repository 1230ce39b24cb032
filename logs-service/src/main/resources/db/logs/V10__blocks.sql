-- Log events, packed into blocks per group. A flush adds small blocks; merging replaces them.
CREATE TABLE logs.block (
    id bigint GENERATED ALWAYS AS IDENTITY,
    group_id bigint NOT NULL,
    -- A UTC day: first_ms is not before it, last_ms less than two days behind its start.
    day integer NOT NULL,
    first_ms bigint NOT NULL,
    last_ms bigint NOT NULL,
    events integer NOT NULL,
    -- Messages plus 26 bytes each.
    raw_bytes bigint NOT NULL,
    -- How often its events have been merged; 0: written by a flush; 100: large enough.
    tier smallint NOT NULL,
    -- NULL: too many to list, any of the group.
    stream_ids bigint[],
    -- Which three-byte sequences its messages have; NULL: not known.
    trigrams bytea,
    payload bytea NOT NULL,
    PRIMARY KEY (group_id, id)
);
-- Already compressed.
ALTER TABLE logs.block ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE logs.block ALTER COLUMN trigrams SET STORAGE EXTERNAL;
-- Reading onward and back, expiry.
CREATE INDEX block_first ON logs.block (group_id, first_ms, id);
CREATE INDEX block_last ON logs.block (group_id, last_ms, id);
-- What merging looks for.
CREATE INDEX block_mergeable ON logs.block (group_id, day, tier) INCLUDE (raw_bytes) WHERE tier < 100;

-- What a group holds, by day of the events and by the partition that brought them, so that two
-- consumers never wait for each other. Partition -1 takes back what was removed.
CREATE TABLE logs.group_usage (
    group_id bigint NOT NULL,
    day integer NOT NULL,
    partition integer NOT NULL,
    events bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (group_id, day, partition)
) WITH (fillfactor = 70);
