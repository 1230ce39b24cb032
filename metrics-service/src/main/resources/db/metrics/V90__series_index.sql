-- The index of series in half the room: what all series of a metric have in common is written once, the key is
-- half a SHA-256 (to find two identities that share it takes 2^64 of them, and they would be one's own), and
-- SEARCH looks at what series are called as it is.
CREATE TABLE metrics.metric (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- One order for pages, wherever they come from: that of the bytes.
    account     text COLLATE "C" NOT NULL,
    region      text COLLATE "C" NOT NULL,
    namespace   text COLLATE "C" NOT NULL,
    metric_name text COLLATE "C" NOT NULL,
    UNIQUE (account, region, namespace, metric_name)
);

CREATE TABLE metrics.series_entry (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Whoever keeps series in memory asks for those made since it last did: by transaction, because numbers
    -- are not committed in their order.
    created_xid  xid8 NOT NULL DEFAULT pg_current_xact_id(),
    -- When a datum reached the front door.
    last_seen_ms bigint NOT NULL,
    -- The first 16 bytes of the identity's SHA-256.
    digest       uuid NOT NULL UNIQUE,
    -- Of metrics.metric. No foreign key: metrics never go.
    metric       integer NOT NULL,
    -- {"name": "value"}
    dimensions   jsonb NOT NULL
) WITH (fillfactor = 90);

INSERT INTO metrics.metric (account, region, namespace, metric_name)
SELECT DISTINCT account, region, namespace, metric_name FROM metrics.series;

INSERT INTO metrics.series_entry (id, last_seen_ms, digest, metric, dimensions)
OVERRIDING SYSTEM VALUE
SELECT s.id, s.last_seen_ms, encode(substr(s.digest, 1, 16), 'hex')::uuid, m.id, s.dimensions
FROM metrics.series s JOIN metrics.metric m USING (account, region, namespace, metric_name);

SELECT setval(
    pg_get_serial_sequence('metrics.series_entry', 'id'), coalesce(max(id), 0) + 1, false)
FROM metrics.series_entry;

DROP TABLE metrics.series;

-- A page of ListMetrics costs the same however many there are before it.
CREATE INDEX series_entry_by_metric ON metrics.series_entry (metric, id);
CREATE INDEX series_entry_by_dimension ON metrics.series_entry USING gin (dimensions);
CREATE INDEX series_entry_by_creation ON metrics.series_entry (created_xid);

-- Series as one reads them.
CREATE VIEW metrics.series AS
SELECT s.id, m.account, m.region, m.namespace, m.metric_name, s.dimensions, s.last_seen_ms, s.created_xid
FROM metrics.series_entry s JOIN metrics.metric m ON m.id = s.metric;
