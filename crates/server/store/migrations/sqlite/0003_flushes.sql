-- The last flush of counts, so that one that is repeated because its outcome was unknown counts once. There is one row, without a
-- name: only PostgreSQL has nodes.
CREATE TABLE flushes (
    node   TEXT    NOT NULL PRIMARY KEY,
    run    INTEGER NOT NULL,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
