-- Log groups and streams. Other tables of this schema name them by id and have no foreign key to
-- them: what a deleted group or stream leaves behind is swept away later (logs.leftover).
CREATE TABLE logs.log_group (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    -- NULL: events never expire.
    retention_days integer,
    deletion_protected boolean NOT NULL DEFAULT false,
    tags jsonb NOT NULL DEFAULT '{}',
    UNIQUE (account, region, name)
);

-- Rewritten in place by each flush that adds events: room on the page keeps that cheap (HOT).
CREATE TABLE logs.log_stream (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    -- NULL until the first event.
    first_event_ms bigint,
    last_event_ms bigint,
    last_ingestion_ms bigint,
    UNIQUE (group_id, name)
) WITH (fillfactor = 70);

-- Deleted groups (stream_id NULL) and streams whose blocks are still to be removed.
CREATE TABLE logs.leftover (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id bigint NOT NULL,
    stream_id bigint,
    deleted_ms bigint NOT NULL
);
