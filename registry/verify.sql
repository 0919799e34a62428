-- The public's question in one statement, so in one point in time: the certificate as certificate.c reads it (nobody asks
-- here for a filed successor), the log's newest entry, the time of the next scheduled change of all, whether a restore
-- left the certificate open.

-- name: verify_by_number
SELECT c.id, c.number, c.kind, c.person_id, p.name, c.organ_id, o.name, c.scope, c.region, p.post, c.issued_on,
       c.valid_until, c.state, c.reason, c.document, c.effective_at, c.published_at, c.filed_by, c.predecessor_id,
       NULL, EXISTS (SELECT 1 FROM photo WHERE photo.person_id = c.person_id),
       (SELECT entry FROM log_entry WHERE position >= 0 ORDER BY position DESC LIMIT 1),
       (SELECT effective_at FROM certificate_event WHERE scheduled = 1 AND effective_at >= 0
        ORDER BY effective_at, id LIMIT 1),
       EXISTS (SELECT 1 FROM unreconciled u WHERE u.certificate_id = c.id)
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE c.number = :number AND c.current = 1;

-- name: verify_by_digest
SELECT c.id, c.number, c.kind, c.person_id, p.name, c.organ_id, o.name, c.scope, c.region, p.post, c.issued_on,
       c.valid_until, c.state, c.reason, c.document, c.effective_at, c.published_at, c.filed_by, c.predecessor_id,
       NULL, EXISTS (SELECT 1 FROM photo WHERE photo.person_id = c.person_id),
       (SELECT entry FROM log_entry WHERE position >= 0 ORDER BY position DESC LIMIT 1),
       (SELECT effective_at FROM certificate_event WHERE scheduled = 1 AND effective_at >= 0
        ORDER BY effective_at, id LIMIT 1),
       EXISTS (SELECT 1 FROM unreconciled u WHERE u.certificate_id = c.id),
       b.state, b.live, b.status, t.uid
FROM token t JOIN badge b ON b.id = t.badge_id JOIN certificate c ON c.id = b.certificate_id
     JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE t.digest = :digest;
