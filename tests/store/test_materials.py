"""Materials as users meet them: who may add and change them, and who reads and finds them."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.materials import (
    AddCourseMaterial,
    AddLessonMaterial,
    AddSubjectMaterial,
    ChangeMaterial,
    add_course_material,
    add_lesson_material,
    add_subject_material,
    change_material,
    restore_material,
    withdraw_material,
)
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import delivered, listening
from tests.store.office_room import ask, done
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    YESTERDAY,
    StaffRoom,
    told,
)

SECRETARY = "a secretary"
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
    room: StaffRoom, other: dict[str, Any], error: tuple[str, str]
) -> None:
    before = await room.written()
    assert told(await add(room, key="k", **other)) == [(error[0], (error[1],))]
    assert await room.written() == before


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
