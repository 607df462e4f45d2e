-- Connections whose beginning was reported and whose end was not.
CREATE TABLE channels (
    instance_id TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    channel_id  TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    time        INTEGER NOT NULL,
    address     TEXT    NOT NULL,
    PRIMARY KEY (instance_id, group_id, channel_id)
) STRICT, WITHOUT ROWID;

-- Receivers of notifications, the groups that they are told about, separated by spaces, and the
-- number of the last event of each.
CREATE TABLE receivers (
    receiver    TEXT    NOT NULL PRIMARY KEY,
    instance_id TEXT    NOT NULL,
    groups      TEXT    NOT NULL,
    number      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events that wait to be delivered.
CREATE TABLE notifications (
    receiver   TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    client_id  TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    time       INTEGER NOT NULL,
    channel_id TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    PRIMARY KEY (receiver, number)
) STRICT, WITHOUT ROWID;
