"""Each feed for each kind of viewer: who is told what, live and a page at a time."""

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from db.tables.courses import Course, Enrolment
from db.tables.grades import Grade
from db.tables.lessons import Lesson
from domain.clock import now
from domain.ids import uuid7
from resolvers import global_id
from resolvers.feed import Feed
from resolvers.mutations.grades import give_grade
from resolvers.mutations.homework import SetHomework, set_homework
from resolvers.mutations.lessons import SetLessonTopic, set_lesson_topic
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import Client, Listener, delivered, listening
from tests.store.staff_room import HEAD, TEACHER, YESTERDAY, StaffRoom

GUARDIAN, STUDENT, CLASSMATE = "guardian of this child", "the student", "a classmate"
CLASS_TEACHER, OTHER_TEACHER = "the class teacher", "another teacher"
FAMILY_AND_STAFF = {GUARDIAN, STUDENT, TEACHER, CLASS_TEACHER, HEAD}
CLASS = FAMILY_AND_STAFF | {CLASSMATE}
EVERYBODY = (
    *sorted(CLASS), OTHER_TEACHER, "guardian of another", "a head of another school",
)  # fmt: skip
ARGUMENTS = """
  $students: [ID!], $courses: [ID!], $classGroups: [ID!], $after: String
"""
GIVEN = "students: $students, courses: $courses, classGroups: $classGroups, after: $after"
DIARY = f"""
  subscription ({ARGUMENTS}) {{
    diaryChanged({GIVEN}) {{
      __typename change version cursor node {{ id }}
      ... on GradeChange {{ grade {{ id value student {{ displayName }} }} }}
      ... on HomeworkChange {{ homework {{ id text }} }}
      ... on LessonChange {{ lesson {{ id topic }} }}
    }}
  }}
"""
GRADES = f"subscription ({ARGUMENTS}) {{ gradeChanged({GIVEN}) {{ node {{ id }} }} }}"
CHANGES = f"""
  query ({ARGUMENTS}, $first: Int! = 50) {{
    changes({GIVEN}, first: $first) {{
      changes {{ __typename change version cursor node {{ id }} }} cursor hasMore
    }}
  }}
"""
FEEDS = {
    "gradeChanged { grade { id } }": FAMILY_AND_STAFF,
    "homeworkChanged { homework { id } }": CLASS,
    "lessonChanged { lesson { id } }": CLASS,
}


async def write_diary(room: StaffRoom) -> tuple[str, str, str]:
    """A grade for Ada, homework and a topic; the global ids of the three records."""
    viewer, lesson = await room.viewer(), room.id("Lesson")
    grade = await give_grade(room.store, viewer, room.grade())
    homework = await set_homework(room.store, viewer, SetHomework(lesson, "Page 13", due_on=TODAY))
    topic = await set_lesson_topic(room.store, viewer, SetLessonTopic(lesson, 1, "Roots"))
    assert grade.errors == homework.errors == topic.errors == []
    return room.id("Grade", grade.record.id), room.id("Homework", homework.record.id), lesson


async def elsewhere(room: StaffRoom, student: str, **course: Any) -> str:
    """A grade of the student, given in a course of its own; its global id."""
    (row,) = await room.rows("SELECT id FROM student WHERE given_name = $1", student)
    ids = {name: room.small.records[name] for name in ("WorkType", "GradeScale", "Subject")}
    made = Course(school_id=HERE, title="Chess", subject_id=ids["Subject"], **course)
    lesson = Lesson(
        school_id=HERE, course_id=made.id, day=TODAY, **{
            name: (await room.rows(f"SELECT {name} FROM lesson"))[0][name]
            for name in ("starts_at", "ends_at")
        },
    )  # fmt: skip
    grade = Grade(
        school_id=HERE,
        student_id=row["id"],
        course_id=made.id,
        lesson_id=lesson.id,
        work_type_id=ids["WorkType"],
        grade_scale_id=ids["GradeScale"],
        day=TODAY,
        value="5",
    )
    learns = Enrolment(school_id=HERE, student_id=row["id"], course_id=made.id)
    await room.add(made, learns, lesson, grade)
    await tell(room, "GRADE", grade.id)
    return room.id("Grade", grade.id)


async def tell(room: StaffRoom, topic: str, ref: Any) -> None:
    await room.store.pool.execute(
        "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
        " VALUES ($1, 0, $2, 'GIVEN', $3, 1, now())",
        HERE,
        topic,
        ref,
    )


def nodes(listener: Listener) -> list[str]:
    return [event["node"]["id"] for event in listener.events]


@pytest.mark.parametrize("fields", FEEDS)
async def test_a_feed_tells_those_concerned_and_nobody_else(
    room: StaffRoom, feed: Feed, fields: str
) -> None:
    async with AsyncExitStack() as stack:
        listeners = {
            who: await stack.enter_async_context(
                listening(room, feed, who, f"subscription {{ {fields} }}")
            )
            for who in EVERYBODY
        }
        grade, homework, lesson = await write_diary(room)
        await delivered(room, feed)
        noun = fields.split("Changed")[0]
        event = {noun: {"id": {"grade": grade, "homework": homework, "lesson": lesson}[noun]}}
        heard = {who: listener.events for who, listener in listeners.items() if listener.answers}
        assert heard == {who: [event] for who in FEEDS[fields]}


async def test_the_diarys_feed_joins_all_kinds_in_order_each_as_its_viewer_may_see_it(
    room: StaffRoom, feed: Feed
) -> None:
    async with (
        listening(room, feed, GUARDIAN, DIARY) as guardian,
        listening(room, feed, CLASSMATE, DIARY) as classmate,
    ):
        grade, homework, lesson = await write_diary(room)
        await delivered(room, feed)
    shown = [
        {name: value for name, value in one.items() if name != "cursor"} for one in guardian.events
    ]
    assert shown == [
        {
            "__typename": "GradeChange",
            "change": "GIVEN",
            "version": 1,
            "node": {"id": grade},
            "grade": {"id": grade, "value": "5", "student": {"displayName": "student Adler"}},
        },
        {
            "__typename": "HomeworkChange",
            "change": "SET",
            "version": 1,
            "node": {"id": homework},
            "homework": {"id": homework, "text": "Page 13"},
        },
        {
            "__typename": "LessonChange",
            "change": "TOPIC_SET",
            "version": 2,
            "node": {"id": lesson},
            "lesson": {"id": lesson, "topic": "Roots"},
        },
    ]
    assert classmate.events == guardian.events[1:]


async def test_pages_hold_what_the_feed_told(room: StaffRoom, feed: Feed) -> None:
    async with AsyncExitStack() as stack:
        listeners, starts = {}, {}
        for who in EVERYBODY:
            listeners[who] = await stack.enter_async_context(listening(room, feed, who, DIARY))
            starts[who] = (await Client(room, feed, who).ask(CHANGES))["data"]["changes"]
        await write_diary(room)
        await elsewhere(room, "other_student")
        await delivered(room, feed)
        for who, listener in listeners.items():
            assert (starts[who]["changes"], starts[who]["hasMore"]) == ([], False)
            found, page = [], {"cursor": starts[who]["cursor"], "hasMore": True}
            while page["hasMore"]:
                answer = await Client(room, feed, who).ask(CHANGES, after=page["cursor"], first=2)
                page = answer["data"]["changes"]
                found += page["changes"]
            common = ("__typename", "change", "version", "cursor", "node")
            assert found == [{name: one[name] for name in common} for one in listener.events]
            nothing_more = await Client(room, feed, who).ask(CHANGES, after=page["cursor"])
            assert nothing_more["data"]["changes"]["changes"] == []


async def test_a_place_in_pages_is_one_in_the_stream_and_the_other_way_round(
    room: StaffRoom, feed: Feed
) -> None:
    client = await Client(room, feed, GUARDIAN).sign_in()
    start = (await client.ask(CHANGES))["data"]["changes"]["cursor"]
    told_ids = list(await write_diary(room))
    await delivered(room, feed)
    async with listening(room, feed, GUARDIAN, DIARY, after=start) as guardian:
        await delivered(room, feed)
        assert nodes(guardian) == told_ids
    for place, event in enumerate(guardian.events, 1):
        answer = await client.ask(CHANGES, after=event["cursor"])
        found = [one["node"]["id"] for one in answer["data"]["changes"]["changes"]]
        assert found == told_ids[place:]


async def test_a_class_group_is_followed_by_its_courses_and_its_students(
    room: StaffRoom, feed: Feed
) -> None:
    named = {"classGroups": [room.id("ClassGroup")]}
    async with (
        listening(room, feed, HEAD, DIARY, **named) as head,
        listening(room, feed, TEACHER, DIARY, **named) as teacher,
    ):
        await elsewhere(room, "other_student")
        chess = await elsewhere(room, "classmate")
        own = await write_diary(room)
        homework = await homework_in(room, chess)
        await delivered(room, feed)
        assert nodes(head) == [chess, *own, homework]
        assert nodes(teacher) == list(own)


async def homework_in(room: StaffRoom, grade: str) -> str:
    """Homework set in the course of the grade; its global id."""
    (row,) = await room.rows(
        "SELECT lesson_id FROM grade WHERE id = $1", global_id.parse(grade, "Grade")[1]
    )
    work = SetHomework(room.id("Lesson", row["lesson_id"]), "An opening", due_on=TODAY)
    outcome = await set_homework(room.store, await room.viewer(HEAD), work)
    assert outcome.errors == []
    return room.id("Homework", outcome.record.id)


async def test_a_student_is_followed_by_their_own_grades_and_the_work_of_their_courses(
    room: StaffRoom, feed: Feed
) -> None:
    named = {"students": [room.id("Student")]}
    async with (
        listening(room, feed, HEAD, DIARY, **named) as head,
        listening(room, feed, GUARDIAN, DIARY, **named) as guardian,
    ):
        chess = await elsewhere(room, "classmate")
        await homework_in(room, chess)
        own = await write_diary(room)
        classmates = room.grade(student=await room.student("classmate"))
        assert (await give_grade(room.store, await room.viewer(), classmates)).errors == []
        await delivered(room, feed)
        assert nodes(head) == nodes(guardian) == list(own)


async def test_a_course_is_followed_by_what_is_of_it(room: StaffRoom, feed: Feed) -> None:
    async with listening(room, feed, HEAD, DIARY, courses=[room.id("Course")]) as head:
        await elsewhere(room, "student")
        own = await write_diary(room)
        await delivered(room, feed)
        assert nodes(head) == list(own)


async def test_a_class_teacher_follows_a_course_in_which_those_they_lead_have_learnt(
    room: StaffRoom, feed: Feed
) -> None:
    """Grades of the students they lead are theirs to see in any course, even in one where none of
    them learns any more: so they may follow it, and get nothing of others there."""
    theirs = await elsewhere(room, "student")
    await delivered(room, feed)
    _, _, id_ = global_id.read(theirs)
    (row,) = await room.rows("SELECT course_id, lesson_id FROM grade WHERE id = $1", id_)
    await room.store.pool.execute(
        "UPDATE enrolment SET ends_on = $2 WHERE course_id = $1", row["course_id"], YESTERDAY
    )
    other = await room.student("other_student")
    named = {"courses": [room.id("Course", row["course_id"])]}
    async with (
        listening(room, feed, CLASS_TEACHER, GRADES, **named) as leader,
        listening(room, feed, OTHER_TEACHER, GRADES, **named) as stranger,
    ):
        assert await stranger.end() == "FORBIDDEN"
        await room.add(
            Enrolment(
                school_id=HERE,
                student_id=global_id.parse(other, "Student")[1],
                course_id=row["course_id"],
            )
        )
        lesson = room.id("Lesson", row["lesson_id"])
        outcome = await give_grade(
            room.store, await room.viewer(HEAD), room.grade(student=other, lesson=lesson)
        )
        assert outcome.errors == []
        await tell(room, "GRADE", id_)
        await delivered(room, feed)
        assert (nodes(leader), leader.code) == ([theirs], None)


async def test_a_course_teacher_follows_a_class_group_for_the_grades_of_their_own_courses(
    room: StaffRoom, feed: Feed
) -> None:
    named = {"classGroups": [room.id("ClassGroup")]}
    async with (
        listening(room, feed, TEACHER, GRADES, **named) as teacher,
        listening(room, feed, CLASSMATE, GRADES, **named) as pupil,
    ):
        await elsewhere(room, "student")
        own, _, _ = await write_diary(room)
        await delivered(room, feed)
        assert (nodes(teacher), teacher.code) == ([own], None)
        assert (nodes(pupil), pupil.code) == ([], None)


async def test_a_place_that_is_none_or_another_databases_or_too_old_is_told_apart(
    room: StaffRoom, feed: Feed
) -> None:
    client = await Client(room, feed, GUARDIAN).sign_in()
    start = (await client.ask(CHANGES))["data"]["changes"]["cursor"]
    await write_diary(room)
    await delivered(room, feed)
    first = (await client.ask(CHANGES, after=start, first=1))["data"]["changes"]["cursor"]
    assert await refusal(client, after="garbage") == "BAD_INPUT"
    assert await refusal(client, after=start, first=0) == "BAD_INPUT"
    assert await refusal(client, after=start, first=201) == "BAD_INPUT"
    await room.store.pool.execute("UPDATE outbox SET at = $1", now() - timedelta(days=31))
    await feed._outbox.drop_old()
    assert await refusal(client, after=first) == "RESYNC"
    await room.store.pool.execute("UPDATE feed_key SET epoch = gen_random_uuid()")
    assert await refusal(client, after=start) == "RESYNC"


async def refusal(client: Client, **variables: object) -> str:
    answer = await client.ask(CHANGES, **variables)
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


async def test_pages_are_for_those_signed_in_and_of_what_they_may_know(
    room: StaffRoom, feed: Feed
) -> None:
    client = Client(room, feed, GUARDIAN)
    assert await refusal(client) == "UNAUTHENTICATED"
    await client.sign_in()
    other = await room.student("other_student")
    assert await refusal(client, students=[other]) == "NOT_FOUND"
    assert await refusal(client, students=[global_id.make("Student", HERE, uuid7())]) == "NOT_FOUND"
    assert await refusal(client, students=["x"] * 101) == "BAD_INPUT"
