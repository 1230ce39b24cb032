-- Contributor Insights: rules, and what they counted.
CREATE TABLE logs.insight_rule (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    definition text NOT NULL,
    -- One more with every change of the definition: what is counted by an older one is dropped.
    revision integer NOT NULL DEFAULT 1,
    enabled boolean NOT NULL,
    on_transformed boolean NOT NULL,
    -- Put or last enabled: events received before are not counted.
    since_ms bigint NOT NULL,
    UNIQUE (account, region, name)
);

CREATE TABLE logs.insight_rule_tag (
    rule_id bigint NOT NULL REFERENCES logs.insight_rule ON DELETE CASCADE,
    key text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (rule_id, key)
);

-- What a rule counted in a minute of the events' own time. Each flush adds parts, merging makes one of
-- those of a minute.
CREATE TABLE logs.insight_part (
    rule_id bigint NOT NULL REFERENCES logs.insight_rule ON DELETE CASCADE,
    minute_ms bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    arrived_ms bigint NOT NULL,
    merged boolean NOT NULL DEFAULT false,
    counts bytea NOT NULL,
    PRIMARY KEY (rule_id, minute_ms, id)
);

ALTER TABLE logs.insight_part ALTER COLUMN counts SET STORAGE EXTERNAL; -- compressed already

CREATE INDEX insight_part_loose ON logs.insight_part (rule_id, minute_ms, arrived_ms) WHERE NOT merged;
