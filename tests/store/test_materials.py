"""Materials as users meet them: who may add and change them, and who reads and finds them."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from db.tables.files import File
from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.homework import (
    ChangeHomework,
    SetHomework,
    change_homework,
    set_homework,
)
from resolvers.mutations.materials import (
    AddCourseMaterial,
    AddLessonMaterial,
    AddSubjectMaterial,
    ChangeMaterial,
    OpenMaterial,
    add_course_material,
    add_lesson_material,
    add_subject_material,
    change_material,
    open_material,
    restore_material,
    withdraw_material,
)
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import delivered, listening
from tests.store.office_room import ask, done, why
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    SECRETARY,
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
    told,
)

LEARNERS, TEACHERS = (STUDENT, GUARDIAN, CLASSMATE), (TEACHER, HEAD)
READERS = (*LEARNERS, *TEACHERS, CLASS_TEACHER)
BESIDE = (OTHER_GUARDIAN, OTHER_TEACHER)
"""Whose course is of the same subject."""
EVERYBODY = (*READERS, *BESIDE, SECRETARY, STRANGER)
MATERIAL = """
  query ($id: ID!) { node(id: $id) { ... on Material {
    kind title description link withdrawn version date
    subject { name } course { title } lesson { id } teacher { displayName }
    history { change reason titleBefore } } } }
"""
LIVE = "subscription { materialChanged { change material { id version title } } }"


async def add(room: StaffRoom, who: str = TEACHER, key: str | None = None, **other: Any) -> Outcome:
    """An atlas for the course, unless another place is named."""
    given: dict[str, Any] = {"kind": "LITERATURE", "title": " An atlas ", **other}
    viewer = await room.viewer(who)
    if "lesson" in given:
        return await add_lesson_material(room.store, viewer, AddLessonMaterial(**given), key)
    if "subject" in given:
        return await add_subject_material(room.store, viewer, AddSubjectMaterial(**given), key)
    course = AddCourseMaterial(**{"course": room.id("Course"), **given})
    return await add_course_material(room.store, viewer, course, key)


async def added(room: StaffRoom, who: str = TEACHER, **other: Any) -> str:
    """The global id of a new material."""
    outcome = await add(room, who, **other)
    assert outcome.errors == []
    return room.id("Material", outcome.record.id)


async def change(
    room: StaffRoom, id_: str, who: str = TEACHER, version: int = 1, **new: Any
) -> Outcome:
    asked = ChangeMaterial(id_, version, "Misprinted", **(new or {"title": "A globe"}))
    return await change_material(room.store, await room.viewer(who), asked)


async def withdraw(room: StaffRoom, id_: str, who: str = TEACHER, version: int = 1) -> Outcome:
    edit = Edit(id_, version, "Out of date")
    return await withdraw_material(room.store, await room.viewer(who), edit)


async def shown(room: StaffRoom, who: str, id_: str) -> Any:
    return (await ask(room, who, MATERIAL, id=id_))["node"]


async def listed(room: StaffRoom, who: str, of: str, field: str, **given: object) -> Any:
    """The titles in a connection of the record, or what is answered in place of one."""
    asked = "".join(f", ${name}: {TYPES[name]}" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    query = f"""query ($id: ID!{asked}) {{ node(id: $id) {{ ... on {of} {{ of: {field}
      {f"({passed})" if passed else ""} {{ totalCount edges {{ node {{ title }} }} }} }} }} }}"""
    found = (await ask(room, who, query, id=room.id(of), **given))["node"]["of"]
    titles = [edge["node"]["title"] for edge in found["edges"]]
    assert "first" in given or found["totalCount"] == len(titles)
    return titles


TYPES = {"search": "String", "first": "Int", "subject": "ID", "year": "ID"}


@pytest.mark.parametrize("who", TEACHERS)
async def test_teachers_and_heads_add_a_material_with_a_history_and_one_event(
    room: StaffRoom, who: str
) -> None:
    viewer = await room.viewer(who)
    record = (await add(room, who, description="Pages 3 to 9")).record
    assert (record.kind, record.title, record.course_id, record.day) == (
        "LITERATURE", "An atlas", room.small.records["Course"], None,
    )  # fmt: skip
    (step,) = await room.rows("SELECT * FROM material_revision")
    assert (step["change"], step["account_id"], step["version"]) == ("ADDED", viewer.account.id, 1)
    assert await room.events() == [(0, "MATERIAL", "ADDED", 1)]


async def test_a_material_is_of_a_course_a_lesson_or_a_subject(room: StaffRoom) -> None:
    lesson = await room.lesson(YESTERDAY)
    of_course = await shown(room, STUDENT, await added(room))
    of_lesson = await shown(room, TEACHER, await added(room, lesson=lesson))
    of_subject = await shown(room, STUDENT, await added(room, subject=room.id("Subject")))
    places = [(each["subject"], each["course"], each["date"]) for each in (of_course, of_lesson)]
    maths = {"title": "Maths 7B"}
    assert places == [(None, maths, None), (None, maths, str(YESTERDAY))]
    assert of_lesson["lesson"] == {"id": lesson}
    assert (of_subject["subject"], of_subject["course"]) == ({"name": "Mathematics"}, None)


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "no title": ({"title": " "}, ("BAD_INPUT", "title")),
    "too long": ({"title": "x" * 201}, ("BAD_INPUT", "title")),
    "a link without address": ({"kind": "LINK"}, ("BAD_INPUT", "link")),
    "a link in clear": ({"link": "http://a.example/"}, ("BAD_INPUT", "link")),
    "no course": ({"course": "x"}, ("BAD_INPUT", "course")),
    "an unknown course": (
        {"course": global_id.make("Course", HERE, uuid7())},
        ("NOT_FOUND", "course"),
    ),
    "a subject elsewhere": (
        {"subject": global_id.make("Subject", HERE + 1, uuid7())},
        ("NOT_FOUND", "subject"),
    ),
}


@pytest.mark.parametrize(("other", "error"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_with_a_material_is_refused_at_its_place(
    still_room: StaffRoom, other: dict[str, Any], error: tuple[str, str]
) -> None:
    before = await still_room.written()
    assert told(await add(still_room, key="k", **other)) == [(error[0], (error[1],))]
    assert await still_room.written() == before


async def test_nobody_else_adds_changes_or_withdraws_a_material(room: StaffRoom) -> None:
    id_, lesson, subject = await added(room), room.id("Lesson"), room.id("Subject")
    before = await room.written()
    for who in (*LEARNERS, CLASS_TEACHER, *BESIDE, SECRETARY):
        assert told(await add(room, who)) == [("FORBIDDEN", ("course",))], who
        assert told(await add(room, who, lesson=lesson)) == [("FORBIDDEN", ("lesson",))], who
        known = "FORBIDDEN" if who in READERS else "NOT_FOUND"
        assert told(await change(room, id_, who)) == [(known, ("id",))], who
        assert told(await withdraw(room, id_, who)) == [(known, ("id",))], who
        if who != OTHER_TEACHER:  # who teaches the subject
            assert told(await add(room, who, subject=subject)) == [("FORBIDDEN", ("subject",))]
    assert told(await add(room, STRANGER)) == [("NOT_FOUND", ("course",))]
    assert await room.written() == before
    assert (await add(room, OTHER_TEACHER, subject=subject)).errors == []


async def test_a_lesson_that_is_cancelled_or_in_a_locked_period_gets_none(room: StaffRoom) -> None:
    cancelled, past = await room.lesson(TODAY, "CANCELLED"), await room.lesson(YESTERDAY)
    id_ = await added(room, lesson=past)
    await room.lock(YESTERDAY)
    assert told(await add(room, lesson=cancelled)) == [("LESSON_CANCELLED", ("lesson",))]
    assert told(await add(room, lesson=past)) == [("PERIOD_LOCKED", ("lesson",))]
    assert (await change(room, id_)).errors == []  # what leads nowhere any more is mended


async def test_teachers_and_heads_change_a_material_and_what_it_was_stays(room: StaffRoom) -> None:
    id_ = await added(room)
    assert (await change(room, id_, HEAD)).record.title == "A globe"
    changed = await change(room, id_, version=2, kind="LINK", link="https://globe.example/")
    assert (changed.record.kind, changed.record.version) == ("LINK", 3)
    assert told(await change(room, id_, version=3, link=None)) == [("BAD_INPUT", ("link",))]
    assert told(await change(room, id_)) == [("CONFLICT", ("expectedVersion",))]
    steps = (await shown(room, STUDENT, id_))["history"]
    assert [(step["change"], step["titleBefore"]) for step in steps] == [
        ("ADDED", None), ("CHANGED", "An atlas"), ("CHANGED", "A globe"),
    ]  # fmt: skip


async def test_what_was_withdrawn_is_read_nowhere_until_it_is_restored(room: StaffRoom) -> None:
    id_ = await added(room)
    outcome = await withdraw(room, id_)
    assert (outcome.record.withdrawn, outcome.record.title) == (True, None)
    assert told(await change(room, id_, version=2)) == [("WITHDRAWN", ("id",))]
    for who in READERS:
        found = await shown(room, who, id_)
        assert (found["title"], found["withdrawn"]) == (None, True)
        assert bool(found["history"]) == (who not in LEARNERS), who
        assert await listed(room, who, "Course", "materials", search="atlas") == []
    again = Edit(id_, 2, "Still in use")
    assert (await restore_material(room.store, await room.viewer(), again)).errors == []
    assert (await shown(room, STUDENT, id_))["title"] == "An atlas"


async def test_a_material_exists_for_those_who_learn_and_teach_there_only(room: StaffRoom) -> None:
    of_course, of_subject = await added(room), await added(room, subject=room.id("Subject"))
    for who in EVERYBODY:
        assert (await shown(room, who, of_course) is not None) == (who in READERS), who
        known = (*READERS, *BESIDE)
        assert (await shown(room, who, of_subject) is not None) == (who in known), who


async def test_a_material_of_a_lesson_is_for_who_learnt_there_on_its_day(room: StaffRoom) -> None:
    id_ = await added(room, lesson=await room.lesson(YESTERDAY))
    assert (await shown(room, STUDENT, id_))["title"] == "An atlas"
    await room.rows("UPDATE enrolment SET begins_on = $1", TODAY)
    assert await shown(room, STUDENT, id_) is None
    assert (await shown(room, TEACHER, id_))["title"] == "An atlas"


async def test_whoever_is_of_a_course_of_the_subject_reads_its_materials_and_nobody_else(
    room: StaffRoom,
) -> None:
    id_ = await added(room, subject=room.id("Subject"))
    await room.rows("UPDATE course SET subject_id = NULL WHERE title = 'Maths 8A'")
    for who in EVERYBODY:
        assert (await shown(room, who, id_) is not None) == (who in READERS), who


async def test_materials_are_found_by_the_beginnings_of_words_and_a_page_at_a_time(
    room: StaffRoom,
) -> None:
    for title, text in (("Éléments", "Livre VII"), ("Геометрия", "Задачи"), ("Élements", None)):
        await added(room, title=title, description=text)
    every = ["Textbook", "Éléments", "Геометрия", "Élements"]
    for search, found in (
        ("elem", ["Éléments", "Élements"]), ("VII ele", ["Éléments"]), ("задач", ["Геометрия"]),
        ("lements", []), ("!", []), ("", every),
    ):  # fmt: skip
        assert await listed(room, STUDENT, "Course", "materials", search=search) == found, search
    assert await listed(room, STUDENT, "Course", "materials", first=2) == every[:2]
    far = f"{'word ' * 700}needle"
    await added(room, title="Long", description=far)
    assert await listed(room, STUDENT, "Course", "materials", search="needle") == ["Long"]


async def test_the_lists_of_a_course_are_its_own_and_for_its_teachers_those_of_its_lessons(
    room: StaffRoom,
) -> None:
    assert await listed(room, STUDENT, "Course", "materials") == ["Textbook"]
    assert await listed(room, TEACHER, "Course", "lessonMaterials") == ["Fractions"]
    assert await listed(room, OTHER_GUARDIAN, "Subject", "materials") == ["Atlas"]
    query = "query ($id: ID!) { node(id: $id) { ... on Lesson { materials { title } } } }"
    found = await ask(room, GUARDIAN, query, id=room.id("Lesson"))
    assert found["node"]["materials"] == [{"title": "Fractions"}]


async def test_those_concerned_hear_of_it_live_and_never_of_a_withdrawn_title(
    room: StaffRoom, feed: Feed
) -> None:
    async with AsyncExitStack() as stack:
        heard = {
            who: await stack.enter_async_context(listening(room, feed, who, LIVE))
            for who in EVERYBODY
        }
        id_ = await added(room)
        await delivered(room, feed)
        await withdraw(room, id_)
        await delivered(room, feed)
        of_subject = await added(room, subject=room.id("Subject"), title="Tables")
        await delivered(room, feed)
    steps = [
        {"change": change, "material": {"id": id_, "version": version, "title": title}}
        for change, version, title in (("ADDED", 1, "An atlas"), ("WITHDRAWN", 2, None))
    ]
    last = {"change": "ADDED", "material": {"id": of_subject, "version": 1, "title": "Tables"}}
    told_of = {who: listener.events for who, listener in heard.items() if listener.answers}
    assert told_of == {
        who: [*steps, last] if who in READERS else [last] for who in (*READERS, *BESIDE)
    }


async def test_an_own_id_and_a_key_make_adding_safe_to_retry(room: StaffRoom) -> None:
    own = str(uuid7())
    for _ in range(2):
        assert (await add(room, id=own)).errors == []
        assert (await add(room, key="k", lesson=room.id("Lesson"))).errors == []
    assert told(await add(room, id=own, title="Another")) == [("CONFLICT", ("id",))]
    assert len(await room.events()) == 2


async def test_a_course_that_gets_a_subject_is_told_of_its_materials_at_once(
    room: StaffRoom, feed: Feed
) -> None:
    await room.rows("UPDATE course SET subject_id = NULL")
    async with listening(room, feed, STUDENT, LIVE) as student:
        await added(room, HEAD, subject=room.id("Subject"))
        await delivered(room, feed)
        assert student.events == []
        course, subject = room.id("Course"), room.id("Subject")
        await done(room, "changeCourse", "id", id=course, subject=subject)
        await added(room, HEAD, subject=subject, title="Tables")
        await delivered(room, feed)
    assert [event["material"]["title"] for event in student.events] == ["Tables"]


async def uploaded(room: StaffRoom, who: str = TEACHER, use: str = "MATERIAL") -> str:
    """The global id of a file that hangs on nothing yet."""
    file = File(
        school_id=HERE, id=uuid7(), author_id=room.small.accounts[who], use=use, size=9,
        name="map.pdf", media_type="application/pdf", digest=b"digest",
    )  # fmt: skip
    await room.add(file)
    return room.id("File", file.id)


async def files_of(room: StaffRoom, who: str, id_: str) -> Any:
    query = "query ($id: ID!) { node(id: $id) { ... on Material { files { name } } } }"
    return (await ask(room, who, query, id=id_))["node"]["files"]


async def test_files_hang_on_a_material_for_its_readers_until_it_is_withdrawn(
    room: StaffRoom,
) -> None:
    assert told(await add(room, kind="FILES")) == [("BAD_INPUT", ("files",))]
    foreign = [await uploaded(room, HEAD)]
    assert told(await add(room, kind="FILES", files=foreign)) == [("NOT_FOUND", ("files", "0"))]
    for_homework = [await uploaded(room, use="HOMEWORK")]
    assert told(await add(room, files=for_homework)) == [("BAD_INPUT", ("files", "0"))]
    id_ = await added(room, kind="FILES", files=[await uploaded(room)])
    for who in READERS:
        assert await files_of(room, who, id_) == [{"name": "map.pdf"}], who
    assert told(await change(room, id_, files=[])) == [("BAD_INPUT", ("files",))]
    assert (await change(room, id_, title="Maps")).errors == []  # and they still hang there
    await withdraw(room, id_, version=2)
    assert await files_of(room, TEACHER, id_) == []


async def test_what_becomes_files_has_some(room: StaffRoom) -> None:
    id_ = await added(room)
    assert told(await change(room, id_, kind="FILES")) == [("BAD_INPUT", ("files",))]
    assert (await change(room, id_, kind="FILES", files=[await uploaded(room)])).errors == []


OPENINGS = """
  query ($id: ID!) { node(id: $id) { ... on Material {
    openings { by asGuardian student { givenName } } } } }
"""


async def open_(room: StaffRoom, id_: str, who: str) -> Outcome:
    return await open_material(room.store, await room.viewer(who), OpenMaterial(id_))


async def test_teachers_are_told_who_has_opened_a_material_once_and_nobody_else_is(
    room: StaffRoom,
) -> None:
    id_ = await added(room)
    for who in (STUDENT, GUARDIAN, STUDENT):
        assert (await open_(room, id_, who)).errors == []
    for who in (TEACHER, CLASS_TEACHER, HEAD):
        assert (await ask(room, who, OPENINGS, id=id_))["node"]["openings"] == [
            {"by": STUDENT, "asGuardian": False, "student": {"givenName": "student"}},
            {"by": GUARDIAN, "asGuardian": True, "student": {"givenName": "student"}},
        ]
    for who in LEARNERS:
        with pytest.raises(AssertionError, match="You may not read this field"):
            await ask(room, who, OPENINGS, id=id_)


async def test_only_who_learns_with_a_material_that_stands_opens_it(room: StaffRoom) -> None:
    id_ = await added(room)
    before = await room.rows("SELECT * FROM material_opening")
    for who, code in (
        (TEACHER, "FORBIDDEN"), (CLASS_TEACHER, "FORBIDDEN"), (HEAD, "FORBIDDEN"),
        (OTHER_GUARDIAN, "NOT_FOUND"), (SECRETARY, "NOT_FOUND"),
    ):  # fmt: skip
        assert told(await open_(room, id_, who)) == [(code, ("material",))], who
    await withdraw(room, id_)
    assert told(await open_(room, id_, STUDENT)) == [("WITHDRAWN", ("material",))]
    assert await room.rows("SELECT * FROM material_opening") == before


async def test_of_a_subjects_material_a_teacher_is_told_what_their_own_students_opened(
    room: StaffRoom,
) -> None:
    id_ = await added(room, subject=room.id("Subject"))
    for who in (CLASSMATE, OTHER_GUARDIAN):
        assert (await open_(room, id_, who)).errors == []
    both = [CLASSMATE, OTHER_GUARDIAN]
    for who, by in ((TEACHER, both[:1]), (OTHER_TEACHER, both[1:]), (HEAD, both)):
        found = (await ask(room, who, OPENINGS, id=id_))["node"]["openings"]
        assert [each["by"] for each in found] == by, who


async def test_two_records_of_one_student_have_opened_a_material_once(room: StaffRoom) -> None:
    id_ = await added(room)
    await open_(room, id_, GUARDIAN)
    classmate = await room.student("classmate")
    await room.rows(
        "INSERT INTO material_opening SELECT school_id, $1, material_id, $2, account_id,"
        " as_guardian, at FROM material_opening WHERE material_id = $3",
        uuid7(), *(global_id.read(each)[2] for each in (classmate, id_)),
    )  # fmt: skip
    await room.rows("UPDATE grade SET state = 'WITHDRAWN'")
    given = {"id": room.id("Student"), "duplicate": classmate}
    await done(room, "mergeStudents", "id", **given)
    rows = await room.rows(
        "SELECT student_id FROM material_opening WHERE material_id = $1", global_id.read(id_)[2]
    )
    assert [row["student_id"] for row in rows] == [room.small.records["Student"]]


REFERS = """
  query ($id: ID!) { node(id: $id) { ... on Homework { materials { id title } } } }
"""


async def refer(room: StaffRoom, *materials: str, **other: Any) -> Outcome:
    """Homework of today's lesson that refers to the materials."""
    given = SetHomework(room.id("Lesson"), "Read", due_on=TODAY, materials=materials, **other)
    return await set_homework(room.store, await room.viewer(), given)


async def test_homework_refers_to_materials_in_order_as_far_as_they_stand(room: StaffRoom) -> None:
    subject = await added(room, subject=room.id("Subject"), title="Tables")
    course, lesson = await added(room), await added(room, lesson=await room.lesson(YESTERDAY))
    own = str(uuid7())
    for _ in range(2):  # is safe to retry
        outcome = await refer(room, subject, course, lesson, id=own)
        assert outcome.errors == []
    assert told(await refer(room, course, id=own)) == [("CONFLICT", ("id",))]
    homework = room.id("Homework", outcome.record.id)

    async def referred(who: str) -> list[str]:
        found = (await ask(room, who, REFERS, id=homework))["node"]["materials"]
        return [each["id"] for each in found]

    for who in READERS:
        assert await referred(who) == [subject, course, lesson], who
    await withdraw(room, course)
    assert await referred(STUDENT) == [subject, lesson]
    again = ChangeHomework(homework, 1, "Too much", materials=[lesson])
    assert (await change_homework(room.store, await room.viewer(), again)).errors == []
    assert await referred(GUARDIAN) == [lesson]
    none = ChangeHomework(homework, 2, "Too much", materials=None)
    assert (await change_homework(room.store, await room.viewer(), none)).errors == []
    assert await referred(TEACHER) == []


async def test_homework_refers_to_no_material_of_another_course_or_withdrawn(
    room: StaffRoom,
) -> None:
    (elsewhere,) = await room.rows("SELECT id FROM course WHERE title = 'Maths 8A'")
    other = await added(room, HEAD, course=room.id("Course", elsewhere["id"]))
    gone = await added(room)
    await withdraw(room, gone)
    before = await room.written()
    assert told(await refer(room, gone, other, "x")) == [("BAD_INPUT", ("materials", "2"))]
    assert told(await refer(room, gone, other)) == [
        ("WITHDRAWN", ("materials", "0")), ("NOT_FOUND", ("materials", "1")),
    ]  # fmt: skip
    given = SetHomework(room.id("Lesson"), "Read", due_on=TODAY, materials=[other])
    outcome = await set_homework(room.store, await room.viewer(HEAD), given)
    assert told(outcome) == [("MATERIAL_OF_ANOTHER_COURSE", ("materials", "0"))]
    assert await room.written() == before


async def test_a_students_materials_are_of_their_courses_lessons_and_subjects(
    room: StaffRoom,
) -> None:
    await added(room, lesson=await room.lesson(YESTERDAY), title="Before")
    every = ["Fractions", "Textbook", "Atlas", "Before"]
    for who in (STUDENT, GUARDIAN, CLASS_TEACHER, HEAD):
        assert sorted(await listed(room, who, "Student", "materials")) == sorted(every), who
    subject, year = room.id("Subject"), room.id("AcademicYear")
    for given in ({"subject": subject}, {"year": year}, {"search": "before", "year": year}):
        found = await listed(room, STUDENT, "Student", "materials", **given)
        assert sorted(found) == (["Before"] if "search" in given else sorted(every)), given
    assert await listed(room, STUDENT, "Student", "materials", subject=other_id(subject)) == []
    assert await listed(room, STUDENT, "Student", "materials", year=other_id(year)) == []
    await room.rows("UPDATE enrolment SET begins_on = $1", TODAY)
    assert "Before" not in await listed(room, STUDENT, "Student", "materials")
    assert "Textbook" in await listed(room, STUDENT, "Student", "materials")
    await room.rows("UPDATE enrolment SET begins_on = NULL, ends_on = $1", YESTERDAY)
    assert await listed(room, HEAD, "Student", "materials") == []
    assert "Before" in await listed(room, HEAD, "Student", "materials", year=year)


def other_id(id_: str) -> str:
    """Of a record of the noun that is not there."""
    return global_id.make(global_id.read(id_)[0], HERE, uuid7())


async def test_a_material_moves_with_its_lesson_and_keeps_it_from_being_removed(
    room: StaffRoom,
) -> None:
    await room.rows("UPDATE academic_year SET starts_on = $1", TODAY - timedelta(100))
    lesson = await room.lesson(TODAY)
    id_ = await added(room, lesson=lesson)
    edit = {"id": lesson, "expectedVersion": 1, "reason": "Never meant"}
    assert await why(room, "removeLesson", **edit) == [("IN_USE", "id")]
    to = datetime.combine(TOMORROW, time(11), UTC).isoformat()
    await done(room, "moveLesson", "id", **edit, startsAt=to)
    assert (await shown(room, STUDENT, id_))["date"] == str(TOMORROW)
    await withdraw(room, id_)
    again = {**edit, "expectedVersion": 2}
    await done(room, "removeLesson", "id", **again)
