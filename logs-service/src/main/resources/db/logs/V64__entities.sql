-- Which entity the events of a stream came with (PutLogEvents), from one record to another: a row a
-- change. The entities themselves are there once a group.
CREATE TABLE logs.entity (
    group_id bigint NOT NULL,
    -- A digest of the document.
    id uuid NOT NULL,
    -- A LogEntity of the stream contract.
    document bytea NOT NULL,
    -- When a change named it last, by this server's clock.
    used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, id)
);

CREATE TABLE logs.stream_entity (
    group_id bigint NOT NULL,
    stream_id bigint NOT NULL,
    -- Partition and offset, as in the ids of events.
    first_batch bigint NOT NULL,
    -- Exclusive; NULL: it goes on.
    end_batch bigint,
    since_ms bigint NOT NULL,
    until_ms bigint,
    entity uuid NOT NULL,
    PRIMARY KEY (stream_id, first_batch)
);
-- What goes with its group; what has expired.
CREATE INDEX stream_entity_group ON logs.stream_entity (group_id, until_ms);
-- Which entities are still named.
CREATE INDEX stream_entity_entity ON logs.stream_entity (group_id, entity);

-- The span that goes on, if there is one.
ALTER TABLE logs.log_stream ADD COLUMN entity uuid;
ALTER TABLE logs.log_stream ADD COLUMN entity_batch bigint;
