-- Topics, their subscribers, and what is still to be delivered to them.

CREATE TABLE events.topic (
    account text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    -- What the owner set, by AWS's attribute names; json, not jsonb: text with \u0000 survives.
    attributes json NOT NULL,
    tags json NOT NULL,
    deleted_subscriptions integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account, region, name)
);

CREATE TABLE events.subscription (
    id uuid PRIMARY KEY,
    account text NOT NULL,
    region text NOT NULL,
    topic text NOT NULL,
    protocol text NOT NULL,
    endpoint text NOT NULL,
    -- 'deleted' is kept until its token expires, so that the receiver can restore it.
    state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'deleted')),
    attributes json NOT NULL,
    principal text NOT NULL,
    confirmation_signed boolean NOT NULL,
    unsubscribe_signed boolean NOT NULL,
    token text UNIQUE,
    token_expires_at timestamptz,
    created_at timestamptz NOT NULL
);

-- One living subscription a (topic, protocol, endpoint); also finds a topic's subscribers.
CREATE UNIQUE INDEX subscription_once
    ON events.subscription (account, region, topic, protocol, endpoint) WHERE state <> 'deleted';
CREATE INDEX subscription_page ON events.subscription (account, region, id) WHERE state <> 'deleted';
CREATE INDEX subscription_stale ON events.subscription (created_at) WHERE state = 'pending';
CREATE INDEX subscription_restorable ON events.subscription (token_expires_at) WHERE state = 'deleted';

CREATE TABLE events.topic_message (
    account text NOT NULL,
    region text NOT NULL,
    topic text NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation')),
    subject text,
    -- UTF-8: a message may hold NUL, text may not.
    body bytea NOT NULL,
    structure text,
    attributes text NOT NULL,
    token text,
    signature_version text NOT NULL,
    -- Its id came from the publisher, who may publish it again: kept for a day.
    remembered boolean NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (account, region, topic, id)
);
CREATE INDEX topic_message_age ON events.topic_message (published_at);

CREATE TABLE events.topic_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription uuid NOT NULL,
    account text NOT NULL,
    region text NOT NULL,
    topic text NOT NULL,
    message uuid NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL
);
-- Fair claims: the due ones subscription by subscription.
CREATE INDEX topic_delivery_due ON events.topic_delivery (subscription, due_at);
CREATE INDEX topic_delivery_message ON events.topic_delivery (account, region, topic, message);

-- What signs notifications; its certificate is public at SigningCertURL.
CREATE TABLE events.signing_key (
    name text PRIMARY KEY,
    private_key bytea NOT NULL,
    certificate bytea NOT NULL,
    created_at timestamptz NOT NULL
);
