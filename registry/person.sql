-- People.  The newest current certificate stands beside each.

-- name: person_by_id
SELECT p.id, p.name, p.sex, p.organ_id, o.name, p.post, p.auxiliary, p.state,
       EXISTS (SELECT 1 FROM photo WHERE photo.person_id = p.id),
       c.number, c.state, c.kind, c.valid_until
FROM person p JOIN organ o ON o.id = p.organ_id
LEFT JOIN certificate c ON c.id = (SELECT max(id) FROM certificate WHERE person_id = p.id AND current = 1)
WHERE p.id = :id;

-- name: person_search
-- scan: a part of a name or a state has no index; the scope bounds it, and the desk pages it
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :organ
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT p.id, p.name, p.sex, p.organ_id, o.name, p.post, p.auxiliary, p.state,
       EXISTS (SELECT 1 FROM photo WHERE photo.person_id = p.id),
       c.number, c.state, c.kind, c.valid_until
FROM person p JOIN organ o ON o.id = p.organ_id
LEFT JOIN certificate c ON c.id = (SELECT max(id) FROM certificate WHERE person_id = p.id AND current = 1)
WHERE (:organ = 0 OR p.organ_id IN (SELECT id FROM below))
  AND (:pattern IS NULL OR p.name LIKE :pattern ESCAPE '\')
  AND (:state IS NULL OR c.state = :state)
ORDER BY p.name, p.id LIMIT :limit OFFSET :offset;

-- name: person_search_count
-- scan: as person_search
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :organ
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT count(*)
FROM person p
LEFT JOIN certificate c ON c.id = (SELECT max(id) FROM certificate WHERE person_id = p.id AND current = 1)
WHERE (:organ = 0 OR p.organ_id IN (SELECT id FROM below))
  AND (:pattern IS NULL OR p.name LIKE :pattern ESCAPE '\')
  AND (:state IS NULL OR c.state = :state);

-- name: person_by_index
SELECT id FROM person WHERE id_number_index = :id_number_index;

-- name: person_by_certificate
SELECT person_id FROM certificate WHERE number = :number AND current = 1;

-- name: person_id_number
SELECT id_number FROM person WHERE id = :id;

-- name: person_state
SELECT state FROM person WHERE id = :id;

-- name: person_set_state
UPDATE person SET state = :state, state_at = :state_at WHERE id = :id AND state <> :state;

-- name: photo_put
INSERT INTO photo (person_id, jpeg, stored_at) VALUES (:person_id, :jpeg, :stored_at)
ON CONFLICT (person_id) DO UPDATE SET jpeg = excluded.jpeg, stored_at = excluded.stored_at;

-- name: photo_get
SELECT jpeg FROM photo WHERE person_id = :person_id;
