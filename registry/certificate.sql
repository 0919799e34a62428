-- Certificates.  The long column list is the same everywhere: certificate.c reads it in this order.

-- name: certificate_by_number
SELECT c.id, c.number, c.kind, c.person_id, p.name, c.organ_id, o.name, c.scope, c.region, p.post, c.issued_on,
       c.valid_until, c.state, c.reason, c.document, c.effective_at, c.published_at, c.filed_by, c.predecessor_id,
       (SELECT s.id FROM certificate s WHERE s.predecessor_id = c.id AND s.state = 'awaiting-confirmation'),
       EXISTS (SELECT 1 FROM photo WHERE photo.person_id = c.person_id)
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE c.number = :number AND c.current = 1;

-- name: certificate_by_id
SELECT c.id, c.number, c.kind, c.person_id, p.name, c.organ_id, o.name, c.scope, c.region, p.post, c.issued_on,
       c.valid_until, c.state, c.reason, c.document, c.effective_at, c.published_at, c.filed_by, c.predecessor_id,
       (SELECT s.id FROM certificate s WHERE s.predecessor_id = c.id AND s.state = 'awaiting-confirmation'),
       EXISTS (SELECT 1 FROM photo WHERE photo.person_id = c.person_id)
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE c.id = :id;

-- name: certificate_by_person
SELECT c.id, c.number, c.kind, c.person_id, p.name, c.organ_id, o.name, c.scope, c.region, p.post, c.issued_on,
       c.valid_until, c.state, c.reason, c.document, c.effective_at, c.published_at, c.filed_by, c.predecessor_id,
       (SELECT s.id FROM certificate s WHERE s.predecessor_id = c.id AND s.state = 'awaiting-confirmation'),
       EXISTS (SELECT 1 FROM photo WHERE photo.person_id = c.person_id)
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE c.person_id = :person_id ORDER BY c.id DESC;

-- name: certificate_awaiting
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :scope
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT c.id, c.number, c.kind, c.person_id, p.name, c.organ_id, o.name, c.scope, c.region, p.post, c.issued_on,
       c.valid_until, c.state, c.reason, c.document, c.effective_at, c.published_at, c.filed_by, c.predecessor_id,
       NULL, EXISTS (SELECT 1 FROM photo WHERE photo.person_id = c.person_id)
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE c.state = 'awaiting-confirmation' AND (:scope = 0 OR c.organ_id IN (SELECT id FROM below))
ORDER BY c.created_at, c.id LIMIT :limit OFFSET :offset;

-- :other_than: whose filings do not count, 0 for none.
-- name: certificate_awaiting_count
WITH RECURSIVE below (id) AS (
    SELECT id FROM organ WHERE id = :scope
    UNION
    SELECT organ.id FROM organ JOIN below ON organ.parent_id = below.id
)
SELECT count(*) FROM certificate c
WHERE c.state = 'awaiting-confirmation' AND (:scope = 0 OR c.organ_id IN (SELECT id FROM below))
  AND (:other_than = 0 OR c.filed_by <> :other_than);

-- name: certificate_filing
SELECT c.created_at, a.name FROM certificate c LEFT JOIN account a ON a.id = c.filed_by WHERE c.id = :id;

-- name: certificate_update_state
UPDATE certificate SET state = :state, reason = :reason, document = :document, effective_at = :effective_at,
       published_at = :published_at
WHERE id = :id AND state = :from_state;

-- name: certificate_set_current
UPDATE certificate SET current = :current WHERE id = :id;

-- name: certificate_insert
INSERT INTO certificate (id, number, current, kind, person_id, organ_id, scope, region, issued_on, valid_until, state,
                         reason, document, effective_at, published_at, filed_by, predecessor_id, created_at)
VALUES (:id, :number, :current, :kind, :person_id, :organ_id, :scope, :region, :issued_on, :valid_until, :state,
        :reason, :document, :effective_at, :published_at, :filed_by, :predecessor_id, :created_at);

-- name: certificate_event_insert
INSERT INTO certificate_event (id, certificate_id, event, from_state, to_state, reason, document, effective_at,
                               published_at, account_id, actor_name, valid_until, scheduled, undone)
VALUES (:id, :certificate_id, :event, :from_state, :to_state, :reason, :document, :effective_at,
        :published_at, :account_id, :actor_name, NULL, :scheduled, 0);

-- name: certificate_event_last
SELECT id, event, from_state, to_state, published_at, account_id, reason FROM certificate_event
WHERE certificate_id = :certificate_id AND scheduled = 0 AND undone = 0 ORDER BY id DESC LIMIT 1;

-- name: certificate_event_left
SELECT e.id FROM person p JOIN certificate c ON c.person_id = p.id JOIN certificate_event e ON e.certificate_id = c.id
WHERE p.id = :person_id AND p.state = :state AND e.event = 'cancel' AND e.reason = :reason AND e.scheduled = 0
  AND e.undone = 0 AND e.published_at >= p.state_at
ORDER BY e.id LIMIT 1;

-- name: certificate_event_undone
UPDATE certificate_event SET undone = 1 WHERE id = :id;

-- name: certificate_event_due
SELECT e.id, e.event, e.reason, e.document, e.effective_at, c.number, e.account_id, e.actor_name
FROM certificate_event e JOIN certificate c ON c.id = e.certificate_id
WHERE e.scheduled = 1 AND e.effective_at <= :now ORDER BY e.effective_at, e.id LIMIT :limit;

-- Its own, and the holder's leaving that is scheduled on another certificate (certificate_leave.c has the rule).
-- name: certificate_event_overdue
SELECT e.event, e.reason, e.document, e.effective_at
FROM certificate t JOIN certificate c ON c.person_id = t.person_id JOIN certificate_event e ON e.certificate_id = c.id
WHERE t.number = :number AND t.current = 1 AND e.scheduled = 1 AND e.effective_at <= :now
  AND (c.number = t.number
       OR (e.event = 'cancel' AND (e.reason IN ('retirement', 'resignation', 'dismissal', 'death')
                                   OR (e.reason = 'transfer' AND c.organ_id = t.organ_id))))
ORDER BY e.effective_at, e.id;

-- name: certificate_event_scheduled
SELECT e.id, e.event, c.organ_id, c.id, e.account_id FROM certificate_event e JOIN certificate c ON c.id = e.certificate_id
WHERE e.id = :id AND e.scheduled = 1;

-- name: certificate_event_delete_scheduled
DELETE FROM certificate_event WHERE id = :id AND scheduled = 1;

-- name: certificate_expiring
SELECT id, number FROM certificate
WHERE valid_until < :today AND state IN ('valid', 'suspended') ORDER BY valid_until LIMIT :limit;

-- name: certificate_history
SELECT e.id, e.certificate_id, e.event, e.from_state, e.to_state, e.reason, e.document, e.effective_at, e.published_at,
       e.actor_name, e.scheduled, e.undone
FROM certificate_event e JOIN certificate c ON c.id = e.certificate_id
WHERE c.person_id = :person_id ORDER BY e.id DESC;
