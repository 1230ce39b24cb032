CREATE TABLE metrics.metric_stream (
    account    text NOT NULL,
    region     text NOT NULL,
    name       text COLLATE "C" NOT NULL,
    -- PutMetricStream's members as JSON, see StreamRows.
    definition text NOT NULL,
    is_running boolean NOT NULL,
    created_ms bigint NOT NULL,
    updated_ms bigint NOT NULL,
    PRIMARY KEY (account, region, name)
);

-- Minutes of series that got samples and are to be sent: written with the samples, by a flush, when a
-- metric stream wants them; taken once the minute is over.
CREATE TABLE metrics.stream_mark (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    minute_s bigint NOT NULL,
    series   bigint[] NOT NULL
);
CREATE INDEX stream_mark_by_minute ON metrics.stream_mark (minute_s);

-- Records on their way to a stream's destination; what is acknowledged there goes from here.
CREATE TABLE metrics.stream_outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account     text NOT NULL,
    region      text NOT NULL,
    name        text COLLATE "C" NOT NULL,
    destination text NOT NULL,
    body        bytea NOT NULL,
    made_ms     bigint NOT NULL,
    next_try_ms bigint NOT NULL,
    attempts    integer NOT NULL
);
CREATE INDEX stream_outbox_by_time ON metrics.stream_outbox (next_try_ms, id);
