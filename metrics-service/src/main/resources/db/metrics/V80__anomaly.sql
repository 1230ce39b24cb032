CREATE TABLE metrics.anomaly_detector (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account     text NOT NULL,
    region      text NOT NULL,
    -- SHA-256 of what it is about, see BandSubject: a key of bounded length.
    subject     bytea NOT NULL,
    is_math     boolean NOT NULL,
    -- Of single metrics only, for filters.
    namespace   text,
    metric_name text,
    dimensions  text,
    -- What it is about and its configuration as JSON, see DetectorForm.
    definition  text NOT NULL,
    -- Counts changes of the configuration: what was learnt under an older one is not written.
    generation  bigint NOT NULL,
    UNIQUE (account, region, subject)
);

-- What a detector learnt about its metric in periods of one length.
CREATE TABLE metrics.anomaly_model (
    detector   bigint NOT NULL REFERENCES metrics.anomaly_detector ON DELETE CASCADE,
    period_s   integer NOT NULL,
    -- As SeasonalModel writes it; null before the first training, and when there is too little data.
    model      bytea,
    trained_ms bigint,
    -- When it is to be trained next; later by the length of a lease while somebody does.
    due_ms     bigint NOT NULL,
    used_ms    bigint NOT NULL,
    PRIMARY KEY (detector, period_s)
);
CREATE INDEX anomaly_model_by_due ON metrics.anomaly_model (due_ms);
