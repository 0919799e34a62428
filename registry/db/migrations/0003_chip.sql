-- One chip, one live badge.

-- Where two live badges claim a chip, the newer keeps it; the older keeps its tokens, which name their own chip.
UPDATE badge SET chip_uid = NULL
WHERE live = 1 AND chip_uid IS NOT NULL
  AND EXISTS (SELECT 1 FROM badge newer WHERE newer.chip_uid = badge.chip_uid AND newer.live = 1 AND newer.id > badge.id);
CREATE UNIQUE INDEX badge_chip ON badge (chip_uid) WHERE live = 1 AND chip_uid IS NOT NULL;
