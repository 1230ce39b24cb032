-- Secrets are kept sealed. Those that were kept readable are not carried over.
DELETE FROM events.connection;
ALTER TABLE events.connection DROP COLUMN parameters;
-- Authorization and parameters of calls, sealed for the connection's ARN.
ALTER TABLE events.connection ADD COLUMN sealed bytea NOT NULL;
