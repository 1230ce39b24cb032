-- What SEARCH looks into first: letters and digits of everything a series is called, in lower case; whether
-- a word is really there is told by its whole name. No index: looking into 100,000 of these costs tens of
-- milliseconds, an index of words would cost every new series.
ALTER TABLE metrics.series ADD COLUMN words text NOT NULL GENERATED ALWAYS AS (
    translate(lower((namespace || metric_name) COLLATE "C"), E' !"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', '')
    || ' '
    || translate(lower(dimensions::text COLLATE "C"), E' !"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', '')
) STORED;
