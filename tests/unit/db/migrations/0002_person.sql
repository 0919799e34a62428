CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    organ TEXT NOT NULL REFERENCES organ (id),
    name TEXT NOT NULL
) STRICT;
CREATE INDEX person_by_organ ON person (organ);
INSERT INTO organ (id, name) VALUES ('seed', '延安市"司法局"; [test] \ ?? done');
