-- Who empties an outbox is told as soon as something in it is committed.
CREATE FUNCTION alarms.ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('pharos_alarms', TG_TABLE_NAME);
    RETURN NULL;
END
$$;

CREATE TRIGGER ring AFTER INSERT ON alarms.action_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION alarms.ring();

CREATE TRIGGER ring AFTER INSERT ON alarms.event_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION alarms.ring();
