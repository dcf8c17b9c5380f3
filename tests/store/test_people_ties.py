"""Enrolled, moved and out again; teachings and stand-ins; guardianships: and what each may read."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.office import GuardianshipKind
from domain.ties import TieName
from resolvers import global_id
from resolvers.declarations.mutation import Mutation
from resolvers.mutations.class_groups import (
    ChangeClassGroup,
    CreateClassGroup,
    PutAway,
    TakeBack,
    change_class_group,
    create_class_group,
    put_away_class_group,
    restore_class_group,
)
from resolvers.mutations.enrolments import (
    EndEnrolment,
    EnrolStudent,
    MoveStudent,
    end_enrolment,
    enrol_student,
    move_student,
)
from resolvers.mutations.guardians import (
    BeginGuardianship,
    ChangeGuardianship,
    EndGuardianship,
    begin_guardianship,
    change_guardianship,
    end_guardianship,
)
from resolvers.mutations.students import ChangeStudent, change_student
from resolvers.mutations.teachings import (
    AssignTeacher,
    EndTeaching,
    StandIn,
    assign_teacher,
    end_teaching,
    stand_in,
)
from tests.gateway.small_school import TODAY
from tests.store.office import (
    RIGHTS,
    class_group,
    course,
    done,
    feed,
    guardian,
    in_year,
    one,
    refusals,
    teacher,
    uuid,
    year,
)
from tests.store.staff_room import (
    CLASS_TEACHER,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
)

TOO_LATE, NEXT_WEEK = TODAY + timedelta(101), TODAY + timedelta(7)


async def enrolments(room: StaffRoom, student: str) -> list[tuple[Any, ...]]:
    rows = await room.rows(
        "SELECT coalesce(g.name, c.title), e.begins_on, e.ends_on, e.active FROM enrolment e"
        " LEFT JOIN class_group g ON (g.school_id, g.id) = (e.school_id, e.class_group_id)"
        " LEFT JOIN course c ON (c.school_id, c.id) = (e.school_id, e.course_id)"
        " WHERE e.student_id = $1 ORDER BY e.id",
        uuid(student),
    )
    return [tuple(row) for row in rows]


async def tied(room: StaffRoom, kind: str, name: TieName) -> frozenset[Any]:
    return (await room.viewer(kind)).schools[1][name]


async def days_of(room: StaffRoom, kind: str, name: TieName) -> dict[Any, Any]:
    return dict((await room.viewer(kind)).schools[1].days.get(name, {}))


async def test_a_student_who_changes_class_is_in_one_a_day_and_keeps_the_days_before(
    room: StaffRoom,
) -> None:
    await in_year(room)
    ada, group = room.id("Student"), await class_group(room, "8A")
    part = await course(room, "Maths 7B")
    await room.rows("UPDATE course SET whole_class = false WHERE title = 'Maths 7B'")
    await done(room, enrol_student, EnrolStudent(ada, course=part, begins_on=TODAY))
    assert await tied(room, STUDENT, TieName.COURSE_OF_SELF) == {uuid(part)}
    await feed(room)
    await done(room, move_student, MoveStudent(ada, group, TOMORROW))
    assert await enrolments(room, ada) == [
        ("7B", None, TODAY, True), ("Maths 7B", TODAY, TODAY, True), ("8A", TOMORROW, None, True),
    ]  # fmt: skip
    assert await feed(room) == RIGHTS
    again = MoveStudent(ada, group, NEXT_WEEK)
    assert await refusals(room, move_student, again) == [("ALREADY_THERE", ("classGroup",))]
    back = MoveStudent(ada, await class_group(room, "7B"), TODAY)
    assert await refusals(room, move_student, back) == [("ALREADY_THERE", ("classGroup",))]
    await done(room, move_student, MoveStudent(ada, await class_group(room, "7B"), TOMORROW))
    assert (await enrolments(room, ada))[2:] == [
        ("8A", TOMORROW, None, False), ("7B", TOMORROW, None, True),
    ]  # fmt: skip


async def test_the_old_class_is_not_todays_any_more_for_whoever_led_it(room: StaffRoom) -> None:
    ada, group = room.id("Student"), await class_group(room, "8A")
    assert uuid(ada) in await tied(room, CLASS_TEACHER, TieName.STUDENT_LED)
    await done(room, move_student, MoveStudent(ada, group, TODAY))
    assert await days_of(room, STUDENT, TieName.CLASS_OF_SELF) == {
        uuid(group): ((TODAY, date.max),),
        uuid(room.id("ClassGroup")): ((date.min, YESTERDAY),),
    }
    assert uuid(ada) not in await tied(room, CLASS_TEACHER, TieName.STUDENT_LED)
    assert await days_of(room, CLASS_TEACHER, TieName.STUDENT_WAS_LED) == {
        uuid(ada): ((TODAY - timedelta(100), YESTERDAY),)  # from the first day of the year on
    }
    assert uuid(ada) in await tied(room, OTHER_TEACHER, TieName.STUDENT_TAUGHT)


async def test_enrolments_that_would_not_do_are_refused(room: StaffRoom) -> None:
    await in_year(room)
    ada, ours, other = room.id("Student"), room.id("ClassGroup"), await class_group(room, "8A")
    await year(room, TOO_LATE, TOO_LATE + timedelta(9), "9X")
    later, gone = await class_group(room, "9X"), room.id("ClassGroup", room.small.records["Grade"])

    async def errors(**given: Any) -> Any:
        return await refusals(room, enrol_student, EnrolStudent(ada, **given))

    assert await errors(class_group=other) == [("OVERLAPS", ("classGroup",))]
    assert await errors(class_group=ours) == [("ALREADY_THERE", ("classGroup",))]
    assert await errors() == [("BAD_INPUT", ("classGroup",))]
    assert await errors(class_group=ours, course=ours) == [("BAD_INPUT", ("classGroup",))]
    assert await errors(class_group=gone) == [("NOT_FOUND", ("classGroup",))]
    assert await errors(course=room.id("Course")) == [("BAD_INPUT", ("course",))]
    late = {"class_group": other, "begins_on": TOO_LATE}
    assert await errors(**late) == [("OUTSIDE_YEAR", ("beginsOn",))]
    assert await errors(class_group=other, ends_on=TOO_LATE) == [("OUTSIDE_YEAR", ("endsOn",))]
    assert await errors(class_group=other, ends_on=YESTERDAY) == [("BAD_INPUT", ("endsOn",))]
    await done(room, change_student, ChangeStudent(id=ada, begins_on=TOMORROW))
    assert await errors(class_group=other) == [("NOT_THERE", ("beginsOn",))]
    # Last year's enrolment, which nobody ended, is over with its year.
    await done(room, enrol_student, EnrolStudent(ada, class_group=later))
    assert (await enrolments(room, ada))[-1] == ("9X", TOO_LATE, None, True)
    early = MoveStudent(await room.student("classmate"), later)
    assert await refusals(room, move_student, early) == [("NOT_THERE", ("beginsOn",))]


async def test_an_enrolment_ends_and_its_days_stay(room: StaffRoom) -> None:
    ada, ours = room.id("Student"), room.id("ClassGroup")
    left = EndEnrolment(ada, YESTERDAY, class_group=ours)
    await done(room, end_enrolment, left)
    assert await enrolments(room, ada) == [("7B", None, YESTERDAY, True)]
    assert await feed(room) == RIGHTS
    rights = (await room.viewer(STUDENT)).schools[1]
    assert rights.of_today[TieName.CLASS_OF_SELF] == frozenset()
    assert rights.days[TieName.CLASS_OF_SELF] == {uuid(ours): ((date.min, YESTERDAY),)}
    again = EndEnrolment(ada, TODAY, class_group=ours)
    assert await refusals(room, end_enrolment, again) == [("NOT_THERE", ("classGroup",))]
    await done(room, enrol_student, EnrolStudent(ada, class_group=ours, begins_on=TOMORROW))
    await done(room, end_enrolment, EndEnrolment(ada, TODAY, class_group=ours))
    assert (await enrolments(room, ada))[-1] == ("7B", TOMORROW, None, False)


async def test_a_teacher_is_assigned_and_ended(room: StaffRoom) -> None:
    ours, other = room.id("Course"), await teacher(room, "other_teacher")
    await done(room, assign_teacher, AssignTeacher(ours, other, main=False))
    assert uuid(ours) in await tied(room, OTHER_TEACHER, TieName.COURSE_TAUGHT)
    assert await feed(room) == RIGHTS
    await done(room, end_teaching, EndTeaching(ours, other, TODAY))
    query = "SELECT main, begins_on, ends_on FROM teaching WHERE course_id = $1 AND teacher_id = $2"
    assert await one(room, query, uuid(ours), uuid(other)) == (False, TODAY, TODAY)
    await done(room, end_teaching, EndTeaching(ours, room.id("Teacher"), YESTERDAY))
    assert await tied(room, TEACHER, TieName.COURSE_TAUGHT) == frozenset()


async def test_teachings_that_would_not_do_are_refused(room: StaffRoom) -> None:
    ours, theirs, other = (
        room.id("Course"),
        room.id("Teacher"),
        await teacher(room, "other_teacher"),
    )

    async def errors(*given: Any, **more: Any) -> Any:
        return await refusals(room, assign_teacher, AssignTeacher(ours, *given, **more))

    assert await errors(theirs) == [("ALREADY_THERE", ("teacher",))]
    assert await errors(other, begins_on=TOO_LATE) == [("OUTSIDE_YEAR", ("beginsOn",))]
    assert await errors(other, ends_on=TOO_LATE) == [("OUTSIDE_YEAR", ("endsOn",))]
    assert await errors(other, ends_on=YESTERDAY) == [("BAD_INPUT", ("endsOn",))]
    assert await errors(ours) == [("BAD_INPUT", ("teacher",))]
    await room.rows("UPDATE teacher SET ends_on = $1 WHERE id = $2", YESTERDAY, uuid(other))
    assert await errors(other) == [("NOT_THERE", ("teacher",))]
    await room.rows(
        "UPDATE teacher SET ends_on = NULL, begins_on = $1 WHERE id = $2", TOMORROW, uuid(other)
    )
    assert await errors(other) == [("NOT_THERE", ("beginsOn",))]
    ended = EndTeaching(ours, other, TODAY)
    assert await refusals(room, end_teaching, ended) == [("NOT_THERE", ("teacher",))]


async def test_a_stand_in_writes_on_the_days_of_the_span_alone(room: StaffRoom) -> None:
    ours, theirs, other = (
        room.id("Course"),
        room.id("Teacher"),
        await teacher(room, "other_teacher"),
    )
    await done(room, stand_in, StandIn(ours, other, theirs, TOMORROW, NEXT_WEEK))
    assert uuid(ours) not in await tied(room, OTHER_TEACHER, TieName.COURSE_TAUGHT)
    await room.rows("UPDATE teaching SET begins_on = $1 WHERE begins_on = $2", TODAY, TOMORROW)
    assert uuid(ours) in await tied(room, OTHER_TEACHER, TieName.COURSE_TAUGHT)
    assert uuid(ours) in await tied(room, TEACHER, TieName.COURSE_TAUGHT)
    query = "SELECT main, stands_in_for_id FROM teaching WHERE teacher_id = $1 AND course_id = $2"
    assert await one(room, query, uuid(other), uuid(ours)) == (False, uuid(theirs))
    third = await teacher(room, "class_teacher")
    for_nobody = StandIn(ours, other, third, TODAY, TODAY)
    assert await refusals(room, stand_in, for_nobody) == [("NOT_THERE", ("standsInFor",))]
    backwards = StandIn(ours, third, theirs, TODAY, YESTERDAY)
    assert await refusals(room, stand_in, backwards) == [("BAD_INPUT", ("endsOn",))]


async def test_a_guardianship_begins_changes_ends_and_begins_again(room: StaffRoom) -> None:
    ada, other = room.id("Student"), await guardian(room, "other_guardian")
    begin = BeginGuardianship(ada, other, GuardianshipKind.FOSTER_CARER)
    await done(room, begin_guardianship, begin)
    assert uuid(ada) in await tied(room, OTHER_GUARDIAN, TieName.CHILD)
    assert await feed(room) == RIGHTS
    assert await refusals(room, begin_guardianship, begin) == [("ALREADY_THERE", ("guardian",))]
    kind = ChangeGuardianship(ada, other, GuardianshipKind.GRANDPARENT)
    await done(room, change_guardianship, kind)
    query = (
        "SELECT relation, begins_on, ends_on FROM guardianship"
        " WHERE student_id = $1 AND guardian_id = $2"
    )
    assert await one(room, query, uuid(ada), uuid(other)) == ("GRANDPARENT", TODAY, None)
    early = EndGuardianship(ada, other, YESTERDAY)
    assert await refusals(room, end_guardianship, early) == [("BAD_INPUT", ("endsOn",))]
    await room.rows("UPDATE guardianship SET begins_on = NULL")
    await done(room, end_guardianship, EndGuardianship(ada, other, YESTERDAY))
    assert uuid(ada) not in await tied(room, OTHER_GUARDIAN, TieName.CHILD)
    assert await refusals(room, change_guardianship, kind) == [("NOT_THERE", ("guardian",))]
    await done(room, begin_guardianship, BeginGuardianship(ada, other, begins_on=TODAY))
    assert await one(room, query, uuid(ada), uuid(other)) == ("GUARDIAN", TODAY, None)
    stranger = EndGuardianship(await room.student("classmate"), other, TODAY)
    assert await refusals(room, end_guardianship, stranger) == [("NOT_THERE", ("guardian",))]


async def test_a_class_group_is_made_led_by_two_and_put_away(room: StaffRoom) -> None:
    await in_year(room)
    this_year, deputy = room.id("AcademicYear"), await teacher(room, "other_teacher")
    ours = room.id("ClassGroup")
    await done(room, change_class_group, ChangeClassGroup(ours, deputy=deputy))
    assert await tied(room, OTHER_TEACHER, TieName.CLASS_LED) == {uuid(ours)}
    assert await tied(room, CLASS_TEACHER, TieName.CLASS_LED) == {uuid(ours)}
    assert room.small.records["Student"] in await tied(room, OTHER_TEACHER, TieName.STUDENT_LED)
    await done(room, change_class_group, ChangeClassGroup(ours, deputy=None, name="7C"))
    assert await tied(room, OTHER_TEACHER, TieName.CLASS_LED) == frozenset()
    create = CreateClassGroup(room.id("School"), "7B", this_year, "7", class_teacher=deputy)
    made = await done(room, create_class_group, create)
    assert (made.name, made.grade_level, made.class_teacher_id) == ("7B", "7", uuid(deputy))
    same = CreateClassGroup(room.id("School"), "7b", this_year)
    assert await refusals(room, create_class_group, same) == [("ALREADY_THERE", ("name",))]
    renamed = ChangeClassGroup(ours, name="7b")
    assert await refusals(room, change_class_group, renamed) == [("ALREADY_THERE", ("name",))]
    over = await year(room, TODAY - timedelta(400), TODAY - timedelta(200))
    late = CreateClassGroup(room.id("School"), "7D", over)
    assert await refusals(room, create_class_group, late) == [("OUTSIDE_YEAR", ("academicYear",))]
    used = await refusals(room, put_away_class_group, PutAway(ours))
    assert used == [("IN_USE", ("id",))]
    await done(room, put_away_class_group, PutAway(room.id("ClassGroup", made.id)))
    again = PutAway(room.id("ClassGroup", made.id))
    assert await refusals(room, put_away_class_group, again) == [("NOT_FOUND", ("id",))]
    await done(room, change_class_group, ChangeClassGroup(ours, name="7B"))
    back = TakeBack(again.id)
    assert await refusals(room, restore_class_group, back) == [("ALREADY_THERE", ("name",))]
    await done(room, change_class_group, ChangeClassGroup(ours, name="7C"))
    await done(room, restore_class_group, back)
    assert await tied(room, OTHER_TEACHER, TieName.CLASS_LED) == {uuid(again.id)}


EDITS: list[tuple[Mutation[Any], Any, str]] = [
    (change_student, lambda room: ChangeStudent(id=room.id("Student"), given_name="X"), "id"),
    (
        enrol_student,
        lambda room: EnrolStudent(room.id("Student"), class_group=room.id("ClassGroup")),
        "student",
    ),
    (
        end_teaching,
        lambda room: EndTeaching(room.id("Course"), room.id("Teacher"), TODAY),
        "course",
    ),
    (
        change_class_group,
        lambda room: ChangeClassGroup(room.id("ClassGroup"), deputy=room.id("Teacher")),
        "id",
    ),
    (
        begin_guardianship,
        lambda room: BeginGuardianship(room.id("Student"), room.id("Guardian")),
        "student",
    ),
]


@pytest.mark.parametrize(("do", "given", "path"), EDITS, ids=lambda each: getattr(each, "name", ""))
async def test_only_the_office_changes_ties(
    room: StaffRoom, do: Mutation[Any], given: Any, path: str
) -> None:
    for kind in (TEACHER, CLASS_TEACHER, STUDENT, GUARDIAN):
        assert await refusals(room, do, given(room), kind) == [("FORBIDDEN", (path,))]
    assert await refusals(room, do, given(room), STRANGER) == [("NOT_FOUND", (path,))]


async def test_nothing_of_another_school_is_named(room: StaffRoom) -> None:
    elsewhere = global_id.make("ClassGroup", 2, room.small.records["ClassGroup"])
    given = EnrolStudent(room.id("Student"), class_group=elsewhere)
    assert await refusals(room, enrol_student, given, HEAD) == [("NOT_FOUND", ("classGroup",))]
