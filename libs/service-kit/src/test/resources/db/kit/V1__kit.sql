CREATE TABLE kit.taken (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partition int NOT NULL,
    message_offset bigint NOT NULL,
    value int NOT NULL
);

-- A row here fails the transaction at its commit, as a serialization failure: transient.
CREATE TABLE kit.fails_at_commit (n int);
CREATE FUNCTION kit.fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'fails at commit' USING ERRCODE = '40001';
END $$;
CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON kit.fails_at_commit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kit.fail();
