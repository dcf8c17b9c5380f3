"""Somebody who had left is taken back: they were away in between."""

from datetime import timedelta
from typing import Any

from domain.ties import TieName
from resolvers.declarations.people import Leaving
from resolvers.mutations.students import set_student_leaving
from resolvers.mutations.teachers import set_teacher_leaving
from tests.gateway.small_school import TODAY
from tests.store.office import done, in_year, refusals, teacher, uuid
from tests.store.office_room import ask
from tests.store.staff_room import STUDENT, YESTERDAY, StaffRoom

LEFT = TODAY - timedelta(10)
DIARY = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
    diary(from: $from, to: $to) { date } enrolments { beginsOn endsOn course { title } } } }
"""
SPAN = {"from": str(LEFT - timedelta(1)), "to": str(TODAY)}


async def days(room: StaffRoom, *span: int) -> list[str]:
    return [str(LEFT + timedelta(each)) for each in range(*span)]


async def test_a_student_taken_back_was_away_in_between(room: StaffRoom) -> None:
    await in_year(room)
    await room.rows("DELETE FROM enrolment WHERE begins_on > $1", LEFT)
    for number in range(-1, 11):
        await room.lesson(LEFT + timedelta(number))
    ada: dict[str, Any] = {"id": room.id("Student")}
    await done(room, set_student_leaving, Leaving(ends_on=LEFT, **ada))
    # They left a day later than was noted: nobody was away.
    await done(room, set_student_leaving, Leaving(ends_on=LEFT + timedelta(1), **ada))
    await done(room, set_student_leaving, Leaving(ends_on=LEFT, **ada))
    back = TODAY - timedelta(2)
    for wrong in (LEFT, LEFT - timedelta(3)):
        early = Leaving(ends_on=None, returns_on=wrong, **ada)
        assert await refusals(room, set_student_leaving, early) == [("BAD_INPUT", ("returnsOn",))]
    gone = Leaving(ends_on=back - timedelta(1), returns_on=back, **ada)
    assert await refusals(room, set_student_leaving, gone) == [("BAD_INPUT", ("endsOn",))]
    await done(room, set_student_leaving, Leaving(ends_on=None, returns_on=back, **ada))
    for kind in (STUDENT, "the head", "the class teacher"):
        found = (await ask(room, kind, DIARY, id=room.id("Student"), **SPAN))["student"]
        seen = [each["date"] for each in found["diary"]]
        assert seen == await days(room, -1, 1) + await days(room, 8, 11), kind
        if kind != STUDENT:
            continue
        spans = [
            (each["beginsOn"], each["endsOn"]) for each in found["enrolments"] if not each["course"]
        ]
        assert spans == [(spans[0][0], str(LEFT)), (str(back), None)]
    told = Leaving(ends_on=None, returns_on=TODAY, **ada)
    assert await refusals(room, set_student_leaving, told) == [("BAD_INPUT", ("returnsOn",))]


async def test_whose_leaving_was_a_slip_was_never_away_and_so_it_is_of_teachers(
    room: StaffRoom,
) -> None:
    await in_year(room)
    ada: dict[str, Any] = {"id": room.id("Student")}
    before = await room.rows("SELECT * FROM enrolment ORDER BY id")
    await done(room, set_student_leaving, Leaving(ends_on=YESTERDAY, **ada))
    await done(room, set_student_leaving, Leaving(ends_on=None, **ada))
    assert await room.rows("SELECT * FROM enrolment ORDER BY id") == before
    other = await teacher(room, "other_teacher")
    await room.rows("UPDATE teaching SET teacher_id = $1, begins_on = $2, ends_on = NULL",
                    uuid(other), LEFT - timedelta(5))  # fmt: skip
    count = len(await room.rows("SELECT FROM teaching"))
    await done(room, set_teacher_leaving, Leaving(id=other, ends_on=LEFT))
    await done(room, set_teacher_leaving, Leaving(id=other, ends_on=None))
    rows = await room.rows("SELECT begins_on, ends_on FROM teaching ORDER BY begins_on")
    assert [tuple(row) for row in rows] == [
        *[(LEFT - timedelta(5), LEFT)] * count, *[(TODAY, None)] * count,
    ]  # fmt: skip
    viewer = await room.viewer("another teacher")
    assert room.small.records["Course"] in viewer.schools[1].of_today[TieName.COURSE_TAUGHT]
