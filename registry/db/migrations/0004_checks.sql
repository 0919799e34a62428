-- The same checks, said with OR: for each row it writes, the engine copies a list of more than two behind IN into a table
-- made for it, which cost more than the row.  Nothing else changes; a check cannot be altered, so the tables are rebuilt.

CREATE TABLE person_new (
    id              INTEGER NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    sex             INTEGER NOT NULL CHECK (sex = 0 OR sex = 1 OR sex = 2 OR sex = 9), -- GB/T 2261.1
    id_number       BLOB NOT NULL,        -- AES-256-GCM: 12 bytes nonce, ciphertext, 16 bytes tag
    id_number_index BLOB NOT NULL UNIQUE, -- HMAC-SHA-256, for exact look-up
    organ_id        INTEGER NOT NULL REFERENCES organ (id),
    post            TEXT,
    auxiliary       INTEGER NOT NULL CHECK (auxiliary IN (0, 1)),
    state           TEXT NOT NULL CHECK (state = 'active' OR state = 'transferred' OR state = 'retired'
                                 OR state = 'resigned' OR state = 'dismissed' OR state = 'deceased'),
    state_at        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
INSERT INTO person_new SELECT * FROM person;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
CREATE INDEX person_organ ON person (organ_id, name);
CREATE INDEX person_name ON person (name);

CREATE TABLE certificate_new (
    id             INTEGER NOT NULL PRIMARY KEY,
    number         TEXT NOT NULL,
    current        INTEGER NOT NULL CHECK (current IN (0, 1)), -- the one shown under its number
    kind           TEXT NOT NULL CHECK (kind = 'enforcement' OR kind = 'supervision' OR kind = 'auxiliary'),
    person_id      INTEGER NOT NULL REFERENCES person (id),
    organ_id       INTEGER NOT NULL REFERENCES organ (id), -- the organ that applied: it cleans up and collects
    scope          TEXT NOT NULL, -- fields of enforcement joined by 、
    region         TEXT,
    issued_on      TEXT NOT NULL,
    valid_until    TEXT NOT NULL, -- the last day on which it holds
    state          TEXT NOT NULL CHECK (state = 'awaiting-confirmation' OR state = 'valid' OR state = 'suspended'
                                 OR state = 'revoked' OR state = 'cancelled' OR state = 'expired'
                                 OR state = 'replaced' OR state = 'refused'),
    reason         TEXT,           -- of the last event
    document       TEXT,           -- of the last event
    effective_at   INTEGER NOT NULL, -- from when the last event counts
    published_at   INTEGER NOT NULL, -- when the register said so
    filed_by       INTEGER NOT NULL, -- account; 0: the local admin
    predecessor_id INTEGER REFERENCES certificate (id),
    created_at     INTEGER NOT NULL,
    CHECK (issued_on <= valid_until)
) STRICT;
INSERT INTO certificate_new SELECT * FROM certificate;
DROP TABLE certificate;
ALTER TABLE certificate_new RENAME TO certificate;
CREATE UNIQUE INDEX certificate_number ON certificate (number) WHERE current = 1;
CREATE INDEX certificate_person ON certificate (person_id);
CREATE INDEX certificate_awaiting ON certificate (created_at, id) WHERE state = 'awaiting-confirmation';
CREATE INDEX certificate_expiring ON certificate (valid_until) WHERE state IN ('valid', 'suspended');
CREATE INDEX certificate_predecessor ON certificate (predecessor_id) WHERE predecessor_id IS NOT NULL;
CREATE INDEX certificate_organ_state ON certificate (organ_id, state) WHERE current = 1;

CREATE TABLE badge_new (
    id             INTEGER NOT NULL PRIMARY KEY,
    certificate_id INTEGER NOT NULL REFERENCES certificate (id),
    state          TEXT NOT NULL CHECK (state = 'ordered' OR state = 'printed' OR state = 'encoded'
                                 OR state = 'handed-over' OR state = 'returned' OR state = 'destroyed'
                                 OR state = 'lost' OR state = 'spoiled'),
    live           INTEGER NOT NULL CHECK (live IN (0, 1)),
    chip_type      TEXT,
    chip_uid       BLOB,
    list           INTEGER NOT NULL, -- status list
    idx            INTEGER NOT NULL, -- place in it, drawn at random, never reused
    status         INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),
    made_at        INTEGER NOT NULL,
    changed_at     INTEGER NOT NULL,
    UNIQUE (list, idx)
) STRICT;
INSERT INTO badge_new SELECT * FROM badge;
DROP TABLE badge;
ALTER TABLE badge_new RENAME TO badge;
CREATE UNIQUE INDEX badge_live ON badge (certificate_id) WHERE live = 1;
CREATE INDEX badge_certificate ON badge (certificate_id);
CREATE UNIQUE INDEX badge_chip ON badge (chip_uid) WHERE live = 1 AND chip_uid IS NOT NULL;
