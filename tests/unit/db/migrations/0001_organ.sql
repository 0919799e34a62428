-- 机关 organs; the comment stays in the schema
CREATE TABLE organ (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL, -- 名称; with a semicolon
    parent TEXT REFERENCES organ (id) DEFERRABLE INITIALLY DEFERRED,
    seal BLOB,
    rank INTEGER NOT NULL DEFAULT 0 CHECK (rank >= 0)
) STRICT;
-- without it every insert reads the whole table, looking for rows that wait for this parent
CREATE INDEX organ_by_parent ON organ (parent);
