"""What people of the demo school have done that the demo itself shows too seldom, or never."""

from typing import Any

from tests.store.differential.knowledge import LOGINS

MEMBERS = "(SELECT DISTINCT school_id, account_id FROM membership) m"
RECENT = (
    "(lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7'"
    " || substr(md5({key}), 1, 3) || '8' || substr(md5({key}), 4, 15))::uuid"
)
"""An id of now, as the newest notices are found by."""
COURSE = "course_id = (SELECT c.id FROM course c WHERE c.school_id = own.school_id LIMIT 1)"
SOME = "WHERE hashtext(id::text) % 2 = 0"
DONE = (
    (
        "INSERT INTO announcement_reading (school_id, id, announcement_id, account_id, at)"
        " SELECT a.school_id, md5('read' || a.id || m.account_id)::uuid, a.id, m.account_id, now()"
        f" FROM announcement a JOIN {MEMBERS} USING (school_id) ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO conversation_place (school_id, id, conversation_id, account_id, read_at,"
        " muted, draft) SELECT c.school_id, md5('place' || c.id || a)::uuid, c.id, a, now(), false,"
        " 'Unfinished' FROM conversation c, unnest(c.account_ids) a ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO conversation_draft (school_id, id, account_id, subject, text, content,"
        " kept_at)"
        " SELECT m.school_id, md5('draft' || m.school_id || m.account_id)::uuid, m.account_id,"
        """ 'On', 'Dear', '{"students": [], "guardians": [], "teachers": [], "class_group": null,"""
        """ "course": null, "to_students": false, "to_families": false, "to_staff": false,"""
        """ "to_office": true, "answers": "ALL"}', now()"""
        f" FROM {MEMBERS} ON CONFLICT DO NOTHING"
    ),
    "UPDATE message SET waiting_ids = account_ids[1:1], due_at = now() + interval '1 day' " + SOME,
    (
        "INSERT INTO message_rest (school_id, id, account_id, starts, ends, weekends)"
        " SELECT m.school_id, md5('rest' || m.school_id || m.account_id)::uuid, m.account_id,"
        f" '20:00', '06:00', true FROM {MEMBERS} ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO message_block (school_id, id, account_id, blocked_id, at)"
        " SELECT m.school_id, md5('block' || m.school_id || m.account_id)::uuid, m.account_id,"
        f" a.id, now() FROM {MEMBERS}, (SELECT id FROM account ORDER BY id DESC LIMIT 1) a"
        " WHERE m.account_id <> a.id ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO notice (school_id, id, kind, topic, change, ref, to_id, to_whom, student_id,"
        " course_id, cause, at, version)"
        f" SELECT g.school_id, {RECENT.format(key='m.id::text')}, 'MARK', 'GRADE', 'GIVEN', g.id,"
        " coalesce(m.student_id, m.guardian_id, m.teacher_id, m.account_id),"
        " 15, g.student_id, g.course_id, m.id, now(), 1 FROM membership m"
        " CROSS JOIN LATERAL (SELECT * FROM grade WHERE grade.school_id = m.school_id"
        " ORDER BY grade.student_id = m.student_id DESC NULLS LAST, id LIMIT 1) g"
    ),
    (
        "INSERT INTO notice_ways (account_id, quiet_from, quiet_until, told_up_to, daily_up_to,"
        " weekly_up_to, time_zone) SELECT id, '21:00', '07:00', id, id, id, 'UTC' FROM account"
    ),
    (
        "INSERT INTO push_device (id, account_id, endpoint, p256dh, auth, name, added_at)"
        " SELECT md5('device' || id)::uuid, id, 'https://example.org/' || id, 'p', 'a', 'A phone',"
        " now() FROM account"
    ),
    (
        "UPDATE forum_answer SET author_id = (SELECT id FROM account WHERE login ="
        f" ({LOGINS['student']})) {SOME} AND school_id = 1"
    ),
    (
        "INSERT INTO moderation_case (school_id, id, noun, author_id, told_id, state, reports,"
        " restricted_until, appeal, opened_at, version) SELECT school_id, id, 'ForumAnswer',"
        " author_id, author_id, 'OPEN', 1, current_date + 3, 'It was a joke', now(), 1"
        " FROM forum_answer ON CONFLICT DO NOTHING"
    ),
    f"UPDATE survey own SET {COURSE} {SOME}",
    *(
        f"UPDATE {people} SET begins_on = '2001-09-01', ends_on = '2099-05-31' {SOME}"
        for people in ("student", "guardian", "teacher")
    ),
    f"UPDATE conversation own SET {COURSE} {SOME}",
    (
        "UPDATE day_off d SET class_group_id = (SELECT g.id FROM class_group g"
        " WHERE g.school_id = d.school_id LIMIT 1)"
    ),
    (
        "UPDATE school s SET file_mebibytes = 50, grade_scale_id = (SELECT id FROM grade_scale g"
        " WHERE g.school_id = s.school_id LIMIT 1)"
    ),
    (
        "UPDATE homework h SET student_ids = ARRAY(SELECT e.student_id FROM enrolment e"
        " JOIN course c USING (school_id, class_group_id)"
        f" WHERE (c.school_id, c.id) = (h.school_id, h.course_id) LIMIT 2) {SOME}"
    ),
    (
        "INSERT INTO grading_rule (school_id, id, name, definition, course_id, grade_levels,"
        " active, version) SELECT school_id, md5('rule' || id)::uuid, 'Of a course', definition,"
        " (SELECT c.id FROM course c WHERE c.school_id = own.school_id LIMIT 1), grade_levels,"
        " active, 1 FROM grading_rule own"
    ),
)


async def live(connection: Any) -> None:
    for statement in DONE:
        await connection.execute(statement)
