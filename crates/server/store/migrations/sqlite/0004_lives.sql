-- Lives of processes that report connections, each with the number of its last report, so that one that is repeated because its
-- outcome was unknown counts once, and the receivers that its configuration names. Whoever reports that a life is over deletes its
-- row. They have no names: only PostgreSQL has nodes.
CREATE TABLE lives (
    node   TEXT    NOT NULL,
    epoch  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    wanted TEXT    NOT NULL,
    PRIMARY KEY (node, epoch)
) STRICT, WITHOUT ROWID;

-- That of connections that an earlier version reported.
INSERT INTO lives (node, epoch, number, wanted) VALUES ('', 0, 0, '');

ALTER TABLE channels ADD COLUMN node TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

CREATE INDEX channels_life ON channels (node, epoch);
