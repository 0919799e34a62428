CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    organ TEXT NOT NULL REFERENCES organ (id),
    name TEXT NOT NULL
) STRICT;
CREATE INDEX person_by_organ ON person (organ);
CREATE TABLE ticket (number INTEGER NOT NULL PRIMARY KEY, note TEXT NOT NULL) STRICT;
INSERT INTO organ (id, name) VALUES ('seed', '延安市"司法局"; [test] \ ?? done');
