-- Badges, their places in the status lists, their tokens.

-- name: badge_live
SELECT id, certificate_id, state, live, chip_type, chip_uid, list, idx, status, made_at
FROM badge WHERE certificate_id = :certificate_id AND live = 1;

-- name: badge_by_id
SELECT id, certificate_id, state, live, chip_type, chip_uid, list, idx, status, made_at FROM badge WHERE id = :id;

-- name: badge_by_person
SELECT b.id, b.certificate_id, b.state, b.live, b.chip_type, b.chip_uid, b.list, b.idx, b.status, b.made_at
FROM certificate c JOIN badge b ON b.certificate_id = c.id
WHERE c.person_id = :person_id ORDER BY b.id DESC;

-- name: badge_insert
INSERT INTO badge (id, certificate_id, state, live, chip_type, chip_uid, list, idx, status, made_at, changed_at)
VALUES (:id, :certificate_id, 'ordered', 1, NULL, NULL, :list, :idx, :status, :now, :now);

-- name: badge_set_chip
UPDATE badge SET chip_type = :chip_type, chip_uid = :chip_uid, changed_at = :now WHERE id = :id;

-- name: badge_of_chip
SELECT id FROM badge WHERE chip_uid = :chip_uid AND live = 1 AND chip_uid IS NOT NULL AND id <> :id;

-- name: badge_set_state
UPDATE badge SET state = :state, live = :live, changed_at = :now WHERE id = :id;

-- name: badge_set_status
UPDATE badge SET status = :status, changed_at = :now WHERE id = :id;

-- name: badge_place_taken
SELECT 1 FROM badge WHERE list = :list AND idx = :idx
UNION ALL SELECT 1 FROM lost_token WHERE list = :list AND idx = :idx;

-- name: badge_statuses
SELECT idx, status FROM badge WHERE list = :list AND status <> 0
UNION ALL SELECT idx, status FROM lost_token WHERE list = :list AND status <> 0;

-- name: badge_all
-- scan: log verify compares every badge with the log
SELECT list, idx, status FROM badge;

-- name: token_of_badge
SELECT bytes, uid FROM token WHERE badge_id = :badge_id AND form = :form;

-- name: token_insert
INSERT INTO token (digest, badge_id, form, uid, bytes, log_position, made_at)
VALUES (:digest, :badge_id, :form, :uid, :bytes, :log_position, :now);

-- name: token_all
-- scan: log verify compares every token with the log
SELECT t.digest, b.list, b.idx FROM token t JOIN badge b ON b.id = t.badge_id;

-- name: status_list_newest
SELECT list, size, used FROM status_list ORDER BY list DESC LIMIT 1;

-- name: status_list_get
SELECT size, changed_at FROM status_list WHERE list = :list;

-- name: status_list_insert
INSERT INTO status_list (list, size, used, changed_at) VALUES (:list, :size, 0, :changed_at);

-- name: status_list_use
UPDATE status_list SET used = used + 1 WHERE list = :list;

-- name: status_list_touch
UPDATE status_list SET changed_at = :changed_at WHERE list = :list;
