-- One number for all filters of all groups: whoever changes a filter adds one in the same
-- transaction, whoever keeps filters in memory asks it once a batch.
CREATE TABLE logs.filter_change (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL
);

INSERT INTO logs.filter_change (version) VALUES (0);

CREATE TABLE logs.metric_filter (
    group_id bigint NOT NULL REFERENCES logs.log_group ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    pattern text NOT NULL,
    metric_name text NOT NULL,
    metric_namespace text NOT NULL,
    -- A number, $field or $.json.path.
    metric_value text NOT NULL,
    default_value double precision,
    unit text,
    -- Dimension name to $field or $.json.path, in the order given.
    dimensions json NOT NULL DEFAULT '{}',
    -- Of @aws.account and @aws.region those that become dimensions.
    system_dimensions text[] NOT NULL DEFAULT '{}',
    regexes integer NOT NULL DEFAULT 0,
    created_ms bigint NOT NULL,
    PRIMARY KEY (group_id, name)
);

-- DescribeMetricFilters by metric.
CREATE INDEX metric_filter_metric ON logs.metric_filter (metric_namespace, metric_name);

-- Minutes in which a group with a default value got events, by partition of log-events, and whether
-- one of them matched or the default is published.
CREATE TABLE logs.metric_filter_minute (
    group_id bigint NOT NULL,
    filter_name text COLLATE "C" NOT NULL,
    minute_ms bigint NOT NULL,
    partition integer NOT NULL,
    matched boolean NOT NULL,
    -- When events of this minute last arrived.
    touched_ms bigint NOT NULL,
    PRIMARY KEY (group_id, filter_name, minute_ms, partition),
    FOREIGN KEY (group_id, filter_name) REFERENCES logs.metric_filter ON DELETE CASCADE
);

CREATE INDEX metric_filter_minute_touched ON logs.metric_filter_minute (touched_ms);
