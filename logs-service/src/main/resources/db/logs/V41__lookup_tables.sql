-- Reference data that queries look things up in.
CREATE TABLE logs.lookup_table (
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text,
    -- CSV as it was given, with its header.
    body text NOT NULL,
    bytes bigint NOT NULL,
    -- What the header names, and how many rows follow.
    columns text[] NOT NULL,
    records bigint NOT NULL,
    updated_ms bigint NOT NULL,
    tags jsonb NOT NULL,
    PRIMARY KEY (account, region, name)
);
