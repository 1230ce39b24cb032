-- The payload of a large block may be kept in an object store; its index row stays here.
ALTER TABLE logs.block ALTER COLUMN payload DROP NOT NULL;
ALTER TABLE logs.block
    -- The key in the object store; NULL: the payload is in the row.
    ADD COLUMN object text,
    -- CRC-32C of the payload.
    ADD COLUMN checksum integer,
    -- The first bytes of the payload, those that answer without the messages; NULL: there is no such part.
    ADD COLUMN head_bytes integer,
    ADD CONSTRAINT block_payload_somewhere CHECK ((payload IS NULL) <> (object IS NULL));
-- What moving looks for.
CREATE INDEX block_movable ON logs.block (id) WHERE tier = 100 AND object IS NULL;

-- Objects that no block refers to, or none yet: a key is written here before its object is, and taken
-- out in the transaction that makes a block refer to it. What stays is removed from the store after a
-- while.
CREATE TABLE logs.block_garbage (
    key text PRIMARY KEY,
    since_ms bigint NOT NULL,
    -- The block that is being moved to this key; no other process moves it meanwhile.
    block_id bigint UNIQUE
);
CREATE INDEX block_garbage_since ON logs.block_garbage (since_ms);
