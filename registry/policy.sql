-- name: policy_at
SELECT value FROM policy WHERE name = :name AND from_date <= :date ORDER BY from_date DESC LIMIT 1;

-- name: policy_put
INSERT INTO policy (name, from_date, value, source) VALUES (:name, :from_date, :value, :source)
ON CONFLICT (name, from_date) DO UPDATE SET value = excluded.value, source = excluded.source;
