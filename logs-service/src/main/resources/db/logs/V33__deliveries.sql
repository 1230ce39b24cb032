-- What subscriptions have to deliver to functions, delivery streams and HTTP endpoints. A lane is
-- what must keep its order: one log stream for one filter. It is worked by one process at a time.
CREATE TABLE logs.delivery_lane (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    -- The function's or delivery stream's ARN, or the URL.
    target text NOT NULL,
    log_group text NOT NULL,
    log_stream text NOT NULL,
    filter text NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    due_ms bigint NOT NULL,
    leased_until_ms bigint NOT NULL DEFAULT 0,
    UNIQUE (account, region, log_group, filter, target, log_stream)
);
CREATE INDEX delivery_lane_due ON logs.delivery_lane (due_ms);

CREATE TABLE logs.delivery (
    lane_id bigint NOT NULL REFERENCES logs.delivery_lane,
    id bigint GENERATED ALWAYS AS IDENTITY,
    -- The compressed envelope.
    payload bytea NOT NULL,
    events integer NOT NULL,
    created_ms bigint NOT NULL,
    PRIMARY KEY (lane_id, id)
);
ALTER TABLE logs.delivery ALTER COLUMN payload SET STORAGE EXTERNAL;
