"""Two records of one person made one; leaving on a day; and the last head, who stays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from db.reading.parts import table
from db.tables import metadata
from db.tables.absence_notices import AbsenceNotice
from db.tables.accounts import Account, Membership
from db.tables.attendance import Attendance
from db.tables.courses import Enrolment, Teaching
from db.tables.grades import Grade
from db.tables.guardians import Guardian, Guardianship
from db.tables.pages import Page
from db.tables.posts import Post
from db.tables.remarks import Remark
from db.tables.students import Student
from db.tables.teachers import Teacher
from db.writing.merging import MOVES, STEPS
from domain.ids import uuid7
from domain.ties import TieName
from resolvers.declarations.noun import NOUNS
from resolvers.declarations.people import Leaving, Merging
from resolvers.mutations.guardians import (
    ChangeGuardian,
    change_guardian,
    merge_guardians,
    set_guardian_leaving,
)
from resolvers.mutations.roles import ResignAsHead, resign_as_head
from resolvers.mutations.students import (
    ChangeStudent,
    change_student,
    merge_students,
    set_student_leaving,
)
from resolvers.mutations.teachers import (
    ChangeTeacher,
    change_teacher,
    merge_teachers,
    set_teacher_leaving,
)
from tests.gateway.small_school import HERE, TODAY
from tests.gateway.test_finding import ask as asked
from tests.store.office import (
    RIGHTS,
    class_group,
    done,
    feed,
    guardian,
    one,
    refusals,
    teacher,
    uuid,
)
from tests.store.staff_room import (
    GUARDIAN,
    HEAD,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
)

NAMES: dict[str, Any] = {"school_id": HERE, "given_name": "Ada", "family_name": "Adler"}


async def double(room: StaffRoom, **more: Any) -> str:
    """Another record of the student, as a roster brings it."""
    made = Student(**NAMES, id=uuid7(), sourced_id="s-1", identifier="77", **more)
    await room.add(made)
    return room.id("Student", made.id)


async def plan(room: StaffRoom, kept: str, duplicate: str, kind: str = HEAD) -> Any:
    """What would move by type, and what is in the way; None where it is not told."""
    query = """query ($kept: ID!, $other: ID!) { school {
      mergePlan(kept: $kept, duplicate: $other) { moves { noun count } obstacles } } }"""
    answer = await asked(room, query, kind, kept=kept, other=duplicate)
    found = answer["data"]["school"]["mergePlan"]
    if found is None:
        return None
    return {each["noun"]: each["count"] for each in found["moves"]} | {
        "obstacles": found["obstacles"]
    }


async def test_all_that_hangs_on_the_duplicate_is_the_others(room: StaffRoom) -> None:
    ada, small = room.id("Student"), room.small
    twin = await double(room, begins_on=YESTERDAY, ends_on=TOMORROW, born_on=YESTERDAY)
    other = await guardian(room, "other_guardian")
    account = Account(login="ada2", password_hash="-", display_name="Ada")
    lesson = uuid(await room.lesson(YESTERDAY))
    tie: dict[str, Any] = {"school_id": HERE, "student_id": uuid(twin)}
    grade = Grade(
        **tie, course_id=small.records["Course"], lesson_id=lesson, day=YESTERDAY, value="5",
        work_type_id=small.records["WorkType"], grade_scale_id=small.records["GradeScale"],
    )  # fmt: skip
    remark = Remark(
        **tie, author_id=(await room.viewer(HEAD)).account.id, kind="PRAISE", day=YESTERDAY,
        text="Helpful",
    )  # fmt: skip
    entry = Attendance(
        **tie, course_id=small.records["Course"], lesson_id=lesson, day=YESTERDAY, kind="ILL",
        token="I", absence=True, lateness=False, in_rate=True,
    )  # fmt: skip
    notice = AbsenceNotice(
        **tie, author_id=remark.author_id, starts_on=YESTERDAY, ends_on=YESTERDAY, because="FAMILY"
    )
    await room.add(
        grade,
        remark,
        entry,
        notice,
        account,
        Membership(**tie, account_id=account.id, role="STUDENT"),
        Enrolment(**tie, class_group_id=small.records["ClassGroup"], begins_on=YESTERDAY),
        Guardianship(**tie, guardian_id=small.records["Guardian"], begins_on=YESTERDAY),
        Guardianship(**tie, guardian_id=uuid(other), begins_on=TODAY),
    )
    await room.rows("UPDATE student SET identifier = NULL WHERE id = $1", uuid(ada))
    assert await plan(room, ada, twin) == {
        "Grade": 1, "Remark": 1, "Attendance": 1, "AbsenceNotice": 1, "Membership": 1,
        "Enrolment": 1, "Guardianship": 2, "obstacles": [],
    }  # fmt: skip
    merged = await done(room, merge_students, Merging(ada, twin))
    assert (merged.given_name, merged.born_on) == ("student", TODAY)
    query = "SELECT sourced_id, identifier, begins_on, ends_on, active FROM student WHERE id = $1"
    assert await one(room, query, uuid(ada)) == ("s-1", "77", None, None, True)
    assert await one(room, query, uuid(twin)) == (None, "77", YESTERDAY, TOMORROW, False)
    query = "SELECT student_id, version, value FROM grade WHERE id = $1"
    assert await one(room, query, grade.id) == (uuid(ada), 2, "5")
    query = (
        "SELECT r.version, change, reason, value_before, a.login FROM grade_revision r"
        " JOIN account a ON a.id = account_id WHERE grade_id = $1"
    )
    said = "Two records of one student were made one"
    assert await one(room, query, grade.id) == (2, "REVISED", said, "5", "the head")
    query = "SELECT student_id, version FROM remark WHERE id = $1"
    assert await one(room, query, remark.id) == (uuid(ada), 2)
    query = "SELECT version, change, text_before FROM remark_revision WHERE remark_id = $1"
    assert await one(room, query, remark.id) == (2, "CHANGED", "Helpful")
    for of, id_ in (("attendance", entry.id), ("absence_notice", notice.id)):
        query = f"SELECT student_id, r.version, change FROM {of} JOIN {of}_revision r"
        query += f" ON r.{of}_id = {of}.id WHERE {of}.id = $1"
        assert await one(room, query, id_) == (uuid(ada), 2, "CHANGED")
    held = await room.rows(
        "SELECT begins_on, ends_on, active FROM enrolment WHERE class_group_id = $1"
        " AND student_id = $2 ORDER BY active",
        small.records["ClassGroup"],
        uuid(ada),
    )
    assert [tuple(each) for each in held] == [(YESTERDAY, None, False), (None, None, True)]
    ties = await room.rows(
        "SELECT guardian_id, begins_on FROM guardianship WHERE student_id = $1", uuid(ada)
    )
    assert {tuple(each) for each in ties} == {
        (small.records["Guardian"], None), (uuid(other), TODAY)
    }  # fmt: skip
    assert await room.rows("SELECT 1 FROM guardianship WHERE student_id = $1", uuid(twin)) == []
    query = "SELECT student_id FROM membership WHERE account_id = $1"
    assert await one(room, query, account.id) == (uuid(ada),)
    assert await feed(room) == [
        *RIGHTS, ("GRADE", "REVISED"), ("REMARK", "CHANGED"), ("ATTENDANCE", "CHANGED"),
        ("ABSENCE_NOTICE", "CHANGED"),
    ]  # fmt: skip
    again = Merging(ada, twin)
    assert await refusals(room, merge_students, again) == [("NOT_FOUND", ("duplicate",))]


async def test_students_with_marks_at_one_lesson_or_in_two_classes_are_not_one(
    room: StaffRoom,
) -> None:
    ada, twin, small = room.id("Student"), await double(room), room.small
    assert await refusals(room, merge_students, Merging(ada, ada)) == [
        ("BAD_INPUT", ("duplicate",))
    ]
    assert await refusals(room, merge_students, Merging(ada, room.id("Teacher"))) == [
        ("BAD_INPUT", ("duplicate",))
    ]
    tie: dict[str, Any] = {"school_id": HERE, "student_id": uuid(twin)}
    grade = Grade(
        **tie, course_id=small.records["Course"], lesson_id=small.records["Lesson"], day=TODAY,
        work_type_id=small.records["WorkType"], grade_scale_id=small.records["GradeScale"],
    )  # fmt: skip
    await room.add(grade)
    assert await refusals(room, merge_students, Merging(ada, twin)) == [
        ("OVERLAPS", ("duplicate",))
    ]
    assert (await plan(room, ada, twin))["obstacles"] == ["MARKS"]
    assert await plan(room, ada, twin, TEACHER) is None
    assert await plan(room, ada, ada) is None
    assert await plan(room, ada, room.id("Student", uuid7())) is None
    await room.rows("UPDATE grade SET state = 'WITHDRAWN' WHERE id = $1", grade.id)
    entry = Attendance(
        **tie, course_id=small.records["Course"], lesson_id=small.records["Lesson"], day=TODAY,
        kind="ILL", token="I", absence=True, lateness=False, in_rate=True,
    )  # fmt: skip
    await room.add(entry)
    assert await refusals(room, merge_students, Merging(ada, twin)) == [
        ("OVERLAPS", ("duplicate",))
    ]
    assert (await plan(room, ada, twin))["obstacles"] == ["ATTENDANCE"]
    await room.rows("DELETE FROM attendance WHERE id = $1", entry.id)
    group = uuid(await class_group(room, "8A"))
    place = Enrolment(**tie, class_group_id=group, begins_on=TOMORROW)
    await room.add(place)
    assert await refusals(room, merge_students, Merging(ada, twin)) == [
        ("OVERLAPS", ("duplicate",))
    ]
    assert (await plan(room, ada, twin))["obstacles"] == ["CLASSES"]
    await room.rows("UPDATE enrolment SET ends_on = $1 WHERE student_id = $2", TODAY, uuid(ada))
    await done(room, merge_students, Merging(ada, twin))


def test_whatever_of_a_students_has_a_history_moves_with_a_step() -> None:
    """A new noun belongs in STEPS of `db/writing/merging.py`, if it is of a student."""
    of_students = {
        noun.written
        for noun in NOUNS.values()
        if noun.written is not None and "student_id" in table(noun.model).c
    }
    assert {written for written, _ in STEPS} == of_students


async def pages(room: StaffRoom, **of: tuple[UUID, UUID]) -> list[UUID]:
    """The pages of two people, of whom each has one with a post on it."""
    ((owner, people),) = of.items()
    await room.rows(f"DELETE FROM page WHERE {owner} = ANY($1)", list(people))
    theirs: list[dict[str, Any]] = [{owner: each} for each in people]
    made = [Page(school_id=HERE, id=uuid7(), theme="SEA", **each) for each in theirs]
    author = room.small.accounts[HEAD]
    posts = [
        Post(school_id=HERE, id=uuid7(), page_id=page.id, author_id=author, text="Hello")
        for page in made
    ]
    await room.add(*made, *posts)
    return [each.id for each in made]


async def joined(room: StaffRoom, kept: UUID, gone: UUID) -> None:
    """One page is left of two, with the posts of both."""
    assert await room.rows("SELECT 1 FROM page WHERE id = $1", gone) == []
    assert await one(room, "SELECT count(*) FROM post WHERE page_id = $1", kept) == (2,)


async def test_guardians_and_teachers_are_merged_with_what_they_hold(room: StaffRoom) -> None:
    small, ada = room.small, room.small.records["Student"]
    second = Guardian(**NAMES, id=uuid7(), email="second@example.org")
    await room.add(second)
    tie: dict[str, Any] = {"school_id": HERE, "guardian_id": second.id, "begins_on": TODAY}
    child = uuid(await room.student("classmate"))
    await room.add(Guardianship(**tie, student_id=ada), Guardianship(**tie, student_id=child))
    await room.rows("UPDATE guardianship SET ends_on = $1 WHERE begins_on IS NULL", YESTERDAY)
    two = await pages(room, guardian_id=(small.records["Guardian"], second.id))
    merging = Merging(room.id("Guardian"), room.id("Guardian", second.id))
    held_by = {"Guardianship": 2, "Page": 1, "obstacles": []}
    assert await plan(room, merging.id, merging.duplicate) == held_by
    await done(room, merge_guardians, merging)
    await joined(room, *two)
    assert (await room.viewer(GUARDIAN)).schools[1][TieName.CHILD] == {ada, child}
    other = Teacher(**NAMES, id=uuid7())
    await room.add(other)
    course = small.records["Course"]
    held: dict[str, Any] = {"school_id": HERE, "course_id": course, "teacher_id": other.id}
    await room.add(Teaching(**held, begins_on=YESTERDAY, main=False))
    await room.rows("UPDATE class_group SET deputy_id = $1 WHERE name = '7B'", other.id)
    await room.rows("UPDATE lesson SET teacher_id = $1", other.id)
    two = await pages(room, teacher_id=(small.records["Teacher"], other.id))
    await done(room, merge_teachers, Merging(room.id("Teacher"), room.id("Teacher", other.id)))
    await joined(room, *two)
    query = "SELECT count(*) FROM teaching WHERE course_id = $1 AND active"
    assert await one(room, query, course) == (1,)
    assert await one(room, "SELECT DISTINCT teacher_id FROM lesson") == (small.records["Teacher"],)
    query = "SELECT deputy_id FROM class_group WHERE name = '7B'"
    assert await one(room, query) == (small.records["Teacher"],)


def test_every_column_that_leads_to_a_person_moves() -> None:
    for model in (Student, Guardian, Teacher):
        table = inspect(model).local_table
        leading = {
            f"move_{each.name}_{constraint.column_keys[-1]}"
            for each in metadata.sorted_tables
            for constraint in each.foreign_key_constraints
            if constraint.referred_table is table
        }
        assert {each.name for each in MOVES[model]} == leading
    assert "move_teaching_stands_in_for_id" in {each.name for each in MOVES[Teacher]}


async def test_people_are_changed_and_sort_by_their_new_names(room: StaffRoom) -> None:
    ada = room.id("Student")
    change = ChangeStudent(id=ada, family_name="Ørsted", middle_name=None, born_on=TODAY)
    changed = await done(room, change_student, change)
    assert (changed.family_name, changed.middle_name, changed.born_on) == ("Ørsted", None, TODAY)
    query = "SELECT search_key FROM student WHERE id = $1"
    assert await one(room, query, uuid(ada)) == (" orsted student",)
    assert await feed(room) == []
    nothing = ChangeStudent(id=ada)
    assert await refusals(room, change_student, nothing) == [("BAD_INPUT", ())]
    nameless = ChangeStudent(id=ada, given_name=None)  # type: ignore[arg-type]
    assert await refusals(room, change_student, nameless) == [("BAD_INPUT", ("givenName",))]
    phone = ChangeTeacher(id=room.id("Teacher"), phone=None)
    assert (await done(room, change_teacher, phone)).phone is None
    email = ChangeGuardian(id=room.id("Guardian"), email="new@example.org")
    assert (await done(room, change_guardian, email)).email == "new@example.org"


async def test_who_leaves_keeps_what_was_and_only_reads_it_from_the_day_after(
    room: StaffRoom,
) -> None:
    ada = room.id("Student")
    await done(room, set_student_leaving, Leaving(ada, TODAY))
    for kind in (STUDENT, GUARDIAN):
        assert (await room.viewer(kind)).schools[1].of_today != {}
    await done(room, set_student_leaving, Leaving(ada, YESTERDAY))
    for kind in (STUDENT, GUARDIAN):
        rights = (await room.viewer(kind)).schools[1]
        assert rights.of_today == {}
        assert rights[TieName.STUDENT] | rights[TieName.CHILD] == {room.small.records["Student"]}
    await room.rows("UPDATE school SET keeping_years = 0")
    for kind in (STUDENT, GUARDIAN):
        assert (await room.viewer(kind)).schools == {}
    await room.rows("UPDATE school SET keeping_years = 5")
    await feed(room)
    await done(room, set_student_leaving, Leaving(ada, None))
    assert (await room.viewer(STUDENT)).schools != {}
    assert await feed(room) == RIGHTS
    await done(room, change_student, ChangeStudent(id=ada, begins_on=TODAY))
    early = Leaving(ada, YESTERDAY)
    assert await refusals(room, set_student_leaving, early) == [("BAD_INPUT", ("endsOn",))]
    await done(room, set_student_leaving, Leaving(ada, TODAY))
    late = ChangeStudent(id=ada, begins_on=TOMORROW)
    assert await refusals(room, change_student, late) == [("BAD_INPUT", ("beginsOn",))]
    await done(room, set_guardian_leaving, Leaving(room.id("Guardian"), YESTERDAY))
    assert (await room.viewer(GUARDIAN)).schools == {}


async def test_the_last_head_does_not_leave(room: StaffRoom) -> None:
    resign = ResignAsHead(room.id("School"))
    assert await refusals(room, resign_as_head, resign) == [("LAST_HEAD", ("endsOn",))]
    assert await refusals(room, resign_as_head, resign, TEACHER) == [("FORBIDDEN", ("school",))]
    other = Membership(school_id=HERE, account_id=room.small.accounts[TEACHER], role="HEAD")
    await room.add(other)
    ours = room.id("Teacher")
    await done(room, set_teacher_leaving, Leaving(ours, TODAY))
    query = "SELECT ends_on FROM membership WHERE id = $1"
    assert await one(room, query, other.id) == (TODAY,)
    # Whoever is a head until today alone is none to leave the school to.
    assert await refusals(room, resign_as_head, resign) == [("LAST_HEAD", ("endsOn",))]
    await room.rows("UPDATE membership SET ends_on = NULL")
    await done(room, set_teacher_leaving, Leaving(ours, None))
    backwards = ResignAsHead(room.id("School"), YESTERDAY)
    assert await refusals(room, resign_as_head, backwards) == [("BAD_INPUT", ("endsOn",))]
    await done(room, resign_as_head, ResignAsHead(room.id("School"), TODAY + timedelta(1)))
    last = Leaving(await teacher(room, "course_teacher"), TOMORROW)
    assert await refusals(room, set_teacher_leaving, last) == [("LAST_HEAD", ("endsOn",))]
    await done(room, set_teacher_leaving, Leaving(await teacher(room, "other_teacher"), TODAY))
    assert (await room.viewer(HEAD)).schools[1].head
