"""Glossaries of subjects as users meet them: who may add to them, and who reads and finds what."""

from typing import Any

from domain.ids import uuid7
from tests.store.office_room import act, ask, refusals
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_TEACHER,
    SECRETARY,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
)

GLOSSARY = """
  query ($id: ID!, $search: String) { node(id: $id) { ... on Subject {
    glossary(search: $search) { totalCount edges { node { term } } } } } }
"""
TERM = """
  query ($id: ID!) { node(id: $id) { ... on GlossaryTerm {
    term meaning language withdrawn version subject { name } teacher { displayName }
    history { change termBefore meaningBefore } } } }
"""
READERS = (STUDENT, GUARDIAN, CLASSMATE, TEACHER, HEAD, CLASS_TEACHER, OTHER_TEACHER)


async def do(room: StaffRoom, name: str, who: str, **given: Any) -> tuple[Any, list[Any]]:
    answer = await act(room, name, "id version", who, **given)
    return answer["found"], refusals(answer)


async def listed(room: StaffRoom, who: str, search: str | None = None) -> list[str] | None:
    found = (await ask(room, who, GLOSSARY, id=room.id("Subject"), search=search))["node"]
    if found is None:
        return None
    page = found["glossary"]
    terms = [edge["node"]["term"] for edge in page["edges"]]
    assert page["totalCount"] == len(terms)
    return terms


async def test_who_teaches_a_subject_keeps_its_glossary_for_all_who_learn_it(
    room: StaffRoom,
) -> None:
    await room.rows("UPDATE glossary_term SET withdrawn = true")
    subject, own_id = room.id("Subject"), str(uuid7())
    new = {"subject": subject, "term": " Дробь ", "meaning": "A fraction: a part of a whole"}
    root, errors = await do(room, "addGlossaryTerm", TEACHER, **new, language="rus", id=own_id)
    assert errors == []
    assert await do(room, "addGlossaryTerm", TEACHER, **new, language="rus", id=own_id) == (
        root, [],
    )  # fmt: skip
    of_head = {"subject": subject, "term": "Root", "meaning": "For which it is true"}
    assert (await do(room, "addGlossaryTerm", HEAD, **of_head))[1] == []
    for who in READERS:
        assert await listed(room, who) == ["Дробь", "Root"], who
        assert await listed(room, who, "FRACT part") == ["Дробь"], who
        assert await listed(room, who, "дроб") == ["Дробь"], who
        assert await listed(room, who, "zebra") == [], who
    assert await listed(room, STRANGER) is None
    change = {"id": root["id"], "expectedVersion": 1, "reason": "Clearer"}
    for who in (STUDENT, GUARDIAN, CLASSMATE, CLASS_TEACHER, SECRETARY):
        assert (await do(room, "addGlossaryTerm", who, **new))[1] == [("FORBIDDEN", "subject")]
        known = "NOT_FOUND" if who == SECRETARY else "FORBIDDEN"
        assert (await do(room, "changeGlossaryTerm", who, **change, term="x"))[1] == [(known, "id")]
        assert (await do(room, "withdrawGlossaryTerm", who, **change))[1] == [(known, "id")]
    for wrong, place in (
        ({"term": " "}, "term"), ({"term": "x" * 201}, "term"), ({"meaning": ""}, "meaning"),
        ({"language": "no language"}, "language"), ({"subject": "x"}, "subject"),
    ):  # fmt: skip
        refused = (await do(room, "addGlossaryTerm", TEACHER, **new | wrong))[1]
        assert refused == [("BAD_INPUT", place)], wrong
    changed, errors = await do(room, "changeGlossaryTerm", OTHER_TEACHER, **change, term="Bruch")
    assert (changed["version"], errors) == (2, [])
    assert await listed(room, STUDENT, "bruch") == ["Bruch"]
    assert await listed(room, STUDENT, "дроб") == []
    assert (await ask(room, STUDENT, TERM, id=root["id"]))["node"] == {
        "term": "Bruch", "meaning": "A fraction: a part of a whole", "language": "ru",
        "withdrawn": False, "version": 2, "subject": {"name": "Mathematics"},
        "teacher": {"displayName": "course_teacher Sommer"},
        "history": [
            {"change": "ADDED", "termBefore": None, "meaningBefore": None},
            {"change": "CHANGED", "termBefore": "Дробь",
             "meaningBefore": "A fraction: a part of a whole"},
        ],
    }  # fmt: skip
    again = {**change, "expectedVersion": 2}
    assert (await do(room, "withdrawGlossaryTerm", TEACHER, **again))[1] == []
    assert await listed(room, STUDENT) == ["Root"]
    gone = (await ask(room, STUDENT, TERM, id=root["id"]))["node"]
    assert (gone["term"], gone["meaning"], gone["withdrawn"], gone["history"]) == (
        None, None, True, [],
    )  # fmt: skip
    once_more = {**change, "expectedVersion": 3}
    assert (await do(room, "changeGlossaryTerm", TEACHER, **once_more, term="x"))[1] == [
        ("WITHDRAWN", "id")
    ]
    assert (await do(room, "restoreGlossaryTerm", TEACHER, **once_more))[1] == []
    assert await listed(room, STUDENT) == ["Bruch", "Root"]
    await room.rows("UPDATE subject SET active = false")
    assert (await do(room, "addGlossaryTerm", HEAD, **new))[1] == [("NOT_FOUND", "subject")]
