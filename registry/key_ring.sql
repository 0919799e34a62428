-- name: issuer_key_current
-- scan: a handful of keys in a register's life
SELECT kid FROM issuer_key WHERE until_at IS NULL ORDER BY from_at DESC LIMIT 1;

-- name: issuer_key_list
-- scan: a handful of keys in a register's life
SELECT kid, cose_key, from_at, until_at FROM issuer_key ORDER BY from_at DESC;

-- name: issuer_key_get
SELECT cose_key, from_at, until_at FROM issuer_key WHERE kid = :kid;

-- name: issuer_key_insert
INSERT INTO issuer_key (kid, cose_key, from_at, until_at) VALUES (:kid, :cose_key, :from_at, NULL);

-- name: issuer_key_end
-- scan: a handful of keys in a register's life
UPDATE issuer_key SET until_at = :until_at WHERE until_at IS NULL;
