-- Organs.  A scope is an organ and all below it; 0 means all.

-- name: organ_get
SELECT id, code, name, kind, parent_id, region, complaint_line, basis,
       (SELECT count(*) FROM certificate c WHERE c.organ_id = organ.id AND c.state = 'valid' AND c.current = 1)
FROM organ WHERE id = :id;

-- name: organ_get_name
SELECT id, code, name, kind, parent_id, region, complaint_line, basis, 0 FROM organ WHERE name = :name;

-- name: organ_list
-- scan: a city has some hundred organs, listed whole
SELECT id, code, name, kind, parent_id, region, complaint_line, basis,
       (SELECT count(*) FROM certificate c WHERE c.organ_id = organ.id AND c.state = 'valid' AND c.current = 1)
FROM organ WHERE lower(name) LIKE lower(:pattern) ESCAPE '\' ORDER BY name LIMIT :limit OFFSET :offset;

-- name: organ_list_count
-- scan: a city has some hundred organs
SELECT count(*) FROM organ WHERE lower(name) LIKE lower(:pattern) ESCAPE '\';

-- name: organ_insert
INSERT INTO organ (id, code, name, kind, parent_id, region, complaint_line, basis, created_at)
VALUES (:id, :code, :name, :kind, :parent_id, :region, :complaint_line, :basis, :created_at);

-- name: organ_above
WITH RECURSIVE above (id, parent_id) AS (
    SELECT id, parent_id FROM organ WHERE id = :id
    UNION
    SELECT organ.id, organ.parent_id FROM organ JOIN above ON organ.id = above.parent_id
)
SELECT id FROM above WHERE id = :scope;
