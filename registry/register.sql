-- Sequences and settings: what every feature leans on.

-- Two plain statements: RETURNING makes a table for its rows each time.
-- name: sequence_get
SELECT next FROM sequence WHERE name = :name;

-- name: sequence_advance
UPDATE sequence SET next = :next WHERE name = :name;

-- name: sequence_insert
INSERT INTO sequence (name, next) VALUES (:name, :next);

-- name: setting_get
SELECT value FROM setting WHERE name = :name;

-- name: setting_put
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
