-- The last flush of counts of each node, and of a server that is alone under an empty name, so that one that is repeated because
-- its outcome was unknown counts once.
CREATE TABLE flushes (
    node TEXT COLLATE "C" PRIMARY KEY,
    run BIGINT NOT NULL,
    number BIGINT NOT NULL
);
