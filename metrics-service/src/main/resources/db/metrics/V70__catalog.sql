-- One order for pages, wherever they come from: that of the bytes. (What is generated from a column is in the
-- way of its type.)
ALTER TABLE metrics.series DROP COLUMN words;
ALTER TABLE metrics.series
    ALTER COLUMN account TYPE text COLLATE "C",
    ALTER COLUMN region TYPE text COLLATE "C",
    ALTER COLUMN namespace TYPE text COLLATE "C",
    ALTER COLUMN metric_name TYPE text COLLATE "C",
    -- Whoever keeps series in memory asks for those made since it last did: by transaction, because numbers
    -- are not committed in their order.
    ADD COLUMN created_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ADD COLUMN words text NOT NULL GENERATED ALWAYS AS (
        translate(lower((namespace || metric_name) COLLATE "C"), E' !"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', '')
        || ' '
        || translate(lower(dimensions::text COLLATE "C"), E' !"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', '')
    ) STORED;
CREATE INDEX series_by_creation ON metrics.series (created_xid);
