-- Comment lines before the first name are kept out; so are these quotes: ' "

-- name: organ_insert
INSERT INTO organ (id, name, parent, seal, rank) VALUES (:id, :name, :parent, :seal, :rank)

-- name: organ_by_id
SELECT name, parent, seal, rank FROM organ WHERE id = :id

-- name: organ_count
-- scan: the test counts all
SELECT count(*) FROM organ

-- name: organ_list_unmarked
SELECT o.id FROM organ AS o WHERE o.rank > :rank

-- name: organ_rename
UPDATE organ SET name = :name WHERE id = :id

-- name: organ_upsert
INSERT INTO organ (id, name) VALUES (:id, :name)
ON CONFLICT (id) DO UPDATE SET name = excluded.name
RETURNING name

-- name: organ_below
WITH RECURSIVE chain (id, parent) AS (
    SELECT id, parent FROM organ WHERE id = :id
    UNION
    SELECT organ.id, organ.parent FROM organ JOIN chain ON organ.id = chain.parent
)
SELECT c.id FROM chain AS c

-- name: ticket_last
SELECT number FROM ticket ORDER BY number DESC LIMIT 1

-- name: ticket_last_by_note
SELECT number FROM ticket ORDER BY note DESC LIMIT 1

-- name: text_traps
-- a comment that stays out
SELECT 'a;b', '[c', 'd]', 'e"f', 'g''h', 'i\n', '??(', '机关;名称', '${x}', '@y@'

-- name: evil_commit
COMMIT

-- name: evil_drop
DROP TABLE organ

-- name: wrong_column
SELECT nothing FROM organ
