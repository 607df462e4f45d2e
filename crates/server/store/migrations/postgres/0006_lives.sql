-- Lives of processes that report connections, each with the number of its last report, so that one that is repeated because its
-- outcome was unknown counts once, and the receivers that its configuration names. Whoever reports that a life is over deletes its
-- row, and then it can report nothing more. A server that is alone has an empty name.
CREATE TABLE lives (
    node TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    number BIGINT NOT NULL,
    wanted TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (node, epoch)
);

-- That of connections that an earlier version reported.
INSERT INTO lives (node, epoch, number, wanted) VALUES ('', 0, 0, '');

ALTER TABLE channels ADD COLUMN node TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;

CREATE INDEX channels_life ON channels (node, epoch);

-- The node that delivers notifications, and until when it does unless it says so again, in milliseconds since 1970 by the clock of
-- the database.
CREATE TABLE deliverer (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    node TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    until BIGINT NOT NULL
);
