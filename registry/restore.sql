-- Restoring from a backup, and settling what it left open.

-- name: restore_badge_at
SELECT id, certificate_id, state, live, status FROM badge WHERE list = :list AND idx = :idx;

-- name: restore_badges_good
-- scan: once in a restore
SELECT id, list, idx, status FROM badge WHERE status IN (0, 2) ORDER BY id;

-- name: restore_key_put
INSERT INTO issuer_key (kid, cose_key, from_at, until_at) VALUES (:kid, :cose_key, :from_at, :until_at)
ON CONFLICT (kid) DO UPDATE SET until_at = excluded.until_at;

-- name: restore_organ_put
INSERT INTO organ (id, code, name, kind, parent_id, region, complaint_line, basis, created_at)
VALUES (:id, NULL, :name, 'statutory', NULL, NULL, NULL, NULL, :created_at)
ON CONFLICT (id) DO UPDATE SET name = excluded.name;

-- name: restore_sequence_reserve
INSERT INTO sequence (name, next) VALUES (:name, :next)
ON CONFLICT (name) DO UPDATE SET next = max(sequence.next, excluded.next);

-- name: restore_status_list_put
INSERT INTO status_list (list, size, used, changed_at) VALUES (:list, :size, 0, :changed_at)
ON CONFLICT (list) DO UPDATE SET changed_at = excluded.changed_at;

-- The next change that would put a certificate in force by itself.
-- name: restore_promise
SELECT id, certificate_id FROM certificate_event
WHERE scheduled = 1 AND effective_at >= 0 AND to_state = 'valid' ORDER BY effective_at, id LIMIT 1;

-- name: restore_token_lost
INSERT INTO lost_token (digest, list, idx, status, reason) VALUES (:digest, :list, :idx, 0, 0);

-- name: restore_lost_status
UPDATE lost_token SET status = :status, reason = :reason WHERE list = :list AND idx = :idx;

-- name: restore_lost_places
-- scan: once in a restore
SELECT DISTINCT l.list, l.idx, l.status FROM lost_token l
WHERE NOT EXISTS (SELECT 1 FROM badge b WHERE b.list = l.list AND b.idx = l.idx) ORDER BY l.list, l.idx;

-- name: restore_lost_find
SELECT status, reason FROM lost_token WHERE digest = :digest;

-- name: restore_lost_count
-- scan: a handful after a restore, none else
SELECT count(*) FROM lost_token;

-- name: restore_unreconciled_put
INSERT INTO unreconciled (certificate_id, since) VALUES (:certificate_id, :now) ON CONFLICT (certificate_id) DO NOTHING;

-- name: restore_unreconciled_all
-- scan: once in a restore
INSERT INTO unreconciled (certificate_id, since)
SELECT id, CAST(:now AS INTEGER) FROM certificate WHERE current = 1 AND state IN ('valid', 'suspended')
ON CONFLICT (certificate_id) DO NOTHING;

-- The log tells of a certificate by the place of its badge only.
-- name: restore_unreconciled_unseen
-- scan: once in a restore
INSERT INTO unreconciled (certificate_id, since)
SELECT c.id, CAST(:now AS INTEGER) FROM certificate c WHERE c.current = 1 AND c.state IN ('valid', 'suspended')
AND NOT EXISTS (SELECT 1 FROM badge b WHERE b.certificate_id = c.id AND b.live = 1)
ON CONFLICT (certificate_id) DO NOTHING;

-- name: restore_unreconciled_find
SELECT 1 FROM unreconciled WHERE certificate_id = :certificate_id;

-- name: restore_unreconciled_drop
DELETE FROM unreconciled WHERE certificate_id = :certificate_id;

-- name: restore_unreconciled_list
-- scan: what a restore left open, listed whole
SELECT c.number FROM unreconciled u JOIN certificate c ON c.id = u.certificate_id ORDER BY c.number;
