-- Deliveries of log groups into buckets, delivery streams and other log groups: AWS's delivery sources, delivery destinations and deliveries.
CREATE TABLE logs.delivery_source (
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    log_group text NOT NULL,
    log_type text NOT NULL,
    tags jsonb NOT NULL,
    PRIMARY KEY (account, region, name),
    -- AWS: one source for each log type of a resource.
    UNIQUE (account, region, log_group, log_type)
);

CREATE TABLE logs.delivery_destination (
    account text NOT NULL,
    region text NOT NULL,
    name text COLLATE "C" NOT NULL,
    -- arn:aws:s3:::bucket or arn:aws:s3:::bucket/prefix, the ARN of a log group or of a delivery stream
    resource_arn text NOT NULL,
    -- NULL: json
    output_format text,
    -- Which other accounts may deliver here; NULL: none.
    policy text,
    tags jsonb NOT NULL,
    PRIMARY KEY (account, region, name)
);

CREATE TABLE logs.vended_delivery (
    id text COLLATE "C" PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    source text COLLATE "C" NOT NULL,
    -- Of this account, which may be another one, and the same region.
    destination_account text NOT NULL,
    destination text COLLATE "C" NOT NULL,
    -- S3, CWL or FH: of the destination, which keeps it as long as there are deliveries.
    destination_type text NOT NULL,
    record_fields text[] NOT NULL,
    field_delimiter text,
    suffix_path text,
    hive boolean NOT NULL,
    tags jsonb NOT NULL,
    created_ms bigint NOT NULL,
    -- Deleted, but not all of what came before is in the bucket yet.
    deleted boolean NOT NULL DEFAULT false,
    -- Once it is deleted: where that goes, as its source and destination may be deleted too.
    last_group text,
    last_resource_arn text,
    -- When it may be tried again, and how often it failed so far.
    due_ms bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    leased_until_ms bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX vended_delivery_pair ON logs.vended_delivery (account, region, source, destination_account, destination)
    WHERE NOT deleted;

-- What is to come into a bucket or a delivery stream, written in the transaction of its arrival, as the lines that it will be.
CREATE TABLE logs.vended_chunk (
    delivery_id text COLLATE "C" NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    lines bytea NOT NULL,
    events integer NOT NULL,
    created_ms bigint NOT NULL,
    PRIMARY KEY (delivery_id, id)
);
