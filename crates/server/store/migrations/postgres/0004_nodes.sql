-- Nodes of a cluster that may write, each with the number of its life. A later process of the same name has a greater one,
-- so that an earlier one that was taken for dead cannot write any more.
CREATE TABLE nodes (
    node TEXT COLLATE "C" PRIMARY KEY,
    epoch BIGINT NOT NULL
);

-- Number of changes of groups by nodes. A node that sees another number than before reads the groups again.
CREATE TABLE changes (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL
);

INSERT INTO changes (id, number) VALUES (1, 0);
