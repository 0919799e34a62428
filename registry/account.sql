-- Staff accounts, sessions, failed sign-ins.

-- name: account_list
-- scan: an office has some dozen accounts
SELECT a.id, a.login, a.name, a.role, a.organ_id, o.name, a.disabled, a.created_at, a.last_sign_in_at
FROM account a LEFT JOIN organ o ON o.id = a.organ_id ORDER BY a.login;

-- name: account_by_login
SELECT id, login, name, role, organ_id, password, disabled FROM account WHERE login = :login;

-- name: account_insert
INSERT INTO account (id, login, name, role, organ_id, password, disabled, created_at, last_sign_in_at)
VALUES (:id, :login, :name, :role, :organ_id, :password, 0, :created_at, NULL);

-- name: account_set_password
UPDATE account SET password = :password WHERE id = :id;

-- name: account_other_admin
-- scan: an office has some dozen accounts; anybody but an administrator may always go
SELECT (SELECT role FROM account WHERE id = :id) <> 'admin'
       OR EXISTS (SELECT 1 FROM account WHERE role = 'admin' AND NOT disabled AND id <> :id);

-- name: account_set_disabled
UPDATE account SET disabled = :disabled WHERE id = :id;

-- name: account_signed_in
UPDATE account SET last_sign_in_at = :now WHERE id = :id;

-- name: session_insert
INSERT INTO session (digest, account_id, csrf, created_at, seen_at, expires_at)
VALUES (:digest, :account_id, :csrf, :now, :now, :expires_at);

-- name: session_find
SELECT a.id, a.login, a.name, a.role, a.organ_id, s.csrf, s.seen_at, s.expires_at, a.disabled
FROM session s JOIN account a ON a.id = s.account_id WHERE s.digest = :digest;

-- name: session_seen
UPDATE session SET seen_at = :now WHERE digest = :digest;

-- name: session_delete
DELETE FROM session WHERE digest = :digest;

-- name: session_delete_account
DELETE FROM session WHERE account_id = :account_id;

-- name: session_delete_expired
DELETE FROM session WHERE expires_at < :now;

-- name: sign_in_failure_insert
INSERT INTO sign_in_failure (id, kind, name, at) VALUES (:id, :kind, :name, :now);

-- name: sign_in_failure_count
SELECT count(*) FROM sign_in_failure WHERE kind = :kind AND name = :name AND at > :since;

-- name: sign_in_failure_delete_old
DELETE FROM sign_in_failure WHERE at <= :since;

-- name: sign_in_failure_delete_login
DELETE FROM sign_in_failure WHERE kind = 'login' AND name = :name;
