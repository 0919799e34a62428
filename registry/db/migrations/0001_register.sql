-- The register's tables.  Instants are UTC seconds, dates local ISO text, booleans 0/1, ids from `sequence`.
-- States and kinds are stored by their stable names; code reads them through its tables and refuses unknown ones.

-- Column types are SQLite's STRICT ones; another engine reads INTEGER as its 64-bit integer and BLOB as its byte string.
-- The next free id of each kind of record.
CREATE TABLE sequence (
    name TEXT NOT NULL PRIMARY KEY,
    next INTEGER NOT NULL CHECK (next > 0)
) STRICT;

-- What is fixed at init (public_url, log_origin, created_at) and what the register remembers about itself.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Numbers the law leaves to the province.
CREATE TABLE policy (
    name       TEXT NOT NULL,
    from_date  TEXT NOT NULL, -- the day from which it holds
    value      INTEGER NOT NULL,
    source     TEXT NOT NULL,
    PRIMARY KEY (name, from_date)
) STRICT;

CREATE TABLE organ (
    id             INTEGER NOT NULL PRIMARY KEY, -- also the number in tokens and log entries
    code           TEXT UNIQUE,                 -- GB 32100 unified social credit code
    name           TEXT NOT NULL UNIQUE,
    kind           TEXT NOT NULL CHECK (kind IN ('statutory', 'authorised', 'entrusted')),
    parent_id      INTEGER REFERENCES organ (id),
    region         TEXT,
    complaint_line TEXT, -- telephone
    basis          TEXT, -- legal basis, public
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX organ_parent ON organ (parent_id);

CREATE TABLE person (
    id              INTEGER NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    sex             INTEGER NOT NULL CHECK (sex IN (0, 1, 2, 9)), -- GB/T 2261.1
    id_number       BLOB NOT NULL,        -- AES-256-GCM: 12 bytes nonce, ciphertext, 16 bytes tag
    id_number_index BLOB NOT NULL UNIQUE, -- HMAC-SHA-256, for exact look-up
    organ_id        INTEGER NOT NULL REFERENCES organ (id),
    post            TEXT,
    auxiliary       INTEGER NOT NULL CHECK (auxiliary IN (0, 1)),
    state           TEXT NOT NULL CHECK (state IN ('active', 'transferred', 'retired', 'resigned', 'dismissed', 'deceased')),
    state_at        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX person_organ ON person (organ_id, name);
CREATE INDEX person_name ON person (name);

CREATE TABLE photo (
    person_id INTEGER NOT NULL PRIMARY KEY REFERENCES person (id),
    jpeg      BLOB NOT NULL, -- without metadata
    stored_at INTEGER NOT NULL
) STRICT;

CREATE TABLE certificate (
    id             INTEGER NOT NULL PRIMARY KEY,
    number         TEXT NOT NULL,
    current        INTEGER NOT NULL CHECK (current IN (0, 1)), -- the one shown under its number
    kind           TEXT NOT NULL CHECK (kind IN ('enforcement', 'supervision', 'auxiliary')),
    person_id      INTEGER NOT NULL REFERENCES person (id),
    organ_id       INTEGER NOT NULL REFERENCES organ (id), -- the organ that applied: it cleans up and collects
    scope          TEXT NOT NULL, -- fields of enforcement joined by 、
    region         TEXT,
    issued_on      TEXT NOT NULL,
    valid_until    TEXT NOT NULL, -- the last day on which it holds
    state          TEXT NOT NULL CHECK (state IN ('awaiting-confirmation', 'valid', 'suspended', 'revoked', 'cancelled',
                                                  'expired', 'replaced', 'refused')),
    reason         TEXT,           -- of the last event
    document       TEXT,           -- of the last event
    effective_at   INTEGER NOT NULL, -- from when the last event counts
    published_at   INTEGER NOT NULL, -- when the register said so
    filed_by       INTEGER NOT NULL, -- account; 0: the local admin
    predecessor_id INTEGER REFERENCES certificate (id),
    created_at     INTEGER NOT NULL,
    CHECK (issued_on <= valid_until)
) STRICT;
CREATE UNIQUE INDEX certificate_number ON certificate (number) WHERE current = 1;
CREATE INDEX certificate_person ON certificate (person_id);
CREATE INDEX certificate_awaiting ON certificate (created_at, id) WHERE state = 'awaiting-confirmation';
CREATE INDEX certificate_expiring ON certificate (valid_until) WHERE state IN ('valid', 'suspended');
CREATE INDEX certificate_predecessor ON certificate (predecessor_id) WHERE predecessor_id IS NOT NULL;
CREATE INDEX certificate_organ_state ON certificate (organ_id, state) WHERE current = 1;

-- The life of a certificate, a row an event; a scheduled row is not yet in force.
CREATE TABLE certificate_event (
    id             INTEGER NOT NULL PRIMARY KEY,
    certificate_id INTEGER NOT NULL REFERENCES certificate (id),
    event          TEXT NOT NULL,
    from_state     TEXT NOT NULL,
    to_state       TEXT NOT NULL,
    reason         TEXT,
    document       TEXT,
    effective_at   INTEGER NOT NULL,
    published_at   INTEGER NOT NULL,
    account_id     INTEGER NOT NULL, -- 0: the local admin or the system
    actor_name     TEXT NOT NULL,
    valid_until    TEXT,            -- of a renewal that is scheduled
    scheduled      INTEGER NOT NULL CHECK (scheduled IN (0, 1)),
    undone         INTEGER NOT NULL CHECK (undone IN (0, 1))
) STRICT;
CREATE INDEX certificate_event_certificate ON certificate_event (certificate_id, id);
CREATE INDEX certificate_event_due ON certificate_event (effective_at, id) WHERE scheduled = 1;

CREATE TABLE badge (
    id             INTEGER NOT NULL PRIMARY KEY,
    certificate_id INTEGER NOT NULL REFERENCES certificate (id),
    state          TEXT NOT NULL CHECK (state IN ('ordered', 'printed', 'encoded', 'handed-over', 'returned', 'destroyed',
                                                  'lost', 'spoiled')),
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
CREATE UNIQUE INDEX badge_live ON badge (certificate_id) WHERE live = 1;
CREATE INDEX badge_certificate ON badge (certificate_id);

-- Signed once, kept for ever: ECDSA is randomised, the bytes are the identity.
CREATE TABLE token (
    digest       BLOB NOT NULL PRIMARY KEY, -- SHA-256 of bytes
    badge_id     INTEGER NOT NULL REFERENCES badge (id),
    form         TEXT NOT NULL CHECK (form IN ('qr', 'chip', 'compact')),
    uid          BLOB, -- the chip it is bound to
    bytes        BLOB NOT NULL,
    log_position INTEGER NOT NULL,
    made_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX token_badge ON token (badge_id, form);

CREATE TABLE status_list (
    list       INTEGER NOT NULL PRIMARY KEY,
    size       INTEGER NOT NULL CHECK (size > 0), -- places
    used       INTEGER NOT NULL,
    changed_at INTEGER NOT NULL -- position in the log of the last change
) STRICT;

CREATE TABLE issuer_key (
    kid      BLOB NOT NULL PRIMARY KEY, -- first 4 bytes of the RFC 9679 thumbprint
    cose_key BLOB NOT NULL,             -- public
    from_at  INTEGER NOT NULL,
    until_at INTEGER                      -- NULL: current
) STRICT;

-- The transparency log: its entries, the nodes that head full tiles (levels 8, 16 …; level 0 is hashed from the entries
-- when a tile is read), and one row of state.
CREATE TABLE log_entry (
    position INTEGER NOT NULL PRIMARY KEY, -- from 0
    entry    BLOB NOT NULL
) STRICT;
CREATE TABLE log_node (
    level  INTEGER NOT NULL, -- 2^level leaves below it
    number INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    PRIMARY KEY (level, number)
) STRICT;
CREATE TABLE log_state (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size     INTEGER NOT NULL, -- entries
    frontier BLOB NOT NULL     -- hashes of the complete subtrees, smallest first
) STRICT;

CREATE TABLE account (
    id              INTEGER NOT NULL PRIMARY KEY,
    login           TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL CHECK (role IN ('admin', 'bureau', 'hr', 'trainer', 'clerk', 'auditor')),
    organ_id        INTEGER REFERENCES organ (id), -- NULL: all
    password        TEXT NOT NULL, -- argon2id, encoded form
    disabled        INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at      INTEGER NOT NULL,
    last_sign_in_at INTEGER
) STRICT;
CREATE TABLE session (
    digest     BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's bytes
    account_id INTEGER NOT NULL REFERENCES account (id),
    csrf       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);
CREATE TABLE sign_in_failure (
    id   INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('login', 'peer')),
    name TEXT NOT NULL, -- HMAC of what was typed or of the address: no personal data at rest
    at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_failure_name ON sign_in_failure (kind, name, at);
CREATE INDEX sign_in_failure_at ON sign_in_failure (at);

CREATE TABLE audit (
    position      INTEGER NOT NULL PRIMARY KEY, -- from 1, without gaps
    at            INTEGER NOT NULL,
    account_id    INTEGER NOT NULL,
    actor         TEXT NOT NULL, -- login, or "(local)", "(system)"
    origin        TEXT NOT NULL,
    action        TEXT NOT NULL,
    object_kind   TEXT NOT NULL,
    object_id     INTEGER NOT NULL,
    before_value  TEXT, -- JSON
    after_value   TEXT, -- JSON
    hash          BLOB NOT NULL -- chains to the row before
) STRICT;
CREATE INDEX audit_object ON audit (object_kind, object_id, position);
