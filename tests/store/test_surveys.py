"""Surveys as users meet them: who asks whom, one answer each, and results that tell of nobody."""

from asyncio import gather
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from db.own_data.erasing import ACTIONS
from db.own_data.parts import PARTS
from db.tables.guardians import Guardianship
from domain import clock
from domain.audience import Audience
from domain.ids import uuid7
from domain.own_data import DataKind
from domain.surveys import FEWEST, Answer, Question, SurveyQuestionKind, Tally, no_counts
from resolvers import global_id
from resolvers.feed import Feed
from tests.gateway.small_school import HERE
from tests.store.listening import delivered, listening
from tests.store.office_room import act, ask, placed, refusals
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
    StaffRoom,
)

TABLES = ("survey", "survey_participation", "survey_tally", "survey_answer", "outbox", "receipt")
LUNCH = {"kind": "SINGLE", "text": "Lunch?", "choices": ["soup", "salad"]}
SPORTS = {"kind": "MULTIPLE", "text": "Sports?", "choices": ["ball", "swim", "run"]}
NOISE = {"kind": "SCALE", "text": "Noise?", "least": 1, "most": 5}
WORDS = {"kind": "TEXT", "text": "Anything else?", "required": False}
ASKED = [LUNCH, SPORTS, NOISE, WORDS]
GIVEN = [
    {"question": 0, "choices": [1]}, {"question": 1, "choices": [2, 0]},
    {"question": 2, "number": 4}, {"question": 3, "text": " More time "},
]  # fmt: skip
RESULTS = """
  query ($id: ID!) { node(id: $id) { ... on Survey { answered open results { answered questions {
    answered average options { option count } texts } } } } }
"""


async def kept(room: StaffRoom) -> dict[str, list[str]]:
    return await room.rows_of(TABLES)


async def asked(
    room: StaffRoom, who: str, at: str, to: str = "students families staff", /, **other: Any
) -> Any:
    """What the mutation answers."""
    given = {"title": "Lunch", "questions": ASKED, **placed(room, at, to), **other}
    return await act(room, f"ask{at}", "id", who, **given)


async def survey(room: StaffRoom, who: str, at: str, *to: str, **other: Any) -> str:
    answer = await asked(room, who, at, *to, **other)
    assert answer["errors"] == [], answer
    return str(answer["found"]["id"])


async def answer(room: StaffRoom, who: str, id_: str, answers: Any = GIVEN) -> list[Any]:
    """Codes and paths of what was refused, of which nothing was left."""
    before = await kept(room)
    found = await act(room, "answerSurvey", "id", who, survey=id_, answers=answers)
    if found["errors"]:
        assert await kept(room) == before
    return refusals(found)


async def results(room: StaffRoom, who: str, id_: str) -> Any:
    return (await ask(room, who, RESULTS, id=id_))["node"]["results"]


async def edit(room: StaffRoom, who: str, name: str, id_: str, **new: Any) -> list[Any]:
    (row,) = await room.rows("SELECT version FROM survey WHERE id = $1", global_id.read(id_)[2])
    given = {"id": id_, "expectedVersion": row["version"], "reason": "So it is", **new}
    found = await act(room, name, "id", who, **given)
    return refusals(found)


async def others_answer(room: StaffRoom, id_: str, number: int, choice: int = 0) -> None:
    """As many more answer, as the survey's sums have it."""
    ref = global_id.read(id_)[2]
    questions = [Question.from_data(each) for each in (await content(room, ref))["questions"]]
    (row,) = await room.rows("SELECT * FROM survey_tally WHERE id = $1", ref)
    tally = Tally(*(row[name] for name in ("counts", "next", "shown")))
    for _ in range(number):
        tally = tally.with_one_more(questions, {0: Answer((choice,))})
    sums = (tally.counts, tally.next, tally.shown)
    await room.rows(
        "UPDATE survey_tally SET counts = $2, next = $3, shown = $4 WHERE id = $1", ref, *sums
    )


async def content(room: StaffRoom, ref: UUID) -> Any:
    (row,) = await room.rows("SELECT content FROM survey WHERE id = $1", ref)
    return row["content"]


def test_what_is_shown_of_an_anonymous_survey_grows_by_five_or_more() -> None:
    question = Question(SurveyQuestionKind.SINGLE, "?", ("a", "b"))
    none = no_counts([question])
    tally, seen = Tally(none, none, none), [0]
    for number in range(1, 40):
        tally = tally.with_one_more([question], {0: Answer((number % 2,))})
        shown = tally.results(anonymous=True, closed=False)
        seen.append(shown["answered"] if shown else seen[-1])
        last = tally.results(anonymous=True, closed=True)
        if number < FEWEST:
            assert last is None
            continue
        assert last is not None
        assert last["answered"] == number
        assert number - seen[-1] >= FEWEST, number  # so the last ones are not alone
    steps = {after - before for before, after in pairwise(seen)}
    assert steps == {0, FEWEST}
    assert seen[9:11] == [0, 5]
    assert tally.told(closed=False) is None


async def test_it_reaches_whom_it_is_for_and_only_they_answer_once(room: StaffRoom) -> None:
    for at, to, by, who, not_who in (
        ("School", "families", SECRETARY, (GUARDIAN, OTHER_GUARDIAN), (STUDENT, TEACHER)),
        ("ClassGroup", "students", CLASS_TEACHER, (STUDENT, CLASSMATE), (GUARDIAN, OTHER_GUARDIAN)),
        ("Course", "staff", HEAD, (TEACHER, CLASS_TEACHER), (STUDENT, OTHER_TEACHER)),
    ):
        id_ = await survey(room, by, at, to)
        for each in not_who:
            assert await answer(room, each, id_) == [("NOT_FOUND", "survey")], (at, each)
        for each in who:
            assert (await ask(room, each, RESULTS, id=id_))["node"]["answered"] is False
            assert await answer(room, each, id_) == [], (at, each)
            assert (await ask(room, each, RESULTS, id=id_))["node"]["answered"] is True
            assert await answer(room, each, id_) == [("ALREADY_ANSWERED", "survey")], (at, each)
    id_ = await survey(room, CLASS_TEACHER, "ClassGroup", "students")
    assert await answer(room, CLASS_TEACHER, id_) == [("FORBIDDEN", "survey")]
    child = {"student": room.id("Student"), "activity": "SURVEYS", "reason": "Too young"}
    kept_from = await act(room, "restrictChild", "id version", GUARDIAN, **child)
    assert await answer(room, STUDENT, id_) == [("WRITING_RESTRICTED", "")]
    assert await answer(room, CLASSMATE, id_) == []
    lifted = {"id": kept_from["found"]["id"], "expectedVersion": 1, "reason": "Well"}
    assert (await act(room, "liftChildRestriction", "id", GUARDIAN, **lifted))["errors"] == []
    assert await answer(room, STUDENT, id_) == []
    part = """query ($id: ID!) { student(id: $id) { writings(last: 1) { totalCount edges { node {
      record activity text hidden } } } } }"""
    seen = (await ask(room, GUARDIAN, part, id=room.id("Student")))["student"]["writings"]
    assert [edge["node"] for edge in seen["edges"]] == [
        {"record": id_, "activity": "SURVEYS", "text": "Lunch", "hidden": False}
    ]
    listed = (
        "query ($id: ID!) { node(id: $id) { ... on School { surveys { edges { node { id } } } } } }"
    )
    for each, known in ((STUDENT, True), (GUARDIAN, False), (OTHER_TEACHER, False), (HEAD, True)):
        page = (await ask(room, each, listed, id=room.id("School")))["node"]["surveys"]
        assert (id_ in [edge["node"]["id"] for edge in page["edges"]]) == known, each


async def test_whoever_may_not_ask_is_refused_and_so_are_questions_without_answers(
    room: StaffRoom,
) -> None:
    before = await kept(room)
    for at, who in (
        ("School", TEACHER), ("School", CLASS_TEACHER), ("ClassGroup", TEACHER),
        ("ClassGroup", GUARDIAN), ("Course", STUDENT), ("Course", OTHER_TEACHER),
    ):  # fmt: skip
        (error,) = (await asked(room, who, at))["errors"]
        assert error["code"] == "FORBIDDEN", (at, who)
    (error,) = (await asked(room, STRANGER, "School"))["errors"]
    assert error["code"] == "NOT_FOUND"
    for name, other, path in (
        ("none", {"questions": []}, "questions"),
        ("many", {"questions": [WORDS] * 51}, "questions"),
        ("one choice", {"questions": [{**LUNCH, "choices": ["soup"]}]}, "questions.0.choices"),
        ("twice", {"questions": [{**LUNCH, "choices": ["a", "a"]}]}, "questions.0.choices"),
        ("empty", {"questions": [{**LUNCH, "choices": ["a", " "]}]}, "questions.0.choices.1"),
        ("choices", {"questions": [{**WORDS, "choices": ["a", "b"]}]}, "questions.0.choices"),
        ("no end", {"questions": [WORDS, {**NOISE, "most": None}]}, "questions.1.least"),
        ("backwards", {"questions": [{**NOISE, "most": 1}]}, "questions.0.most"),
        ("long", {"questions": [{**NOISE, "most": 12}]}, "questions.0.most"),
        ("ends", {"questions": [{**WORDS, "least": 1}]}, "questions.0.least"),
        ("past", {"closesAt": "2020-01-01T00:00:00Z"}, "closesAt"),
        ("nobody", {"toStudents": False, "toFamilies": False, "toStaff": False}, ""),
    ):
        found = await asked(room, HEAD, "School", **other)
        assert refusals(found) == [("BAD_INPUT", path)], name
    assert await kept(room) == before


async def test_an_answer_that_does_not_fit_is_refused_and_leaves_nothing(room: StaffRoom) -> None:
    id_ = await survey(room, HEAD, "School", "students")
    rest = GIVEN[1:3]
    for name, answers, path in (
        ("two", [{"question": 0, "choices": [0, 1]}, *rest], "answers.0"),
        ("beyond", [{"question": 0, "choices": [2]}, *rest], "answers.0"),
        ("another way", [{"question": 0, "text": "soup"}, *rest], "answers.0"),
        ("no place", [{"question": 4, "choices": [0]}, *rest], "answers.0.question"),
        ("twice", [GIVEN[0], GIVEN[0], *rest], "answers.1.question"),
        ("off scale", [GIVEN[0], GIVEN[1], {"question": 2, "number": 6}], "answers.2"),
        ("zero", [*GIVEN[:3], {"question": 3, "text": "a\0"}], "answers.3.text"),
        ("long", [*GIVEN[:3], {"question": 3, "text": "x" * 501}], "answers.3.text"),
        ("missing", rest, "answers"),
        ("empty", [{"question": 0, "choices": []}, *rest], "answers"),
    ):
        assert await answer(room, STUDENT, id_, answers) == [("BAD_INPUT", path)], name
    once = {"survey": id_, "answers": GIVEN[:3]}
    at_once = await gather(*(act(room, "answerSurvey", "id", STUDENT, **once) for _ in range(4)))
    found = sorted(code for each in at_once for code, _ in refusals(each))
    assert found == ["ALREADY_ANSWERED"] * 3
    (tally,) = await room.rows(
        "SELECT counts FROM survey_tally WHERE id = $1", global_id.read(id_)[2]
    )
    assert tally["counts"]["answered"] == 1


async def test_a_family_answers_once_whichever_guardian_it_is(room: StaffRoom) -> None:
    ada, classmate = (
        room.small.records["Student"],
        global_id.read(await room.student("classmate"))[2],
    )
    rows = await room.rows("SELECT guardian_id, student_id FROM guardianship")
    of = {row["student_id"]: row["guardian_id"] for row in rows}
    (other,) = await room.rows(
        "SELECT guardian_id FROM membership WHERE account_id = $1",
        room.small.accounts[OTHER_GUARDIAN],
    )
    await room.add(
        Guardianship(school_id=HERE, id=uuid7(), guardian_id=other["guardian_id"], student_id=ada),
        Guardianship(school_id=HERE, id=uuid7(), guardian_id=of[ada], student_id=classmate),
    )
    id_ = await survey(room, HEAD, "ClassGroup", "students families", oncePer="FAMILY")
    assert await answer(room, GUARDIAN, id_) == []
    rows = await room.rows("SELECT account_id, student_id FROM survey_participation")
    assert {(row["account_id"], row["student_id"]) for row in rows} == {
        (None, ada), (None, classmate),
    }  # fmt: skip
    assert await answer(room, OTHER_GUARDIAN, id_) == [("ALREADY_ANSWERED", "survey")]
    assert (await ask(room, OTHER_GUARDIAN, RESULTS, id=id_))["node"]["answered"] is True
    assert await answer(room, STUDENT, id_) == []  # for themselves
    each = await survey(room, HEAD, "ClassGroup", "families")
    for who in (GUARDIAN, OTHER_GUARDIAN):
        assert await answer(room, who, each) == [], who


async def test_nothing_in_the_database_joins_who_has_answered_with_what(room: StaffRoom) -> None:
    id_ = await survey(room, HEAD, "School", "students families")
    first = {"survey": id_, "answers": GIVEN, "idempotencyKey": "k"}
    for _ in range(2):  # is safe to retry, also with a key
        assert (await act(room, "answerSurvey", "id", STUDENT, **first))["errors"] == []
    for who in (CLASSMATE, GUARDIAN, OTHER_GUARDIAN):
        assert await answer(room, who, id_, GIVEN[:3]) == []
    people = await room.rows("SELECT * FROM survey_participation")
    assert {row["account_id"] for row in people} == {
        room.small.accounts[who] for who in (STUDENT, CLASSMATE, GUARDIAN, OTHER_GUARDIAN)
    }
    assert {row["id"].version for row in people} == {4}  # which has no time
    assert set(people[0].keys()) == {"school_id", "id", "survey_id", "account_id", "student_id"}
    (sums,) = await room.rows("SELECT xmin, * FROM survey_tally")
    assert set(sums.keys()) == {"xmin", "school_id", "id", "counts", "next", "shown"}
    assert sums["counts"]["questions"][3]["texts"] == ["More time"]
    assert (
        await room.rows("SELECT FROM survey_answer WHERE survey_id = $1", global_id.read(id_)[2])
        == []
    )
    written = [row["change"] for row in await room.rows("SELECT change FROM survey_revision")]
    assert written == ["ADDED"]
    assert [row[2] for row in await room.events()] == ["ADDED"]
    notes = await room.rows("SELECT FROM audit_note WHERE noun LIKE 'Survey%'")
    assert notes == []
    changed = await room.rows("SELECT name FROM table_change WHERE name LIKE 'survey%'")
    assert changed == []
    (receipt,) = await room.rows("SELECT request FROM receipt WHERE key = 'k'")
    other = {"survey": id_, "answers": GIVEN[:3], "idempotencyKey": "k"}
    assert (await act(room, "answerSurvey", "id", STUDENT, **other))["errors"] == []
    assert [row["request"] for row in await room.rows("SELECT request FROM receipt")] == [
        receipt["request"]
    ]


async def test_anonymous_results_come_by_five_and_are_told_at_the_end(room: StaffRoom) -> None:
    id_ = await survey(room, SECRETARY, "School", "students staff", resultsTold=True)
    assert await answer(room, STUDENT, id_) == []
    await others_answer(room, id_, 8)
    for who in (SECRETARY, HEAD, STUDENT):
        assert await results(room, who, id_) is None, who
    await others_answer(room, id_, 1)
    for who in (SECRETARY, HEAD):
        found = await results(room, who, id_)
        assert found["answered"] == 5, who
        assert found["questions"][0]["options"] == [
            {"option": "soup", "count": 4}, {"option": "salad", "count": 1},
        ]  # fmt: skip
    chart = """query ($id: ID!, $at: Int!) { node(id: $id) { ... on Survey {
      chart(question: $at, language: "en") { title description svg } } } }"""
    drawn = (await ask(room, HEAD, chart, id=id_, at=0))["node"]["chart"]
    assert (drawn["title"], drawn["description"]) == (
        "Answers: Lunch", "Lunch?: soup — 4, salad — 1.",
    )  # fmt: skip
    assert drawn["svg"].startswith("/charts/answers.svg?of=")
    for who, at in ((HEAD, 3), (HEAD, 4), (STUDENT, 0)):
        assert (await ask(room, who, chart, id=id_, at=at))["node"]["chart"] is None, (who, at)
    assert await results(room, STUDENT, id_) is None
    assert await edit(room, TEACHER, "closeSurvey", id_) == [("FORBIDDEN", "id")]
    assert await edit(room, SECRETARY, "closeSurvey", id_) == []
    assert await answer(room, CLASSMATE, id_) == [("NOT_OPEN", "survey")]
    assert await edit(room, SECRETARY, "closeSurvey", id_) == [("NOT_OPEN", "id")]
    assert await edit(room, HEAD, "openSurveyAgain", id_) == [("WRONG_STATE", "id")]
    assert await edit(room, HEAD, "changeSurvey", id_, closesAt=None) == [("NOT_OPEN", "id")]
    for who in (SECRETARY, STUDENT, TEACHER):
        found = await results(room, who, id_)
        assert found["answered"] == 10, who
        assert found["questions"][2] == {
            "answered": 1, "average": "4.00", "texts": [],
            "options": [{"option": str(each), "count": int(each == 4)} for each in range(1, 6)],
        }  # fmt: skip
        assert found["questions"][3]["texts"] == ["More time"]
    assert await edit(room, HEAD, "withdrawSurvey", id_) == []
    assert await results(room, HEAD, id_) is None


async def test_of_too_few_nothing_is_told_at_the_end_either(room: StaffRoom) -> None:
    later = clock.now() + timedelta(hours=1)
    id_ = await survey(
        room, HEAD, "Course", "students", resultsTold=True, closesAt=later.isoformat()
    )
    for who in (STUDENT, CLASSMATE):
        assert await answer(room, who, id_) == []
    with clock.at(later):
        assert await answer(room, STUDENT, id_) == [("NOT_OPEN", "survey")]
        assert (await ask(room, HEAD, RESULTS, id=id_))["node"]["open"] is False
        for who in (HEAD, STUDENT, TEACHER):
            assert await results(room, who, id_) is None, who


ANSWERS = """
  query ($id: ID!) { node(id: $id) { ... on Survey { answers { totalCount edges { node {
    by answers { place choices number text } } } } } } }
"""


async def test_answers_by_name_are_for_who_asked_and_the_heads_as_they_come(
    room: StaffRoom,
) -> None:
    id_ = await survey(room, CLASS_TEACHER, "ClassGroup", "students families", anonymous=False)
    assert await answer(room, STUDENT, id_) == []
    assert await answer(room, GUARDIAN, id_, GIVEN[:3]) == []
    for who in (CLASS_TEACHER, HEAD):
        page = (await ask(room, who, ANSWERS, id=id_))["node"]["answers"]
        assert [edge["node"]["by"] for edge in page["edges"]] == [STUDENT, GUARDIAN], who
        assert page["edges"][0]["node"]["answers"][3] == {
            "place": 3, "choices": [], "number": None, "text": "More time",
        }  # fmt: skip
        assert (await results(room, who, id_))["answered"] == 2
    for who in (STUDENT, GUARDIAN, SECRETARY):
        with pytest.raises(AssertionError, match="may not read"):
            await ask(room, who, ANSWERS, id=id_)
        assert await results(room, who, id_) is None
    assert await edit(room, CLASS_TEACHER, "closeSurvey", id_) == []
    assert await edit(room, CLASS_TEACHER, "openSurveyAgain", id_) == []
    assert await answer(room, CLASSMATE, id_) == []


async def test_what_a_student_answered_by_name_is_exported_and_erased(room: StaffRoom) -> None:
    id_ = await survey(room, CLASS_TEACHER, "ClassGroup", "students families", anonymous=False)
    for who in (STUDENT, GUARDIAN, CLASSMATE):
        assert await answer(room, who, id_, GIVEN[:3]) == []
    given = {"school": HERE, "student": room.small.records["Student"]}
    (part,) = (each for each in PARTS if each.name == "survey_answers")
    assert part.audience == Audience.SELF | Audience.HEAD
    rows: list[Any] = await room.store.fetch(part.statement, **given)
    assert [(row.survey, row.answers["2"]["number"]) for row in rows] == [("Lunch", 4)]
    async with room.store.transaction() as reader:
        for action in ACTIONS:
            if action.kind is DataKind.WRITINGS:
                await reader.run(action.done, **given)
    answers = "SELECT account_id FROM survey_answer WHERE survey_id = $1 ORDER BY at"
    left = await room.rows(answers, global_id.read(id_)[2])
    accounts = room.small.accounts
    assert [row["account_id"] for row in left] == [accounts[GUARDIAN], accounts[CLASSMATE]]
    assert (await results(room, HEAD, id_))["answered"] == 3


async def test_who_asked_hears_of_results_live_and_nobody_is_named(
    room: StaffRoom, feed: Feed
) -> None:
    live = "subscription { surveyChanged { change survey { id results { answered } } } }"
    async with AsyncExitStack() as stack:
        heard = {
            who: await stack.enter_async_context(listening(room, feed, who, live))
            for who in (HEAD, STUDENT, OTHER_TEACHER)
        }
        by_name = await survey(room, HEAD, "ClassGroup", "students", anonymous=False)
        assert await answer(room, STUDENT, by_name) == []
        await delivered(room, feed)
        hidden = await survey(room, HEAD, "ClassGroup", "students")
        assert await answer(room, STUDENT, hidden) == []
        await others_answer(room, hidden, 8)
        assert await answer(room, CLASSMATE, hidden) == []
        await delivered(room, feed)
    told = [
        (each["change"], each["survey"]["id"], each["survey"]["results"])
        for each in heard[HEAD].events
    ]
    assert [each[:2] for each in told] == [
        ("ADDED", by_name), ("ANSWERED", by_name), ("ADDED", hidden), ("ANSWERED", hidden),
    ]  # fmt: skip
    assert told[1][2] == {"answered": 1}
    assert told[3][2] == {"answered": 5}
    assert [each["survey"]["results"] for each in heard[STUDENT].events] == [None] * 4
    assert heard[OTHER_TEACHER].events == []
