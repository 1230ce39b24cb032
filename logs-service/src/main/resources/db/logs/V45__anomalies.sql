-- Log anomaly detectors and what they found.
CREATE TABLE logs.anomaly_detector (
    id uuid PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    -- NULL: it has none.
    name text,
    group_name text COLLATE "C" NOT NULL,
    -- AWS's names: ONE_MIN, FIVE_MIN, …
    frequency text NOT NULL,
    filter_pattern text,
    visible_days integer NOT NULL,
    -- AWS's names: INITIALIZING, TRAINING, ANALYZING, PAUSED, FAILED.
    status text NOT NULL,
    created_ms bigint NOT NULL,
    modified_ms bigint NOT NULL,
    -- Events before this time were looked at.
    judged_ms bigint NOT NULL,
    -- Patterns and what is usual for them, compressed; NULL: nothing was learnt yet.
    model bytea,
    tags jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX anomaly_detector_tenant ON logs.anomaly_detector (account, region, created_ms, id);

CREATE TABLE logs.anomaly (
    id uuid PRIMARY KEY,
    detector_id uuid NOT NULL REFERENCES logs.anomaly_detector (id) ON DELETE CASCADE,
    pattern_id text NOT NULL,
    -- HIGH, MEDIUM, LOW.
    priority text NOT NULL,
    description text NOT NULL,
    first_ms bigint NOT NULL,
    last_ms bigint NOT NULL,
    is_active boolean NOT NULL,
    is_baseline boolean NOT NULL DEFAULT false,
    suppressed_ms bigint,
    -- NULL: for ever, when it is suppressed.
    suppressed_until_ms bigint,
    is_pattern_suppressed boolean NOT NULL DEFAULT false,
    -- Pattern, regular expression, histogram, samples and tokens.
    detail jsonb NOT NULL
);
CREATE INDEX anomaly_detector_found ON logs.anomaly (detector_id, first_ms DESC, id);

-- Patterns that are suppressed, or taken for usual, whatever is found of them.
CREATE TABLE logs.anomaly_pattern (
    detector_id uuid NOT NULL REFERENCES logs.anomaly_detector (id) ON DELETE CASCADE,
    pattern_id text NOT NULL,
    suppressed_ms bigint,
    suppressed_until_ms bigint,
    is_baseline boolean NOT NULL,
    PRIMARY KEY (detector_id, pattern_id)
);
