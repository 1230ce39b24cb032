-- Of a field that a policy indexes: the times of the events that have it, by partition of log-events, so that
-- consumers do not wait for each other.
CREATE TABLE logs.field_index_time (
    group_id bigint NOT NULL REFERENCES logs.log_group ON DELETE CASCADE,
    field text COLLATE "C" NOT NULL,
    -- Since when the field is indexed without a gap.
    since_ms bigint NOT NULL,
    partition integer NOT NULL,
    -- NULL: no event had it yet.
    first_event_ms bigint,
    last_event_ms bigint,
    -- When events were looked at last.
    scanned_ms bigint NOT NULL,
    PRIMARY KEY (group_id, field, since_ms, partition)
);
