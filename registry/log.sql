-- The transparency log.

-- name: log_state_get
SELECT size, frontier FROM log_state WHERE id = 1;

-- name: log_state_put
INSERT INTO log_state (id, size, frontier) VALUES (1, :size, :frontier)
ON CONFLICT (id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier;

-- name: log_entry_insert
INSERT INTO log_entry (position, entry) VALUES (:position, :entry);

-- name: log_entry_range
SELECT entry FROM log_entry WHERE position >= :first AND position < :end ORDER BY position;

-- name: log_entry_newest
SELECT entry FROM log_entry ORDER BY position DESC LIMIT 1;

-- name: log_node_insert
INSERT INTO log_node (level, number, hash) VALUES (:level, :number, :hash);

-- name: log_node_range
SELECT hash FROM log_node WHERE level = :level AND number >= :first AND number < :end ORDER BY number;
