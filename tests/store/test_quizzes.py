"""Quizzes as users meet them: the bank, tries in time, what is shown when, and marks of them."""

from asyncio import gather
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from db.tables.accounts import Membership
from db.tables.students import Student
from domain import clock
from domain.ids import uuid7
from domain.quizzes import Answer, Question, QuizQuestionKind, proposed
from resolvers import global_id
from resolvers.feed import Feed
from tests.gateway.small_school import HERE
from tests.store.listening import delivered, listening
from tests.store.office_room import act, ask, done_by, refusals
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    SECRETARY,
    STUDENT,
    TEACHER,
    StaffRoom,
)

K = QuizQuestionKind
HOUR = timedelta(hours=1)


async def refused(room: StaffRoom, who: str, name: str, /, **given: Any) -> list[tuple[str, str]]:
    """Codes and paths of what was refused; nothing was written."""
    before = await room.written()
    answer = await act(room, name, "id", who, **given)
    assert await room.written() == before
    return refusals(answer)


async def question(room: StaffRoom, who: str = TEACHER, **other: Any) -> str:
    """The global id of a new question: of three choices the second is right, for two points."""
    usual: dict[str, Any] = {
        "subject": room.id("Subject"), "kind": "SINGLE", "text": "7 × 8?", "points": "2",
        "choices": ["54", "56", "58"], "right": [1],
    }  # fmt: skip
    return str((await done_by(room, who, "addQuizQuestion", **usual | other))["id"])


async def quiz(room: StaffRoom, who: str = TEACHER, **other: Any) -> str:
    """The global id of a quiz that is open for an hour: a choice, several, a number, a word."""
    words: dict[str, Any] = {"choices": [], "right": []}
    questions = [
        await question(room),
        await question(
            room, kind="MULTIPLE", text="Primes?", choices=["2", "4", "5"], right=[0, 2]
        ),
        await question(room, kind="NUMBER", text="9 / 2?", accepted=["4.5"], points="1", **words),
        await question(
            room, kind="TEXT", text="Half of 8?", accepted=["Four"], points="1", **words
        ),
    ]
    now = clock.now()
    usual: dict[str, Any] = {
        "course": room.id("Course"), "title": "Products", "questions": questions,
        "opensAt": (now - HOUR).isoformat(), "closesAt": (now + HOUR).isoformat(), "minutes": 20,
        "marks": [{"mark": "5", "percent": "85"}, {"mark": "3", "percent": "40"}],
    }  # fmt: skip
    return str((await done_by(room, who, "createQuiz", **usual | other))["id"])


ALL = [
    {"question": 0, "choices": [1]}, {"question": 1, "choices": [2, 0]},
    {"question": 2, "text": "4,50"}, {"question": 3, "text": " FOUR "},
]  # fmt: skip
TRY = """number over points questions { kind text choices chosen answer right accepted got }"""


async def begun(room: StaffRoom, of: str, who: str = STUDENT) -> str:
    return str((await done_by(room, who, "beginQuiz", quiz=of))["id"])


async def shown(room: StaffRoom, who: str, id_: str, fields: str = TRY) -> Any:
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on QuizTry {{ {fields} }} }} }}"
    return (await ask(room, who, query, id=id_))["node"]


def test_answers_are_worth_what_the_rule_says() -> None:
    several = Question(K.MULTIPLE, "?", ("a", "b", "c", "d"), (0, 1, 2), (), Decimal(2))
    for chosen, worth in (
        ((0, 1, 2), "2.00"), ((0, 1), "1.33"), ((0, 3), "0.00"), ((3,), "0.00"),
        ((0, 1, 3), "0.67"),
    ):  # fmt: skip
        assert several.worth(Answer(chosen)) == Decimal(worth), chosen
    number = Question(K.NUMBER, "?", (), (), ("0.5",), Decimal(1))
    for text, right in (("0,50", True), (" .5", True), ("1/2", False), ("NaN", False), ("", False)):
        assert number.share(Answer(text=text)) == right, text
    words = Question(K.TEXT, "?", (), (), ("New  York",), Decimal(1))
    assert words.share(Answer(text="new york")) == 1
    assert words.share(Answer(text="York")) == 0
    assert words.share(None) == 0
    marks = [{"mark": "5", "percent": "90"}, {"mark": "4", "percent": "66.6"}]
    found = [proposed(marks, Decimal(each), Decimal(3)) for each in ("3", "2", "1.99")]
    assert found == ["5", "4", None]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "one choice": ({"choices": ["54"]}, "choices"),
    "the same twice": ({"choices": ["5", "5"]}, "choices"),
    "an empty one": ({"choices": ["5", " "]}, "choices.1"),
    "none right": ({"right": []}, "right"),
    "two right": ({"right": [0, 1]}, "right"),
    "a place beyond": ({"right": [3]}, "right"),
    "below": ({"right": [-1]}, "right"),
    "no points": ({"points": "0"}, "points"),
    "too many": ({"points": "101"}, "points"),
    "too exact": ({"points": "0.001"}, "points"),
    "nothing to see": ({"text": "\u200b \u2060"}, "text"),
    "no number": ({"kind": "NUMBER", "choices": [], "right": [], "accepted": ["x"]}, "accepted"),
    "choices of a text": ({"kind": "TEXT", "accepted": ["x"]}, "choices"),
    "a zero": ({"choices": ["a\0", "b"]}, "choices.0"),
    "no text": ({"text": " "}, "text"),
}


async def test_a_question_that_could_not_be_answered_is_refused(room: StaffRoom) -> None:
    usual = {
        "subject": room.id("Subject"), "kind": "SINGLE", "text": "?", "choices": ["54", "56"],
        "right": [0],
    }  # fmt: skip
    for name, (other, path) in WRONG.items():
        found = await refused(room, TEACHER, "addQuizQuestion", **usual | other)
        assert found == [("BAD_INPUT", path)], name


async def test_the_bank_is_of_the_subjects_teachers_and_found_by_words(room: StaffRoom) -> None:
    id_ = await question(room, OTHER_TEACHER, text="What is a prime?")
    query = """query ($id: ID!, $search: String) { node(id: $id) { ... on Subject {
        quizQuestions(search: $search) { totalCount edges { node { id text right } } } } } }"""
    for who in (TEACHER, OTHER_TEACHER, HEAD):
        found = await ask(room, who, query, id=room.id("Subject"), search="prim wh")
        (edge,) = found["node"]["quizQuestions"]["edges"]
        assert edge["node"] == {"id": id_, "text": "What is a prime?", "right": [1]}
    for who in (STUDENT, GUARDIAN, CLASS_TEACHER, SECRETARY):
        assert await ask(room, who, "query ($id: ID!) { node(id: $id) { id } }", id=id_) == {
            "node": None
        }
        with pytest.raises(AssertionError, match="may not read"):
            await ask(room, who, query, id=room.id("Subject"))
    usual = {"id": id_, "expectedVersion": 1, "reason": "A slip"}
    assert await refused(room, STUDENT, "changeQuizQuestion", **usual, text="?") == [
        ("NOT_FOUND", "id")
    ]
    assert await refused(room, TEACHER, "changeQuizQuestion", **usual, right=[7]) == [
        ("BAD_INPUT", "right")
    ]
    changed = await done_by(room, TEACHER, "changeQuizQuestion", "text right", **usual, right=[2])
    assert changed == {"text": "What is a prime?", "right": [2]}
    await done_by(room, HEAD, "withdrawQuizQuestion", **usual | {"expectedVersion": 2})
    found = await ask(room, TEACHER, query, id=room.id("Subject"), search="prime")
    assert found["node"]["quizQuestions"]["totalCount"] == 0
    of = {"course": room.id("Course"), "title": "?", "opensAt": "2026-01-01T00:00:00Z",
          "closesAt": "2026-01-02T00:00:00Z"}  # fmt: skip
    assert await refused(room, TEACHER, "createQuiz", **of, questions=[id_]) == [
        ("WITHDRAWN", "questions.0")
    ]


async def test_a_student_sees_questions_when_they_begin_and_what_is_right_when_it_is_over(
    room: StaffRoom,
) -> None:
    of = await quiz(room)
    secret = "query ($id: ID!) { node(id: $id) { ... on Quiz { questions { right } } } }"
    for who in (STUDENT, GUARDIAN, CLASS_TEACHER):
        with pytest.raises(AssertionError, match="may not read"):
            await ask(room, who, secret, id=of)
    id_ = await begun(room, of)
    first = (await shown(room, STUDENT, id_))["questions"]
    assert [each["text"] for each in first] == ["7 × 8?", "Primes?", "9 / 2?", "Half of 8?"]
    await done_by(room, STUDENT, "answerQuiz", **{"try": id_, "answers": ALL[:2]})
    last = [ALL[3], {"question": 2, "text": "5"}]
    await done_by(room, STUDENT, "handInQuiz", **{"try": id_, "answers": last})
    hidden = {"right": None, "accepted": None, "got": None}
    for who in (STUDENT, GUARDIAN):
        found = await shown(room, who, id_)
        assert (found["over"], found["points"]) == (True, None), who
        assert all(each | hidden == each for each in found["questions"]), who
        assert [each["chosen"] for each in found["questions"]] == [[1], [0, 2], [], []]
    taught = "pointsSoFar proposed"
    assert await shown(room, TEACHER, id_, taught) == {"pointsSoFar": "5.00", "proposed": "3"}
    with clock.at(clock.now() + 2 * HOUR):
        found = await shown(room, GUARDIAN, id_)
        assert found["points"] == "5.00"
        got = [(each["right"], each["accepted"], each["got"]) for each in found["questions"]]
        assert got == [
            ([1], [], "2.00"), ([0, 2], [], "2.00"), ([], ["4.5"], "0.00"), ([], ["Four"], "1.00"),
        ]  # fmt: skip
    assert await shown(room, CLASSMATE, id_) is None


async def test_nothing_is_told_while_somebody_still_answers_a_quiz_that_was_closed_before_its_time(
    room: StaffRoom,
) -> None:
    of = await quiz(room, mostTries=2)
    id_ = await begun(room, of)
    other = await begun(room, of, CLASSMATE)
    await done_by(room, STUDENT, "handInQuiz", **{"try": id_, "answers": ALL})
    soon = {"closesAt": (clock.now() + timedelta(seconds=30)).isoformat()}
    given = {"id": of, "expectedVersion": 1, "reason": "So soon"} | soon
    await done_by(room, TEACHER, "changeQuiz", **given)
    with clock.at(clock.now() + timedelta(minutes=2)):  # the classmate has eighteen more
        found = await shown(room, STUDENT, id_)
        assert found["points"] is None
        assert [each["right"] for each in found["questions"]] == [None] * 4
        await done_by(room, CLASSMATE, "handInQuiz", **{"try": other})
        found = await shown(room, STUDENT, id_)
        assert (found["points"], found["questions"][0]["right"]) == ("6.00", [1])


async def test_what_is_never_to_be_seen_stays_hidden_and_points_may_come_at_once(
    room: StaffRoom,
) -> None:
    id_ = await begun(room, await quiz(room, answersShown=False, pointsAtOnce=True))
    assert (await shown(room, STUDENT, id_))["points"] is None
    await done_by(room, STUDENT, "handInQuiz", **{"try": id_, "answers": ALL})
    assert (await shown(room, STUDENT, id_))["points"] == "6.00"
    with clock.at(clock.now() + 2 * HOUR):
        found = await shown(room, STUDENT, id_)
        assert [each["right"] for each in found["questions"]] == [None] * 4


async def test_an_answer_after_the_time_is_refused_and_what_stood_counts(room: StaffRoom) -> None:
    of = await quiz(room)
    id_ = await begun(room, of)
    answered = {"try": id_, "answers": ALL[:1]}
    await done_by(room, STUDENT, "answerQuiz", **answered)
    with clock.at(clock.now() + timedelta(minutes=21)):
        for name in ("answerQuiz", "handInQuiz"):
            assert await refused(room, STUDENT, name, **answered) == [("TIME_OVER", "try")]
        assert await refused(room, STUDENT, "beginQuiz", quiz=of) == [("TOO_MANY", "quiz")]
        found = await shown(room, TEACHER, id_, "over pointsSoFar handedInAt viewerMay")
        assert found == {
            "over": True, "pointsSoFar": "2.00", "handedInAt": None, "viewerMay": [],
        }  # fmt: skip
    with clock.at(clock.now() + 2 * HOUR):
        assert await refused(room, CLASSMATE, "beginQuiz", quiz=of) == [("TIME_OVER", "quiz")]
    with clock.at(clock.now() - 2 * HOUR):
        assert await refused(room, CLASSMATE, "beginQuiz", quiz=of) == [("NOT_OPEN", "quiz")]


async def test_answers_that_come_at_once_all_stand_and_none_comes_after_the_last(
    room: StaffRoom,
) -> None:
    of = await quiz(room)
    both = await gather(*(act(room, "beginQuiz", "id", STUDENT, quiz=of) for _ in range(4)))
    assert sorted(code for each in both for code, _ in refusals(each)) == ["WRONG_STATE"] * 3
    (id_,) = {each["found"]["id"] for each in both if not each["errors"]}
    given = [{"try": id_, "answers": [each]} for each in ALL]
    await gather(*(done_by(room, STUDENT, "answerQuiz", **each) for each in given))
    assert (await shown(room, TEACHER, id_, "pointsSoFar"))["pointsSoFar"] == "6.00"
    wrong = {"try": id_, "answers": [{"question": 0, "choices": [0]}]}
    found = await gather(*(act(room, "handInQuiz", "id", STUDENT, **wrong) for _ in range(5)))
    refusals_ = sorted(code for each in found for code, _ in refusals(each))
    assert refusals_ == ["WRONG_STATE"] * 4  # one was the first


async def test_only_who_learns_there_takes_a_quiz_and_only_their_own_try(room: StaffRoom) -> None:
    # The account is another student too, who does not learn in the course.
    ann: dict[str, Any] = {"school_id": HERE, "given_name": "Ann", "family_name": "Adler"}
    other = Student(**ann, id=UUID("00000000-0000-7000-8000-000000000001"))
    account = room.small.accounts[STUDENT]
    tie: dict[str, Any] = {"school_id": HERE, "account_id": account, "role": "STUDENT"}
    await room.add(other, Membership(**tie, student_id=other.id))
    of = await quiz(room, mostTries=2)
    for who, code in (
        (GUARDIAN, "FORBIDDEN"), (TEACHER, "FORBIDDEN"), (HEAD, "FORBIDDEN"),
        (OTHER_GUARDIAN, "NOT_FOUND"), (SECRETARY, "NOT_FOUND"),
    ):  # fmt: skip
        assert await refused(room, who, "beginQuiz", quiz=of) == [(code, "quiz")], who
    child = {"student": room.id("Student"), "activity": "QUIZZES", "reason": "Homework first"}
    kept_from = await done_by(room, GUARDIAN, "restrictChild", **child)
    assert await refused(room, STUDENT, "beginQuiz", quiz=of) == [("WRITING_RESTRICTED", "")]
    lifted = {"id": kept_from["id"], "expectedVersion": 1, "reason": "Done"}
    await done_by(room, GUARDIAN, "liftChildRestriction", **lifted)
    own = str(uuid7())
    for _ in range(2):  # is safe to retry
        taken = await done_by(room, STUDENT, "beginQuiz", "id student { id }", quiz=of, id=own)
        id_ = taken["id"]
        assert taken["student"] == {"id": room.id("Student")}
    assert await refused(room, STUDENT, "beginQuiz", quiz=of) == [("WRONG_STATE", "quiz")]
    wrong = {
        "question": ({"question": 4, "choices": [0]}, "answers.0.question"),
        "choice": ({"question": 0, "choices": [3]}, "answers.0"),
        "several": ({"question": 0, "choices": [0, 1]}, "answers.0"),
        "text": ({"question": 0, "text": "56"}, "answers.0"),
        "choices": ({"question": 3, "choices": [0]}, "answers.0"),
        "zero": ({"question": 3, "text": "a\0"}, "answers.0.text"),
        "long": ({"question": 3, "text": "x" * 501}, "answers.0.text"),
    }
    for name, (answer, path) in wrong.items():
        found = await refused(room, STUDENT, "answerQuiz", **{"try": id_, "answers": [answer]})
        assert found == [("BAD_INPUT", path)], name
    for who, code in ((GUARDIAN, "FORBIDDEN"), (TEACHER, "FORBIDDEN"), (CLASSMATE, "NOT_FOUND")):
        assert await refused(room, who, "handInQuiz", **{"try": id_}) == [(code, "try")], who
    await done_by(room, STUDENT, "handInQuiz", **{"try": id_})
    assert await refused(room, STUDENT, "handInQuiz", **{"try": id_}) == [("WRONG_STATE", "try")]


async def test_of_several_tries_the_best_or_the_last_counts(room: StaffRoom) -> None:
    results = """query ($id: ID!) { node(id: $id) { ... on Quiz {
        tries { number } results { number pointsSoFar } } } }"""
    for counted, expected in (("BEST", (1, "6.00")), ("LAST", (2, "0.00"))):
        of = await quiz(room, mostTries=3, counted=counted)
        for answers in (ALL, [], None):
            id_ = await begun(room, of)
            if answers is not None:
                await done_by(room, STUDENT, "handInQuiz", **{"try": id_, "answers": answers})
        node = (await ask(room, TEACHER, results, id=of))["node"]
        assert [each["number"] for each in node["tries"]] == [1, 2, 3]
        ((number, points),) = [(each["number"], each["pointsSoFar"]) for each in node["results"]]
        assert (number, points) == expected, counted
        told = "query ($id: ID!) { node(id: $id) { ... on Quiz { results { number } } } }"
        for who in (STUDENT, GUARDIAN):  # which is the best says what it is worth
            assert (await ask(room, who, told, id=of))["node"] == {"results": []}, who
        with clock.at(clock.now() + 2 * HOUR):
            found = (await ask(room, GUARDIAN, told, id=of))["node"]["results"]
            assert found == [{"number": 1 if counted == "BEST" else 3}]


async def test_the_teacher_confirms_a_mark_which_is_a_grade_of_the_course(room: StaffRoom) -> None:
    of = await quiz(room)
    id_ = await begun(room, of)
    grade = {
        "try": id_, "student": room.id("Student"), "lesson": room.id("Lesson"),
        "workType": room.id("WorkType"), "value": "5",
    }  # fmt: skip
    assert await refused(room, TEACHER, "gradeQuiz", grades=[grade]) == [
        ("WRONG_STATE", "grades.0.try")
    ]
    await done_by(room, STUDENT, "handInQuiz", **{"try": id_, "answers": ALL})
    classmate = grade | {"student": await room.student("classmate")}
    for given, who, wrong in (
        (grade | {"value": "6"}, TEACHER, ("OUTSIDE_SCALE", "grades.0.value")),
        (grade, STUDENT, ("FORBIDDEN", "grades.0.lesson")),
        (classmate, TEACHER, ("BAD_INPUT", "grades.0.try")),
        (grade | {"try": None}, TEACHER, ("NOT_FOUND", "grades.0.try")),
    ):
        assert await refused(room, who, "gradeQuiz", grades=[given]) == [wrong]
    assert await refused(room, TEACHER, "gradeQuiz", grades=[grade, grade]) == [
        ("BAD_INPUT", "grades")
    ]
    own = grade | {"id": str(uuid7())}
    for _ in range(2):  # is safe to retry
        (made,) = await done_by(room, TEACHER, "gradeQuiz", "id value", grades=[own])
    assert made["value"] == "5"
    found = await shown(room, GUARDIAN, id_, "grade { id value }")
    assert found["grade"] == {"id": made["id"], "value": "5"}
    steps = await room.rows("SELECT change FROM quiz_try_revision WHERE quiz_try_id = $1 ORDER BY"
                            " version", global_id.read(id_)[2])  # fmt: skip
    assert [row["change"] for row in steps] == ["BEGUN", "HANDED_IN", "GRADED"]
    assert await refused(room, TEACHER, "gradeQuiz", grades=[grade]) == [
        ("WRONG_STATE", "grades.0.try")
    ]
    edit = {"id": made["id"], "expectedVersion": 1, "reason": "A slip"}
    await done_by(room, TEACHER, "withdrawGrade", **edit)
    (again,) = await done_by(room, TEACHER, "gradeQuiz", grades=[grade | {"value": "4"}])
    assert (await shown(room, STUDENT, id_, "grade { id }"))["grade"] == {"id": again["id"]}


async def test_a_quiz_is_changed_until_somebody_begins_and_names_its_own_subject(
    room: StaffRoom,
) -> None:
    of = await quiz(room)
    other = await question(room, text="What else?")
    edit = {"id": of, "expectedVersion": 1, "reason": "Shorter"}
    changed = "title questions { text }"
    found = await done_by(room, TEACHER, "changeQuiz", changed, **edit, questions=[other])
    assert found == {"title": "Products", "questions": [{"text": "What else?"}]}
    await begun(room, of)
    edit["expectedVersion"] = 2
    assert await refused(room, TEACHER, "changeQuiz", **edit, questions=[other]) == [
        ("IN_USE", "questions")
    ]
    assert await refused(room, TEACHER, "changeQuiz", **edit, closesAt="2020-01-01T00:00:00Z") == [
        ("BAD_INPUT", "closesAt")
    ]
    for who, code in (
        (STUDENT, "FORBIDDEN"),
        (CLASS_TEACHER, "FORBIDDEN"),
        (SECRETARY, "NOT_FOUND"),
    ):
        assert await refused(room, who, "changeQuiz", **edit, title="Mine") == [(code, "id")], who
    await room.rows("UPDATE course SET subject_id = NULL WHERE title = 'Maths 7B'")
    of_now = {
        "course": room.id("Course"), "title": "?", "opensAt": "2026-01-01T00:00:00Z",
        "closesAt": "2026-01-02T00:00:00Z",
    }  # fmt: skip
    assert await refused(room, HEAD, "createQuiz", **of_now, questions=[other]) == [
        ("NOT_FOUND", "questions.0")
    ]
    assert await refused(room, HEAD, "createQuiz", **of_now, questions=[]) == [
        ("BAD_INPUT", "questions")
    ]


LIVE = "subscription { quizTryChanged { change quizTry { id points pointsSoFar } } }"


async def test_the_teacher_follows_tries_live_and_the_student_hears_no_points(
    room: StaffRoom, feed: Feed
) -> None:
    of = await quiz(room)
    live = "subscription { quizTryChanged { change quizTry { id points } } }"
    async with AsyncExitStack() as stack:
        heard = {
            who: await stack.enter_async_context(
                listening(room, feed, who, LIVE if who == TEACHER else live)
            )
            for who in (TEACHER, STUDENT, GUARDIAN, CLASSMATE)
        }
        id_ = await begun(room, of)
        await delivered(room, feed)
        await done_by(room, STUDENT, "handInQuiz", **{"try": id_, "answers": ALL})
        await delivered(room, feed)
    seen = [
        {"change": change, "quizTry": {"id": id_, "points": None}}
        for change in ("BEGUN", "HANDED_IN")
    ]
    assert heard[STUDENT].events == heard[GUARDIAN].events == seen
    assert heard[CLASSMATE].events == []
    assert [each["quizTry"]["pointsSoFar"] for each in heard[TEACHER].events] == ["0.00", "6.00"]
