-- Sequences and settings: what every feature leans on.

-- name: sequence_take
INSERT INTO sequence (name, next) VALUES (:name, 1 + CAST(:count AS INTEGER))
ON CONFLICT (name) DO UPDATE SET next = sequence.next + CAST(:count AS INTEGER)
RETURNING next;

-- name: setting_get
SELECT value FROM setting WHERE name = :name;

-- name: setting_put
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
