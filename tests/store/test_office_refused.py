"""What an office may not do besides what the tests of each subject refuse: each refusal has its
code and path, and changes nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.presets import ReadyScale
from resolvers.mutations.class_groups import CreateClassGroup, PutAway, create_class_group
from resolvers.mutations.courses import (
    ChangeCourse,
    SetCourseGradeScale,
    change_course,
    create_course,
    put_away_course,
    set_course_grade_scale,
)
from resolvers.mutations.guardians import BeginGuardianship, begin_guardianship
from resolvers.mutations.lessons import AddLesson, MoveLesson, add_lesson, move_lesson
from resolvers.mutations.students import ChangeStudent, change_student
from resolvers.mutations.teachings import AssignTeacher, EndTeaching, assign_teacher, end_teaching
from tests.gateway.small_school import TODAY
from tests.store.office import done, guardian, one, refusals, teacher, uuid
from tests.store.office_room import SCHOOL, why
from tests.store.office_room import done as made
from tests.store.staff_room import TOMORROW, YESTERDAY, StaffRoom
from tests.store.test_people_courses import at, create

NEXT_WEEK = TODAY + timedelta(7)


async def test_what_a_course_or_a_class_group_is_of_has_to_be_there(room: StaffRoom) -> None:
    no, year = room.small.records["Grade"], room.id("AcademicYear")
    group = CreateClassGroup(SCHOOL, "9Z", room.id("AcademicYear", no))
    assert await refusals(room, create_class_group, group) == [("NOT_FOUND", ("academicYear",))]
    own = create(room, academic_year=year)
    other = replace(own, subject=room.id("Subject", no))
    assert await refusals(room, create_course, other) == [("NOT_FOUND", ("subject",))]
    of_none = create(room, class_group=room.id("ClassGroup", no), whole_class=True)
    assert await refusals(room, create_course, of_none) == [("NOT_FOUND", ("classGroup",))]
    id_ = (await done(room, create_course, own)).id
    course = room.id("Course", id_)
    renamed = ChangeCourse(course, subject=room.id("Subject", no))
    assert await refusals(room, change_course, renamed) == [("NOT_FOUND", ("subject",))]
    whole = ChangeCourse(course, whole_class=True)
    assert await refusals(room, change_course, whole) == [("BAD_INPUT", ("wholeClass",))]
    await done(room, put_away_course, PutAway(course))
    taught = AssignTeacher(course, room.id("Teacher"))
    assert await refusals(room, assign_teacher, taught) == [("NOT_FOUND", ("course",))]
    held = AddLesson(course, at(TODAY), at(TODAY, 11))
    assert await refusals(room, add_lesson, held) == [("NOT_FOUND", ("course",))]


async def test_nobody_learns_in_a_course_before_they_came(room: StaffRoom) -> None:
    ada = room.id("Student")
    await done(room, change_student, ChangeStudent(id=ada, begins_on=NEXT_WEEK))
    early = create(room, academic_year=room.id("AcademicYear"), students=[ada])
    assert await refusals(room, create_course, early) == [("NOT_THERE", ("students", "0"))]
    await done(room, create_course, replace(early, begins_on=NEXT_WEEK))


async def test_a_course_has_one_scale_of_the_school_or_a_ready_one(room: StaffRoom) -> None:
    course, no = room.id("Course"), room.small.records["Grade"]
    scale = room.id("GradeScale")
    for given, code in (
        ({}, "BAD_INPUT"),
        ({"grade_scale": scale, "ready": ReadyScale.TEN_POINT}, "BAD_INPUT"),
        ({"grade_scale": room.id("GradeScale", no)}, "NOT_FOUND"),
    ):
        chosen = SetCourseGradeScale(course, **given)
        assert await refusals(room, set_course_grade_scale, chosen) == [(code, ("gradeScale",))]


async def test_days_and_hours_come_in_their_order(room: StaffRoom) -> None:
    other = await guardian(room, "other_guardian")
    ada, course, id_ = room.id("Student"), room.id("Course"), await room.lesson(TODAY)
    backwards = BeginGuardianship(ada, other, begins_on=TODAY, ends_on=YESTERDAY)
    assert await refusals(room, begin_guardianship, backwards) == [("BAD_INPUT", ("endsOn",))]
    ends_first = MoveLesson(id_, 1, "So it is", starts_at=at(TODAY, 12), ends_at=at(TODAY, 11))
    assert await refusals(room, move_lesson, ends_first) == [("BAD_INPUT", ("endsAt",))]
    await room.rows(
        "UPDATE grade SET lesson_id = $1, state = 'DUE', day = $2, due_on = $3",
        uuid(id_), TODAY - timedelta(3), YESTERDAY,
    )  # fmt: skip
    to = MoveLesson(id_, 1, "So it is", starts_at=at(TODAY, 8), ends_at=at(TODAY, 9))
    await room.rows("UPDATE lesson SET day = $1 WHERE id = $2", TODAY - timedelta(3), uuid(id_))
    assert await refusals(room, move_lesson, to) == [("BAD_INPUT", ("startsAt",))]
    # A part in a course that was to begin later, and was never meant.
    later = await teacher(room, "class_teacher")
    await done(room, assign_teacher, AssignTeacher(course, later, begins_on=NEXT_WEEK))
    await done(room, end_teaching, EndTeaching(course, later, TOMORROW))
    query = "SELECT active, begins_on FROM teaching WHERE teacher_id = $1 AND course_id = $2"
    assert await one(room, query, uuid(later), uuid(course)) == (False, NEXT_WEEK)


async def test_who_holds_a_lesson_is_there_on_its_day(room: StaffRoom) -> None:
    no, ours = room.id("Teacher", room.small.records["Grade"]), room.id("Course")
    held = AddLesson(ours, at(TODAY), at(TODAY, 11), teacher=no)
    assert await refusals(room, add_lesson, held) == [("NOT_FOUND", ("teacher",))]
    other = await teacher(room, "other_teacher")
    await room.rows("UPDATE teacher SET ends_on = $1 WHERE id = $2", YESTERDAY, uuid(other))
    gone = replace(held, teacher=other)
    assert await refusals(room, add_lesson, gone) == [("NOT_THERE", ("teacher",))]
    moved = MoveLesson(await room.lesson(TODAY), 1, "She is ill", teacher=other)
    assert await refusals(room, move_lesson, moved) == [("NOT_THERE", ("teacher",))]
    there = await done(
        room, add_lesson, replace(held, teacher=await teacher(room, "class_teacher"))
    )
    assert there.active


async def test_a_share_is_from_none_to_all_of_the_best(room: StaffRoom) -> None:
    def scale(share: str) -> Any:
        marks = [{"mark": "a", "number": "2", "share": "1"}]
        return {"name": "x", "marks": [*marks, {"mark": "b", "number": "1", "share": share}]}

    for share in ("-0.1", "1.1"):
        refused = await why(room, "createGradeScales", school=SCHOOL, gradeScales=[scale(share)])
        assert refused == [("BAD_INPUT", "gradeScales.0.marks")]
    assert len(await made(room, "createGradeScales", school=SCHOOL, gradeScales=[scale("0")])) == 1
