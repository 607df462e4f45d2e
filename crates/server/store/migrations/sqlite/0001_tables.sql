CREATE TABLE groups (
    namespace   TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    instance_id TEXT    NOT NULL,
    topic       TEXT,
    created     INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    PRIMARY KEY (namespace, group_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
    instance_id TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    last_seen   INTEGER NOT NULL,
    PRIMARY KEY (instance_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX clients_last_seen ON clients (last_seen);

-- Rows with whole = 1 count a parent topic with all its sub topics, so that a query for it reads no
-- sub topic. The hour comes first: writing touches the pages of one hour only, a read jumps to
-- its topic once an hour, and what expires lies together at the front.
CREATE TABLE messages (
    hour         INTEGER NOT NULL,
    instance_id  TEXT    NOT NULL,
    parent_topic TEXT    NOT NULL,
    whole        INTEGER NOT NULL,
    sub_topic    TEXT    NOT NULL,
    direction    TEXT    NOT NULL,
    start        INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    qos          INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    PRIMARY KEY (hour, instance_id, parent_topic, whole, sub_topic, direction, start, kind, qos)
) STRICT, WITHOUT ROWID;

CREATE TABLE online (
    hour        INTEGER NOT NULL,
    instance_id TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    time        INTEGER NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (hour, instance_id, group_id, time)
) STRICT, WITHOUT ROWID;
