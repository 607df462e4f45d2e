-- Number of the server that may write. Each server that takes the lock adds one, so that a server
-- that lost the lock without noticing cannot write any more.
CREATE TABLE holder (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL
);
