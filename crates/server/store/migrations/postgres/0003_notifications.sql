-- Connections whose beginning was reported and whose end was not.
CREATE TABLE channels (
    instance_id TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    channel_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (instance_id, group_id, channel_id)
);

-- Receivers of notifications, the groups that they are told about, separated by spaces, and the
-- number of the last event of each.
CREATE TABLE receivers (
    receiver TEXT COLLATE "C" PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL,
    groups TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL
);

-- Events that wait to be delivered.
CREATE TABLE notifications (
    receiver TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    channel_id TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (receiver, number)
);
