-- What a restore from a backup leaves to be settled by hand.

-- Certificates of which nobody knows what happened after the backup: unconfirmed until compared with the papers.
CREATE TABLE unreconciled (
    certificate_id INTEGER NOT NULL PRIMARY KEY REFERENCES certificate (id),
    since          INTEGER NOT NULL
) STRICT;

-- Tokens that the log knows and this register has lost.  Their places are never used again.
CREATE TABLE lost_token (
    digest BLOB NOT NULL PRIMARY KEY,
    list   INTEGER NOT NULL,
    idx    INTEGER NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3), -- 0 where the register still has the badge itself
    reason INTEGER NOT NULL                                 -- code, as in the log
) STRICT;
CREATE INDEX lost_token_place ON lost_token (list, idx);
