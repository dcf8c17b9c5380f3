"""The demo school: believable, and the same again from the same seed."""

from datetime import date, time
from typing import Any

import asyncpg
from argon2 import PasswordHasher

from db.demo import Demo, fill, is_empty
from db.store import Store
from resolvers import global_id
from resolvers.mutations.timetables import GenerateLessons, generate_lessons
from resolvers.pages import PAGE
from resolvers.relations import may_know
from resolvers.sessions import sign_in
from tests.conftest import TODAY, Server

CHECKSUM = "SELECT md5(string_agg(g::text, '' ORDER BY g.id)) FROM {} g"


async def scalar(store: Store, question: str) -> Any:
    async with store.pool.acquire() as connection:
        return await connection.fetchval(question)


async def test_no_teacher_is_in_two_places_at_once(store: Store) -> None:
    twice = """
        SELECT count(*) FROM (SELECT FROM lesson
        GROUP BY school_id, teacher_id, starts_at HAVING count(*) > 1) twice
    """
    assert await scalar(store, twice) == 0


async def test_every_grade_is_of_its_lessons_day_and_course(store: Store) -> None:
    astray = """
        SELECT count(*) FROM grade JOIN lesson
          ON (lesson.school_id, lesson.id) = (grade.school_id, grade.lesson_id)
        WHERE grade.day <> lesson.day OR grade.course_id <> lesson.course_id
    """
    assert await scalar(store, "SELECT count(*) FROM grade") > 10_000
    assert await scalar(store, astray) == 0


async def test_every_grade_is_of_a_student_who_takes_the_course(store: Store) -> None:
    strangers = """
        SELECT count(*) FROM grade g JOIN course c
          ON (c.school_id, c.id) = (g.school_id, g.course_id)
        WHERE NOT EXISTS (
          SELECT FROM enrolment e WHERE e.school_id = g.school_id AND e.student_id = g.student_id
            AND CASE WHEN c.whole_class THEN e.class_group_id = c.class_group_id
                     ELSE e.course_id = c.id END)
    """
    assert await scalar(store, strangers.format("comment", "author_id")) == 0
    assert await scalar(store, strangers.format("post_reaction", "account_id")) == 0


async def test_every_student_is_in_one_class_and_one_half_of_french(store: Store) -> None:
    places = """
        SELECT count(*) FROM (SELECT FROM enrolment GROUP BY school_id, student_id
        HAVING (count(class_group_id), count(course_id)) <> (1, 1)) astray
    """
    assert await scalar(store, places) == 0


async def test_homework_is_due_at_a_lesson_of_its_course(store: Store) -> None:
    idle = """
        SELECT count(*) FROM homework h WHERE student_ids IS NULL AND NOT EXISTS (
          SELECT FROM lesson l WHERE (l.school_id, l.id, l.course_id, l.day)
            = (h.school_id, h.due_lesson_id, h.course_id, h.due_on))
    """
    assert await scalar(store, "SELECT count(*) FROM homework") > 1_000
    assert await scalar(store, idle) == 0


async def test_every_grade_was_given_by_its_teacher_and_homework_was_set_by_its(
    store: Store,
) -> None:
    without = """
        SELECT count(*) FROM {0} record WHERE NOT EXISTS (
          SELECT FROM {0}_revision step JOIN membership USING (school_id, account_id)
          WHERE (step.school_id, step.{0}_id, step.version, step.change, step.at, teacher_id)
            = (record.school_id, record.id, 1, '{1}', record.{2}, record.teacher_id))
    """
    assert await scalar(store, without.format("grade", "GIVEN", "given_at")) == 0
    assert await scalar(store, without.format("homework", "SET", "set_at")) == 0
    for table in ("grade", "homework"):
        records = await scalar(store, f"SELECT count(*) FROM {table}")
        assert await scalar(store, f"SELECT count(*) FROM {table}_revision") == records


async def test_remarks_are_of_lessons_that_their_students_have_with_their_authors(
    store: Store,
) -> None:
    astray = """
        SELECT count(*) FROM remark r
        JOIN membership m ON (m.school_id, m.account_id) = (r.school_id, r.author_id)
        WHERE NOT EXISTS (
          SELECT FROM lesson l JOIN course c
            ON (c.school_id, c.id) = (l.school_id, l.course_id)
          JOIN enrolment e ON e.school_id = r.school_id AND e.student_id = r.student_id
            AND CASE WHEN c.whole_class THEN e.class_group_id = c.class_group_id
                     ELSE e.course_id = c.id END
          WHERE (l.school_id, l.course_id, l.teacher_id, l.day, l.status)
            = (r.school_id, r.course_id, m.teacher_id, r.day, 'HELD'))
    """
    assert await scalar(store, "SELECT count(*) FROM remark") > 60
    assert await scalar(store, "SELECT count(DISTINCT kind) FROM remark") == 3
    assert await scalar(store, astray) == 0


async def test_each_remark_has_its_history_and_its_guardians_replies(store: Store) -> None:
    steps = """
        SELECT string_agg(DISTINCT steps, '; ' ORDER BY steps) FROM (
          SELECT string_agg(change, ' ' ORDER BY s.version) AS steps
          FROM remark r JOIN remark_revision s
            ON (s.school_id, s.remark_id) = (r.school_id, r.id)
          GROUP BY r.school_id, r.id, r.version, r.withdrawn
          HAVING (count(*), bool_or(change = 'WITHDRAWN')) = (r.version, r.withdrawn)) told
    """
    strangers = """
        SELECT count(*) FROM remark_reply p
        JOIN remark r ON (r.school_id, r.id) = (p.school_id, p.remark_id)
        WHERE NOT EXISTS (
          SELECT FROM guardianship g JOIN membership m USING (school_id, guardian_id)
          WHERE (g.school_id, g.student_id, m.account_id)
            = (r.school_id, r.student_id, p.author_id))
    """
    told = await scalar(store, steps)
    assert set(told.split("; ")) >= {"ADDED", "ADDED REPLIED"}
    assert await scalar(store, "SELECT count(*) FROM remark_reply") > 10
    assert await scalar(store, strangers.format("comment", "author_id")) == 0
    assert await scalar(store, strangers.format("post_reaction", "account_id")) == 0


async def test_attendance_is_of_lessons_that_were_held_and_their_students_have(
    store: Store,
) -> None:
    astray = """
        SELECT count(*) FROM attendance a WHERE NOT EXISTS (
          SELECT FROM lesson l JOIN course c
            ON (c.school_id, c.id) = (l.school_id, l.course_id)
          JOIN enrolment e ON e.school_id = a.school_id AND e.student_id = a.student_id
            AND CASE WHEN c.whole_class THEN e.class_group_id = c.class_group_id
                     ELSE e.course_id = c.id END
          JOIN attendance_revision s ON (s.school_id, s.attendance_id, s.change, s.at)
            = (a.school_id, a.id, 'TAKEN', a.taken_at)
          WHERE (l.school_id, l.id, l.course_id, l.day, l.status, l.teacher_id)
            = (a.school_id, a.lesson_id, a.course_id, a.day, 'HELD', a.teacher_id))
    """
    assert await scalar(store, "SELECT count(*) FROM attendance") > 500
    assert await scalar(store, "SELECT count(DISTINCT kind) FROM attendance") == 5
    assert await scalar(store, astray) == 0
    untaken = """SELECT count(*) FROM lesson l WHERE (status = 'HELD') <> EXISTS (
      SELECT FROM attendance_taking t WHERE (t.school_id, t.id) = (l.school_id, l.id))"""
    assert await scalar(store, untaken) == 0
    share = """SELECT count(*) FILTER (WHERE absence) / (
      SELECT count(*) * 20.0 FROM lesson WHERE status = 'HELD' AND school_id = 1)
      FROM attendance WHERE school_id = 1"""
    assert 0.01 < await scalar(store, share) < 0.06


async def test_notices_of_absence_are_their_guardians_and_excuse_their_days(store: Store) -> None:
    astray = """
        SELECT count(*) FROM absence_notice n WHERE NOT EXISTS (
          SELECT FROM guardianship g JOIN membership m USING (school_id, guardian_id)
          WHERE (g.school_id, g.student_id, m.account_id)
            = (n.school_id, n.student_id, n.author_id))
        OR version <> (SELECT count(*) FROM absence_notice_revision s
          WHERE (s.school_id, s.absence_notice_id) = (n.school_id, n.id))
        OR (state = 'ACCEPTED') <> EXISTS (SELECT FROM attendance a
          WHERE (a.school_id, a.notice_id, a.student_id) = (n.school_id, n.id, n.student_id)
            AND a.day BETWEEN n.starts_on AND n.ends_on AND a.kind <> 'ABSENT')
    """
    assert await scalar(store, "SELECT count(*) FROM absence_notice") > 20
    assert await scalar(store, astray) == 0


async def test_filling_leaves_the_keys_and_indexes_as_they_were(connection: Any) -> None:
    declared = """
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT conrelid::regclass || ' ' || conname || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1
    """
    before = await connection.fetch(declared)
    await fill(connection, students=20, today=TODAY)
    assert await connection.fetch(declared) == before


async def test_the_school_is_as_large_as_asked(connection: Any) -> None:
    sizes = """
        SELECT (SELECT count(*) FROM student WHERE school_id = 1),
               (SELECT count(*) FROM student WHERE school_id = 2),
               (SELECT count(*) FROM class_group WHERE school_id = 1),
               (SELECT count(*) / 120 FROM grade WHERE school_id = 1)
    """
    await fill(connection, students=120, today=TODAY)
    students, beside, classes, grades = await connection.fetchrow(sizes)
    assert (students, beside, classes) == (120, 20, 4)
    assert 200 <= grades <= 245


async def test_a_parent_has_children_in_both_schools(store: Store, demo: Demo) -> None:
    schools = """
        SELECT string_agg(school_id::text, ' ' ORDER BY school_id) FROM membership
        JOIN account ON account.id = account_id WHERE login = '{}'
    """
    parents = [one for one in demo.accounts if "the other school" in one.who]
    assert [await scalar(store, schools.format(one.login)) for one in parents] == ["1 2"]


async def test_there_are_no_lessons_outside_the_quarters(store: Store) -> None:
    free = """
        SELECT count(*) FROM lesson l WHERE NOT EXISTS (
          SELECT FROM period p WHERE p.school_id = l.school_id AND p.kind = 'QUARTER'
            AND l.day BETWEEN p.starts_on AND p.ends_on)
    """
    assert await scalar(store, free) == 0


async def test_some_parents_have_children_in_two_classes_and_some_children_two_parents(
    store: Store,
) -> None:
    children = """
        SELECT count(*) FROM (SELECT guardian_id FROM guardianship
        GROUP BY guardian_id HAVING count(*) > 1) several
    """
    assert await scalar(store, children) > 0
    assert await scalar(store, children.replace("guardian_id", "student_id")) > 0


async def test_the_accounts_that_it_shows_may_sign_in(store: Store, demo: Demo) -> None:
    for account in demo.accounts:
        stored = await scalar(
            store, f"SELECT password_hash FROM account WHERE login = '{account.login}'"
        )
        assert PasswordHasher().verify(stored, account.password)


async def test_the_same_seed_makes_the_same_school(
    server: Server, empty_template: str, store: Store
) -> None:
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        assert await is_empty(connection)
        await fill(connection, students=60, seed=7, today=TODAY)
        assert not await is_empty(connection)
        await connection.close()
        again = await Store.connect(url, connections=1)
        for table in (
            "student",
            "lesson",
            "grade",
            "remark",
            "attendance",
            "absence_notice",
            "membership",
            "account",
        ):
            question = CHECKSUM.format(table)
            assert await scalar(again, question) == await scalar(store, question)
        await again.close()


async def test_lessons_of_today_are_held_as_far_as_the_day_has_come(connection: Any) -> None:
    monday = date(2026, 3, 2)
    await fill(connection, students=30, today=monday, at=time(9, 35))
    hours = """
        SELECT to_char(starts_at AT TIME ZONE 'Europe/Berlin', 'HH24:MI'), status, count(topic) > 0,
               count(g.id) > 0
        FROM lesson LEFT JOIN grade g ON g.school_id = lesson.school_id AND lesson_id = lesson.id
        WHERE lesson.school_id = 1 AND lesson.day = $1 GROUP BY 1, 2 ORDER BY 1
    """
    found = await connection.fetch(hours, monday)
    assert [tuple(row)[:3] for row in found] == [
        ("08:00", "HELD", True),
        ("08:50", "HELD", True),
        ("09:50", "PLANNED", False),
        ("10:40", "PLANNED", False),
        ("11:40", "PLANNED", False),
        ("12:30", "PLANNED", False),
    ]
    assert not any(row[3] for row in found[2:])
    ahead = "SELECT count(*) FROM grade WHERE given_at > '2026-03-02 09:35 Europe/Berlin'"
    assert await connection.fetchval(ahead) == 0


async def test_its_foreign_keys_are_all_there_afterwards(store: Store, connection: Any) -> None:
    keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
    assert await scalar(store, keys) == await connection.fetchval(keys)


async def test_files_hang_on_records_that_are_there_by_those_who_made_them(store: Store) -> None:
    astray = """
        SELECT count(*) FROM file f WHERE NOT CASE f.use
          WHEN 'HOMEWORK' THEN EXISTS (SELECT FROM homework h
            JOIN membership m ON (m.school_id, m.teacher_id) = (h.school_id, h.teacher_id)
            WHERE (h.school_id, h.id, m.account_id) = (f.school_id, f.record_id, f.author_id))
          WHEN 'HAND_IN' THEN f.media_type = 'image/jpeg' AND f.thumbnail AND EXISTS (
            SELECT FROM homework_status s
            JOIN membership m ON (m.school_id, m.student_id) = (s.school_id, s.student_id)
            WHERE (s.school_id, s.id, m.account_id) = (f.school_id, f.record_id, f.author_id))
          WHEN 'MATERIAL' THEN EXISTS (SELECT FROM material t
            JOIN membership m ON (m.school_id, m.teacher_id) = (t.school_id, t.teacher_id)
            WHERE (t.school_id, t.id, m.account_id, t.kind)
              = (f.school_id, f.record_id, f.author_id, 'FILES'))
          WHEN 'POST' THEN EXISTS (SELECT FROM post p
            WHERE (p.school_id, p.id, p.author_id) = (f.school_id, f.record_id, f.author_id))
          WHEN 'AVATAR' THEN EXISTS (SELECT FROM page_revision p
            WHERE (p.school_id, p.page_id, p.account_id) = (f.school_id, f.record_id, f.author_id))
          ELSE EXISTS (SELECT FROM absence_notice n
            WHERE (n.school_id, n.id, n.author_id) = (f.school_id, f.record_id, f.author_id))
        END
    """
    assert await scalar(store, "SELECT count(DISTINCT use) FROM file") == 6
    assert await scalar(store, "SELECT count(*) FROM file") > 10
    assert await scalar(store, astray) == 0


async def test_pages_are_read_by_who_follows_comments_and_reacts(store: Store) -> None:
    follows = await store.pool.fetch(
        "SELECT account.login, array_agg(page_id) AS pages FROM page_follow"
        " JOIN account ON account.id = account_id WHERE school_id = 1"
        " GROUP BY login ORDER BY count(*) DESC, login LIMIT 9"
    )
    for row in follows:
        viewer = (await sign_in(store, row["login"], "demo")).viewer
        asked = {"school": 1, "ids": row["pages"]}
        pages = await store.fetch(PAGE.read, **asked)
        assert len(pages) == len(row["pages"]) > 1
        assert all(may_know(viewer, "Page", page) for page in pages)
    strangers = """
      SELECT count(*) FROM {} said
      JOIN post ON (post.school_id, post.id) = (said.school_id, post_id)
      JOIN page ON (page.school_id, page.id) = (said.school_id, page_id)
      WHERE class_group_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM membership m LEFT JOIN guardianship g USING (school_id, guardian_id)
        JOIN enrolment e ON (e.school_id, e.student_id)
          = (m.school_id, coalesce(m.student_id, g.student_id))
        WHERE (m.school_id, m.account_id, e.class_group_id)
          = (said.school_id, said.{}, page.class_group_id))
    """
    assert await scalar(store, strangers.format("comment", "author_id")) == 0
    assert await scalar(store, strangers.format("post_reaction", "account_id")) == 0
    assert await scalar(store, "SELECT count(DISTINCT kind) FROM post_reaction") == 5


async def test_materials_are_of_their_places_and_opened_and_referred_to_where_they_are_for(
    store: Store,
) -> None:
    astray = """
        SELECT count(*) FROM material t
        LEFT JOIN lesson l ON (l.school_id, l.id) = (t.school_id, t.lesson_id)
        WHERE (t.subject_id IS NULL) = (t.course_id IS NULL)
          OR (t.day, t.course_id) IS DISTINCT FROM (l.day, coalesce(l.course_id, t.course_id))
          OR (t.kind = 'LINK') <> (t.link IS NOT NULL)
          OR NOT EXISTS (SELECT FROM material_revision r
            WHERE (r.school_id, r.material_id, r.at) = (t.school_id, t.id, t.added_at))
          OR (t.kind = 'FILES') <> EXISTS (SELECT FROM file f
            WHERE (f.school_id, f.record_id) = (t.school_id, t.id))
    """
    opened_by_others = """
        SELECT count(*) FROM material_opening o JOIN membership m USING (school_id, account_id)
        LEFT JOIN guardianship g ON (g.school_id, g.student_id, g.guardian_id)
          = (o.school_id, o.student_id, m.guardian_id)
        WHERE CASE WHEN o.as_guardian THEN g.student_id IS NULL AND m.guardian_id IS NOT NULL
                   ELSE m.student_id <> o.student_id END
    """
    elsewhere = """
        SELECT count(*) FROM homework h JOIN material t
          ON t.school_id = h.school_id AND t.id = ANY (h.material_ids)
        WHERE t.course_id <> h.course_id
    """
    for question, least in (("kind = 'FILES'", 20), ("lesson_id IS NOT NULL", 5)):
        assert await scalar(store, f"SELECT count(*) FROM material WHERE {question}") >= least
    for who in ("as_guardian", "NOT as_guardian"):
        assert await scalar(store, f"SELECT count(*) FROM material_opening WHERE {who}") > 3
    for table, least in (("announcement", 10), ("announcement_reading", 20), ("event_reply", 20)):
        assert await scalar(store, f"SELECT count(*) FROM {table}") > least
    assert await scalar(store, "SELECT count(*) FROM school_event WHERE public") >= 2
    assert await scalar(store, "SELECT count(*) FROM homework WHERE material_ids <> '{}'") > 5
    for question in (astray, opened_by_others, elsewhere):
        assert await scalar(store, question) == 0


async def test_what_became_of_homework_is_of_a_student_who_had_it_and_has_its_first_step(
    store: Store,
) -> None:
    astray = """
        SELECT count(*) FROM homework_status s JOIN homework h
          ON (h.school_id, h.id) = (s.school_id, s.homework_id)
        JOIN course c ON (c.school_id, c.id) = (h.school_id, h.course_id)
        WHERE (s.day, s.course_id) <> (h.due_on, h.course_id)
          OR s.student_id <> ALL (h.student_ids)
          OR NOT EXISTS (SELECT FROM homework_status_revision r
            WHERE (r.school_id, r.homework_status_id, r.change, r.at)
              = (s.school_id, s.id, s.state, s.changed_at))
          OR NOT EXISTS (SELECT FROM enrolment e
            WHERE (e.school_id, e.student_id) = (s.school_id, s.student_id)
              AND CASE WHEN c.whole_class THEN e.class_group_id = c.class_group_id
                       ELSE e.course_id = c.id END)
    """
    assert await scalar(store, "SELECT count(*) FROM homework_status") > 500
    assert await scalar(store, "SELECT count(DISTINCT state) FROM homework_status") == 5
    assert await scalar(store, astray) == 0
    assert await scalar(store, "SELECT count(*) FROM homework WHERE student_ids <> '{}'") > 5
    none = "SELECT count(*) FROM lesson WHERE homework_closed AND status = 'HELD'"
    assert await scalar(store, none) > 1_000


async def test_grades_of_periods_are_of_periods_that_are_over_and_say_why_they_are_better(
    store: Store,
) -> None:
    astray = """
        SELECT count(*) FROM period_grade g JOIN period p
          ON (p.school_id, p.id) = (g.school_id, g.period_id)
        JOIN membership m ON (m.school_id, m.account_id) = (g.school_id, g.author_id)
        WHERE p.kind <> 'QUARTER' OR p.ends_on >= $1 OR g.day <> p.ends_on
          OR m.teacher_id IS NULL OR (g.state = 'GRADED') <> (g.value IS NOT NULL)
          OR (g.because IS NULL) <> (g.value IS NOT DISTINCT FROM g.proposed)
          OR (g.proposed IS NULL) <> NOT EXISTS (SELECT FROM grade own
            WHERE (own.school_id, own.student_id, own.course_id)
                = (g.school_id, g.student_id, g.course_id)
              AND own.day BETWEEN p.starts_on AND p.ends_on)
          OR 1 <> (SELECT count(*) FROM period_grade_revision r
            WHERE (r.school_id, r.period_grade_id, r.version, r.account_id)
              = (g.school_id, g.id, g.version, g.author_id) AND r.change = 'DECIDED')
    """
    over = "SELECT count(*) FROM period WHERE kind = 'QUARTER' AND ends_on < $1"
    assert await store.pool.fetchval(over, TODAY) >= 2
    assert await scalar(store, "SELECT count(*) FROM period_grade") > 1_000
    assert await scalar(store, "SELECT count(*) FROM period_grade WHERE because <> ''") > 10
    assert await store.pool.fetchval(astray, TODAY) == 0


async def test_diaries_are_signed_and_grades_seen_by_guardians_of_their_children(
    store: Store,
) -> None:
    of_a_stranger = """
        SELECT count(*) FROM {} s WHERE NOT EXISTS (SELECT FROM membership m
          JOIN guardianship g USING (school_id, guardian_id)
          WHERE (m.school_id, m.account_id, g.student_id)
            = (s.school_id, s.{}, s.student_id))
    """
    for table, account, least in (("diary_signature", "author_id", 20), ("seen", "account_id", 50)):
        assert await scalar(store, f"SELECT count(*) FROM {table}") > least
        assert await scalar(store, of_a_stranger.format(table, account)) == 0
    astray = """
        SELECT (SELECT count(*) FROM diary_signature WHERE extract(isodow FROM week) <> 1
                  OR signed_at < week + 5),
               (SELECT count(*) FROM seen LEFT JOIN grade
                  ON (grade.school_id, grade.id, grade.student_id)
                   = (seen.school_id, seen.record_id, seen.student_id)
                WHERE grade.id IS NULL OR seen.at < grade.given_at)
    """
    assert tuple(await store.pool.fetchrow(astray)) == (0, 0)


async def test_the_timetable_of_the_whole_year_is_as_its_patterns_have_it(
    store: Store, demo: Demo
) -> None:
    viewer = (await sign_in(store, "head", "demo")).viewer
    first, last = await store.pool.fetchrow(
        "SELECT min(starts_on), max(ends_on) FROM academic_year WHERE school_id = 1"
    )
    given = GenerateLessons(global_id.make("School", 1, global_id.NIL), first, last)
    outcome = await generate_lessons(store, viewer, given)
    assert outcome.errors == []
    made = outcome.record
    assert (made.added, made.changed, made.removed, made.kept) == (0, 0, 0, 0)
    assert await scalar(store, "SELECT count(DISTINCT room_id) FROM lesson") == await scalar(
        store, "SELECT count(*) FROM room"
    )
    replaced = """
        SELECT count(*) FROM lesson l JOIN lesson_revision r
          ON (r.school_id, r.lesson_id) = (l.school_id, l.id)
        WHERE l.status = r.change AND r.status_before = 'PLANNED' AND l.day > $1
          AND r.teacher_id_before IS NOT NULL AND r.reason <> ''
          AND (l.status = 'CANCELLED' OR l.teacher_id <> r.teacher_id_before)
    """
    assert await store.pool.fetchval(replaced, TODAY) > 3
    assert await scalar(store, "SELECT count(*) FROM bell_schedule WHERE school_id = 1") == 3


async def test_quizzes_are_answered_in_time_by_who_learns_there_and_worth_what_they_are(
    store: Store,
) -> None:
    astray = """
        SELECT count(*) FROM quiz_try t
        JOIN quiz q ON (q.school_id, q.id) = (t.school_id, t.quiz_id)
        WHERE t.course_id <> q.course_id OR t.begun_at < q.opens_at OR t.begun_at > q.closes_at
          OR t.handed_in_at > t.ends_at OR t.points NOT BETWEEN 0 AND 5
          OR NOT EXISTS (SELECT FROM enrolment e LEFT JOIN course c
            ON (c.school_id, c.id) = (t.school_id, t.course_id)
            WHERE (e.school_id, e.student_id) = (t.school_id, t.student_id)
              AND (e.course_id = c.id OR e.class_group_id = c.class_group_id))
          OR NOT EXISTS (SELECT FROM quiz_try_revision r
            WHERE (r.school_id, r.quiz_try_id, r.at) = (t.school_id, t.id, t.begun_at))
    """
    assert await scalar(store, "SELECT count(*) FROM quiz_try") > 100
    assert await scalar(store, astray) == 0


async def test_surveys_are_answered_by_whom_they_are_for_and_as_often_as_their_sums_say(
    store: Store,
) -> None:
    astray = """
        SELECT count(*) FROM survey s
        JOIN survey_tally t ON (t.school_id, t.id) = (s.school_id, s.id)
        WHERE (t.counts->>'answered')::int <> (SELECT count(*) FROM survey_participation p
            WHERE (p.school_id, p.survey_id) = (s.school_id, s.id))
          OR NOT EXISTS (SELECT FROM survey_revision r
            WHERE (r.school_id, r.survey_id, r.at) = (s.school_id, s.id, s.asked_at))
    """
    others = """
        SELECT count(*) FROM survey_participation p
        JOIN survey s ON (s.school_id, s.id) = (p.school_id, p.survey_id)
        WHERE NOT EXISTS (SELECT FROM membership m
          WHERE (m.school_id, m.account_id) = (p.school_id, p.account_id)
            AND CASE WHEN s.to_families THEN m.guardian_id ELSE m.student_id END IS NOT NULL)
    """
    assert await scalar(store, "SELECT count(*) FROM survey") > 3
    assert await scalar(store, "SELECT max((shown->>'answered')::int) FROM survey_tally") > 4
    for question in (astray, others):
        assert await scalar(store, question) == 0
