"""Courses of a class, a part of one or several; and single lessons, with what hangs on them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.ids import uuid7
from domain.ties import TieName
from resolvers.declarations.editing import Edit
from resolvers.mutations.class_groups import PutAway, TakeBack, restore_class_group
from resolvers.mutations.courses import (
    ChangeCourse,
    CreateCourse,
    change_course,
    create_course,
    put_away_course,
    restore_course,
)
from resolvers.mutations.grades import give_grade
from resolvers.mutations.homework import SetHomework, set_homework
from resolvers.mutations.lessons import (
    AddLesson,
    MoveLesson,
    SetLessonTopic,
    add_lesson,
    cancel_lesson,
    move_lesson,
    remove_lesson,
    restore_lesson,
    set_lesson_topic,
)
from tests.gateway.small_school import TODAY
from tests.store.office import RIGHTS, class_group, done, feed, one, refusals, teacher, uuid
from tests.store.staff_room import (
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
)

CLASSMATE = "a classmate"
TOO_LATE = TODAY + timedelta(101)


def at(day: Any, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


async def tied(room: StaffRoom, kind: str) -> frozenset[Any]:
    return (await room.viewer(kind)).schools[1][TieName.COURSE_OF_SELF]


def create(room: StaffRoom, **other: Any) -> CreateCourse:
    return CreateCourse(room.id("School"), room.id("Subject"), **other)


async def test_a_course_is_of_a_whole_class_a_part_of_it_or_several(room: StaffRoom) -> None:
    ours, this_year = room.id("ClassGroup"), room.id("AcademicYear")
    whole = create(
        room, class_group=ours, whole_class=True, teacher=await teacher(room, "other_teacher")
    )
    made = await done(room, create_course, whole)
    assert (made.title, made.whole_class) == ("Mathematics 7B", True)
    assert room.id("AcademicYear", made.academic_year_id) == this_year
    assert made.id in await tied(room, STUDENT) & await tied(room, CLASSMATE)
    query = "SELECT main, begins_on FROM teaching WHERE course_id = $1"
    assert await one(room, query, made.id) == (True, TODAY)
    assert await feed(room) == RIGHTS
    part = create(room, class_group=ours, students=[room.id("Student")], title="Half of 7B")
    half = await done(room, create_course, part)
    assert half.id in await tied(room, STUDENT) - await tied(room, CLASSMATE)
    groups = [ours, await class_group(room, "8A")]
    several = create(room, class_groups=groups, academic_year=this_year, code="MX")
    wide = await done(room, create_course, several)
    assert (wide.title, wide.code, wide.class_group_id) == ("Mathematics", "MX", None)
    query = "SELECT count(*) FROM enrolment WHERE course_id = $1"
    assert await one(room, query, wide.id) == (3,)


async def test_courses_that_would_not_do_are_refused(room: StaffRoom) -> None:
    ours, this_year, no = (
        room.id("ClassGroup"),
        room.id("AcademicYear"),
        room.small.records["Grade"],
    )

    async def errors(**given: Any) -> Any:
        return await refusals(room, create_course, create(room, **given))

    assert await errors() == [("BAD_INPUT", ("academicYear",))]
    assert await errors(whole_class=True, academic_year=this_year) == [
        ("BAD_INPUT", ("classGroup",))
    ]
    both = {"class_group": ours, "whole_class": True, "students": [room.id("Student")]}
    assert await errors(**both) == [("BAD_INPUT", ("wholeClass",))]
    missing = {"students": [room.id("Student"), room.id("Student", no)], "academic_year": this_year}
    assert await errors(**missing, class_groups=[room.id("ClassGroup", no)]) == [
        ("NOT_FOUND", ("students", "1")), ("NOT_FOUND", ("classGroups", "0")),
    ]  # fmt: skip
    late = {"academic_year": this_year, "begins_on": TOO_LATE}
    assert await errors(**late) == [("OUTSIDE_YEAR", ("beginsOn",))]
    assert await errors(class_group=ours, teacher=room.id("Teacher", no)) == [
        ("NOT_FOUND", ("teacher",))
    ]
    own = create(room, academic_year=this_year)
    assert await refusals(room, create_course, own, TEACHER) == [("FORBIDDEN", ("school",))]
    assert await refusals(room, create_course, own, STRANGER) == [("NOT_FOUND", ("school",))]


async def test_who_took_a_course_with_the_class_keeps_it_where_it_is_of_a_part(
    room: StaffRoom,
) -> None:
    ours, its_class = room.id("Course"), room.id("ClassGroup")
    change = ChangeCourse(ours, whole_class=False, title="Algebra", room=None)
    changed = await done(room, change_course, change)
    assert (changed.title, changed.room, changed.whole_class) == ("Algebra", None, False)
    query = "SELECT search_key FROM course WHERE id = $1"
    assert await one(room, query, uuid(ours)) == (" algebra",)
    assert uuid(ours) in await tied(room, STUDENT) & await tied(room, CLASSMATE)
    back = ChangeCourse(ours, whole_class=True)
    assert await refusals(room, change_course, back) == [("IN_USE", ("wholeClass",))]
    await done(room, put_away_course, PutAway(ours))
    rights = (await room.viewer(TEACHER)).schools[1]
    assert uuid(ours) not in rights.of_today[TieName.COURSE_TAUGHT]
    assert uuid(ours) in rights[TieName.COURSE_TAUGHT]
    assert await refusals(room, put_away_course, PutAway(ours)) == [("NOT_FOUND", ("id",))]
    again = TakeBack(ours)
    await room.rows("UPDATE class_group SET active = false WHERE id = $1", uuid(its_class))
    assert await refusals(room, restore_course, again) == [("WRONG_STATE", ("id",))]
    assert await refusals(room, restore_course, again, TEACHER) == [("FORBIDDEN", ("id",))]
    await done(room, restore_class_group, TakeBack(its_class))
    await done(room, restore_course, again)
    rights = (await room.viewer(TEACHER)).schools[1]
    assert uuid(ours) in rights.of_today[TieName.COURSE_TAUGHT]
    assert await refusals(room, restore_course, again) == [("NOT_WITHDRAWN", ("id",))]


async def test_a_lesson_is_added_moved_cancelled_and_back_with_its_history(room: StaffRoom) -> None:
    ours, other = room.id("Course"), await teacher(room, "other_teacher")
    given = AddLesson(ours, at(TOMORROW), at(TOMORROW, 11), 3, id=str(uuid7()))
    lesson = await done(room, add_lesson, given)
    assert (await done(room, add_lesson, given)).version == 1
    assert (lesson.day, lesson.slot, lesson.status) == (TOMORROW, 3, "PLANNED")
    assert lesson.teacher_id == room.small.records["Teacher"]
    id_ = room.id("Lesson", lesson.id)
    day = TOMORROW + timedelta(1)
    move = MoveLesson(id_, 1, "The hall is taken", starts_at=at(day, 12), teacher=other, room="3")
    moved = await done(room, move_lesson, move)
    assert (moved.day, moved.starts_at, moved.ends_at) == (day, at(day, 12), at(day, 13))
    assert (moved.slot, moved.room, moved.teacher_id) == (3, "3", uuid(other))
    assert await refusals(room, move_lesson, move) == [("CONFLICT", ("expectedVersion",))]
    await done(room, cancel_lesson, Edit(id_, 2, "Ill"))
    again = Edit(id_, 3, "Ill")
    assert await refusals(room, cancel_lesson, again) == [("LESSON_CANCELLED", ("id",))]
    await done(room, restore_lesson, again)
    taken = Edit(id_, 4, "Well")
    assert await refusals(room, restore_lesson, taken) == [("NOT_WITHDRAWN", ("id",))]
    gone = await done(room, remove_lesson, Edit(id_, 4, "A mistake"))
    assert (gone.active, gone.status, gone.version) == (False, "CANCELLED", 5)
    removed = Edit(id_, 5, "A mistake")
    assert await refusals(room, remove_lesson, removed) == [("LESSON_CANCELLED", ("id",))]
    assert await refusals(room, restore_lesson, removed) == [("NOT_WITHDRAWN", ("id",))]
    steps = await room.rows(
        "SELECT change, reason, day_before, room_before, teacher_id_before, status_before"
        " FROM lesson_revision WHERE lesson_id = $1 ORDER BY version",
        lesson.id,
    )
    mine = room.small.records["Teacher"]
    assert [tuple(each) for each in steps] == [
        ("ADDED", None, None, None, None, None),
        ("MOVED", "The hall is taken", TOMORROW, lesson.room, mine, "PLANNED"),
        ("CANCELLED", "Ill", day, "3", uuid(other), "REPLACED"),
        ("RESTORED", "Ill", day, "3", uuid(other), "CANCELLED"),
        ("REMOVED", "A mistake", day, "3", uuid(other), "REPLACED"),
    ]
    told = await feed(room)
    assert told.pop(2) == ("RIGHTS", "CHANGED")  # as the other teacher stands in
    assert [change for _, change in told] == [each["change"] for each in steps]


async def test_lessons_that_would_not_do_are_refused(room: StaffRoom) -> None:
    ours, id_ = room.id("Course"), room.id("Lesson")
    await room.lock(YESTERDAY)

    async def errors(starts: datetime, ends: datetime, kind: str = "the head", **more: Any) -> Any:
        return await refusals(room, add_lesson, AddLesson(ours, starts, ends, **more), kind)

    assert await errors(at(TODAY, 11), at(TODAY)) == [("BAD_INPUT", ("endsAt",))]
    assert await errors(at(YESTERDAY), at(TOMORROW)) == [("BAD_INPUT", ("endsAt",))]
    assert await errors(at(TODAY), at(TODAY, 11), slot=0) == [("BAD_INPUT", ("slot",))]
    assert await errors(at(TOO_LATE), at(TOO_LATE, 11)) == [("OUTSIDE_YEAR", ("startsAt",))]
    assert await errors(at(YESTERDAY), at(YESTERDAY, 11)) == [("PERIOD_LOCKED", ("startsAt",))]
    assert await errors(at(TODAY), at(TODAY, 11), TEACHER) == [("FORBIDDEN", ("course",))]
    moved = MoveLesson(id_, 1, "No", starts_at=at(YESTERDAY))
    assert await refusals(room, move_lesson, moved) == [("PERIOD_LOCKED", ("startsAt",))]
    own = Edit(id_, 1, "No")
    assert await refusals(room, cancel_lesson, own, TEACHER) == [("FORBIDDEN", ("id",))]
    assert await refusals(room, move_lesson, MoveLesson(id_, 1, "No")) == [("BAD_INPUT", ())]


async def test_marks_and_homework_move_with_their_lesson_or_keep_it(room: StaffRoom) -> None:
    viewer, id_ = await room.viewer(), await room.lesson(TODAY)
    assert (await give_grade(room.store, viewer, room.grade(lesson=id_))).errors == []
    before = await room.lesson(YESTERDAY - timedelta(1))
    at_it = SetHomework(id_, "Page 9", due_on=TOMORROW)
    due_then = SetHomework(before, "Page 9", due_lesson=id_)
    for work in (at_it, due_then):
        assert (await set_homework(room.store, viewer, work)).errors == []
    used = Edit(id_, 1, "Not meant")
    assert await refusals(room, remove_lesson, used) == [("IN_USE", ("id",))]
    ahead = MoveLesson(id_, 1, "Later", starts_at=at(TOMORROW))
    assert await refusals(room, move_lesson, ahead) == [("LESSON_IN_FUTURE", ("startsAt",))]
    early = MoveLesson(id_, 1, "Long ago", starts_at=at(YESTERDAY - timedelta(2)))
    assert await refusals(room, move_lesson, early) == [("BAD_INPUT", ("startsAt",))]
    await done(room, move_lesson, MoveLesson(id_, 1, "It was then", starts_at=at(YESTERDAY)))
    query = "SELECT day FROM grade WHERE lesson_id = $1"
    assert await one(room, query, uuid(id_)) == (YESTERDAY,)
    query = "SELECT lesson_day, due_on FROM homework WHERE lesson_id = $1"
    assert await one(room, query, uuid(id_)) == (YESTERDAY, TOMORROW)
    assert await one(room, query, uuid(before)) == (YESTERDAY - timedelta(1), YESTERDAY)
    topic = await set_lesson_topic(room.store, viewer, SetLessonTopic(id_, 2, "Roots"))
    assert (topic.errors, topic.record.active) == ([], True)
    await done(room, cancel_lesson, Edit(id_, 3, "It was not held"))
