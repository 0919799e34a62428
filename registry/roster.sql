-- A roster's rows against the register: what stands under a number, who has an ID number, and the writes.

-- name: roster_certificate
SELECT c.id, c.kind, c.organ_id, o.name, c.scope, c.region, c.issued_on, c.valid_until, c.state,
       p.id, p.name, p.sex, p.post, p.id_number_index,
       EXISTS (SELECT 1 FROM badge WHERE badge.certificate_id = c.id AND badge.live = 1)
FROM certificate c JOIN person p ON p.id = c.person_id JOIN organ o ON o.id = c.organ_id
WHERE c.number = :number AND c.current = 1;

-- name: roster_person
SELECT p.id, p.name, p.organ_id, o.name, p.state,
       EXISTS (SELECT 1 FROM certificate c JOIN badge b ON b.certificate_id = c.id AND b.live = 1
               WHERE c.person_id = p.id AND c.state IN ('valid', 'suspended') AND c.valid_until >= :today)
FROM person p JOIN organ o ON o.id = p.organ_id
WHERE p.id_number_index = :id_number_index;

-- name: roster_held
SELECT number, kind, valid_until FROM certificate
WHERE person_id = :person_id AND current = 1 AND state IN ('awaiting-confirmation', 'valid', 'suspended');

-- name: roster_person_insert
INSERT INTO person (id, name, sex, id_number, id_number_index, organ_id, post, auxiliary, state, state_at, created_at)
VALUES (:id, :name, :sex, :id_number, :id_number_index, :organ_id, :post, :auxiliary, 'active', :now, :now);

-- name: roster_person_update
UPDATE person SET name = :name, sex = :sex, post = :post WHERE id = :id;

-- name: roster_person_join
UPDATE person SET name = :name, sex = CASE WHEN :sex = 0 THEN sex ELSE :sex END, post = COALESCE(:post, post),
       organ_id = :organ_id, auxiliary = :auxiliary, state = 'active',
       state_at = CASE WHEN state = 'active' THEN state_at ELSE :now END
WHERE id = :id;

-- name: roster_person_move
UPDATE person SET organ_id = :organ_id WHERE id = :id;

-- name: roster_person_auxiliary
UPDATE person SET auxiliary = :auxiliary WHERE id = :id;

-- name: roster_certificate_update
UPDATE certificate SET kind = :kind, organ_id = :organ_id, scope = :scope, region = :region, issued_on = :issued_on,
       valid_until = :valid_until
WHERE id = :id;
