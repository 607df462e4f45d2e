CREATE TABLE groups (
    namespace TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    instance_id TEXT COLLATE "C" NOT NULL,
    topic TEXT,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (namespace, group_id)
);

CREATE TABLE clients (
    instance_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (instance_id, client_id)
);

CREATE INDEX clients_last_seen ON clients (last_seen);

-- Rows with whole = 1 count a parent topic with all its sub topics, so that a query for it reads no
-- sub topic. The hour comes first: writing touches the pages of one hour only, a read jumps to
-- its topic once an hour, and what expires lies together at the front.
CREATE TABLE messages (
    hour BIGINT NOT NULL,
    instance_id TEXT COLLATE "C" NOT NULL,
    parent_topic TEXT COLLATE "C" NOT NULL,
    whole BIGINT NOT NULL,
    sub_topic TEXT COLLATE "C" NOT NULL,
    direction TEXT COLLATE "C" NOT NULL,
    start BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    qos BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (hour, instance_id, parent_topic, whole, sub_topic, direction, start, kind, qos)
);

CREATE TABLE online (
    hour BIGINT NOT NULL,
    instance_id TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (hour, instance_id, group_id, time)
);
