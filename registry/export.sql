-- Everything, for the day somebody leaves this software.

-- name: export_organ
-- scan: an export is whole
SELECT id, code, name, kind, parent_id, region, complaint_line, basis, created_at FROM organ ORDER BY id;

-- name: export_person
-- scan: an export is whole
SELECT id, name, sex, organ_id, post, auxiliary, state, state_at, created_at, id_number FROM person ORDER BY id;

-- name: export_certificate
-- scan: an export is whole
SELECT id, number, current, kind, person_id, organ_id, scope, region, issued_on, valid_until, state, reason, document,
       effective_at, published_at, filed_by, predecessor_id, created_at
FROM certificate ORDER BY id;

-- name: export_certificate_event
-- scan: an export is whole
SELECT id, certificate_id, event, from_state, to_state, reason, document, effective_at, published_at, account_id,
       actor_name, scheduled, undone
FROM certificate_event ORDER BY id;

-- name: export_badge
-- scan: an export is whole
SELECT id, certificate_id, state, live, chip_type, chip_uid, list, idx, status, made_at, changed_at FROM badge ORDER BY id;

-- name: export_token
-- scan: an export is whole
SELECT digest, badge_id, form, uid, bytes, log_position, made_at FROM token ORDER BY log_position;

-- name: export_account
-- scan: an export is whole
SELECT id, login, name, role, organ_id, disabled, created_at, last_sign_in_at FROM account ORDER BY id;

-- name: export_policy
-- scan: an export is whole
SELECT name, from_date, value, source FROM policy ORDER BY name, from_date;

-- name: export_audit
-- scan: an export is whole
SELECT position, at, account_id, actor, origin, action, object_kind, object_id, before_value, after_value, hash
FROM audit ORDER BY position;

-- name: export_photo
-- scan: an export is whole
SELECT person_id, jpeg FROM photo ORDER BY person_id;
