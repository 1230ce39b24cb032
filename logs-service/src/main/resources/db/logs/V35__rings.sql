-- Who delivers is told as soon as something to deliver is committed.
CREATE FUNCTION logs.ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('pharos_logs', TG_TABLE_NAME);
    RETURN NULL;
END
$$;

CREATE TRIGGER ring AFTER INSERT ON logs.delivery
    FOR EACH STATEMENT EXECUTE FUNCTION logs.ring();
