-- What waits; the scope is an organ and all below it, 0 means all.

-- name: inbox_expiring
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :scope
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT c.number, c.kind, c.person_id, p.name, o.name, c.valid_until, NULL
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE c.valid_until >= :from_date AND c.valid_until <= :until_date AND c.state IN ('valid', 'suspended')
  AND (:scope = 0 OR c.organ_id IN (SELECT id FROM below))
ORDER BY c.valid_until, c.id LIMIT :limit OFFSET :offset;

-- name: inbox_expiring_count
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :scope
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT count(*) FROM (
    SELECT 1 FROM certificate c
    WHERE c.valid_until >= :from_date AND c.valid_until <= :until_date AND c.state IN ('valid', 'suspended')
      AND (:scope = 0 OR c.organ_id IN (SELECT id FROM below))
    LIMIT :limit) AS counted;

-- name: inbox_badges
-- scan: badges that are missing have no index; the list is walked from the oldest certificate and stops at its page
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :scope
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT c.number, c.kind, c.person_id, p.name, o.name, c.valid_until, b.state
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
LEFT JOIN badge b ON b.certificate_id = c.id AND b.live = 1
WHERE c.state = 'valid' AND c.current = 1 AND (b.state IS NULL OR b.state <> 'handed-over')
  AND (:scope = 0 OR c.organ_id IN (SELECT id FROM below))
ORDER BY c.id LIMIT :limit OFFSET :offset;

-- name: inbox_badges_count
-- scan: as inbox_badges; it stops at the greatest count that is shown
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :scope
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT count(*) FROM (
    SELECT 1 FROM certificate c LEFT JOIN badge b ON b.certificate_id = c.id AND b.live = 1
    WHERE c.state = 'valid' AND c.current = 1 AND (b.state IS NULL OR b.state <> 'handed-over')
      AND (:scope = 0 OR c.organ_id IN (SELECT id FROM below))
    LIMIT :limit) AS counted;
