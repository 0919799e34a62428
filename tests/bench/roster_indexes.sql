-- The table that `.import` fills beside a roster import: nine indexes, keyed like the nine that a row of a roster has in
-- the register (person, certificate, event, audit).
CREATE TABLE roster ("序号" TEXT, "姓名" TEXT, "性别" TEXT, "身份证号" TEXT, "工作单位" TEXT, "职务" TEXT, "执法证号" TEXT,
                     "执法类别" TEXT, "执法区域" TEXT, "发证日期" TEXT, "有效期至" TEXT, "人员类别" TEXT);
CREATE UNIQUE INDEX person_id_number ON roster ("身份证号");
CREATE INDEX person_organ ON roster ("工作单位", "姓名");
CREATE INDEX person_name ON roster ("姓名");
CREATE UNIQUE INDEX certificate_number ON roster ("执法证号");
CREATE INDEX certificate_person ON roster ("序号");
CREATE INDEX certificate_expiring ON roster ("有效期至");
CREATE INDEX certificate_organ_state ON roster ("工作单位", "人员类别");
CREATE INDEX certificate_event_certificate ON roster ("执法证号", "序号");
CREATE INDEX audit_object ON roster ("人员类别", "序号", "执法证号");
