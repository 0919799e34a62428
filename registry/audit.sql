-- name: audit_head
SELECT position, hash, at FROM audit ORDER BY position DESC LIMIT 1;

-- name: audit_insert
INSERT INTO audit (position, at, account_id, actor, origin, action, object_kind, object_id, before_value, after_value, hash)
VALUES (:position, :at, :account_id, :actor, :origin, :action, :object_kind, :object_id, :before_value, :after_value, :hash);

-- name: audit_of_object
SELECT position, at, actor, origin, action, object_kind, object_id, before_value, after_value
FROM audit WHERE object_kind = :object_kind AND object_id = :object_id
ORDER BY position DESC LIMIT :limit OFFSET :offset;

-- name: audit_of_object_count
SELECT count(*) FROM audit WHERE object_kind = :object_kind AND object_id = :object_id;

-- name: audit_newest
SELECT position, at, actor, origin, action, object_kind, object_id, before_value, after_value
FROM audit ORDER BY position DESC LIMIT :limit OFFSET :offset;

-- name: audit_walk
SELECT position, at, account_id, actor, origin, action, object_kind, object_id, before_value, after_value, hash
FROM audit WHERE position > :after ORDER BY position;
