"""Mutations as a client sends them: payloads, codes and paths."""

import re
from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLObjectType

from domain.ids import uuid7
from domain.refusals import UserError, UserErrorCode
from resolvers.context import Context
from resolvers.declarations.mutation import MUTATIONS, UndeclaredError
from resolvers.declarations.naming import camel
from resolvers.declarations.transaction import Outcome
from resolvers.mutations.grades import give_grade
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import TODAY
from tests.store.staff_room import GUARDIAN, TEACHER, TOMORROW, StaffRoom, told

GIVE = """
  mutation ($input: GiveGradeInput!) { giveGrade(input: $input) {
    grade { id value number weight version history { version change reason valueBefore by } }
    errors { code message path }
  } }
"""
REVISE = """
  mutation ($input: ReviseGradeInput!) { reviseGrade(input: $input) {
    grade { value comment version } errors { code message path }
  } }
"""


async def send(room: StaffRoom, kind: str | None, document: str, **variables: Any) -> Any:
    viewer = await room.viewer(kind) if kind else None
    answer = await graphql(
        schema._schema,
        document,
        context_value=Context(room.store, viewer),
        variable_values=variables,
    )
    return answer.formatted


def grade(room: StaffRoom, **other: Any) -> dict[str, Any]:
    usual = {
        "student": room.id("Student"),
        "lesson": room.id("Lesson"),
        "workType": room.id("WorkType"),
        "value": "5-",
    }
    return usual | other


async def test_a_grade_is_given_and_its_history_read_in_one_request(room: StaffRoom) -> None:
    new = grade(room, weight="1.5", idempotencyKey="a")
    answer = await send(room, TEACHER, GIVE, input=new)
    assert answer["data"]["giveGrade"]["errors"] == []
    found = answer["data"]["giveGrade"]["grade"]
    assert (found["value"], found["number"], found["weight"]) == ("5-", "4.700", "1.50")
    assert [(step["version"], step["change"], step["by"]) for step in found["history"]] == [
        (1, "GIVEN", TEACHER)
    ]
    assert answer == await send(room, TEACHER, GIVE, input=new)


async def test_a_refusal_names_its_code_and_path(room: StaffRoom) -> None:
    answer = await send(room, TEACHER, GIVE, input=grade(room, value="6"))
    message = "6 is not a mark of the scale Five-point: 1 to 5, with + or -."
    error = {"code": "OUTSIDE_SCALE", "message": message, "path": ["value"]}
    assert answer == {"data": {"giveGrade": {"grade": None, "errors": [error]}}}


async def test_errors_of_many_grades_lead_to_each(room: StaffRoom) -> None:
    document = """
      mutation ($grades: [GradeToGive!]!) { giveGrades(input: { grades: $grades }) {
        grades { value } errors { code path }
      } }
    """
    grades = [grade(room), grade(room, student="nobody")]
    answer = await send(room, TEACHER, document, grades=grades)
    assert answer["data"]["giveGrades"] == {
        "grades": [],
        "errors": [{"code": "BAD_INPUT", "path": ["grades", "1", "student"]}],
    }
    answer = await send(room, TEACHER, document, grades=[grade(room), grade(room, value="2")])
    assert answer["data"]["giveGrades"] == {
        "grades": [{"value": "5-"}, {"value": "2"}],
        "errors": [],
    }


async def test_null_takes_a_comment_away_and_what_is_left_out_stays(room: StaffRoom) -> None:
    given = {"id": room.id("Grade"), "expectedVersion": 1, "reason": "A slip", "value": "3"}
    answer = await send(room, TEACHER, REVISE, input=given)
    assert answer["data"]["reviseGrade"] == {
        "grade": {"value": "3", "comment": "Well done", "version": 2},
        "errors": [],
    }
    given = {"id": room.id("Grade"), "expectedVersion": 2, "reason": "A slip", "comment": None}
    answer = await send(room, TEACHER, REVISE, input=given)
    assert answer["data"]["reviseGrade"]["grade"] == {"value": "3", "comment": None, "version": 3}


async def test_a_conflict_comes_with_the_grade_as_it_is(room: StaffRoom) -> None:
    given = {"id": room.id("Grade"), "expectedVersion": 7, "reason": "A slip", "value": "3"}
    answer = await send(room, TEACHER, REVISE, input=given)
    outcome = answer["data"]["reviseGrade"]
    assert [error["code"] for error in outcome["errors"]] == ["CONFLICT"]
    assert outcome["grade"] == {"value": "4", "comment": "Well done", "version": 1}


async def test_two_mutations_of_one_request_each_show_the_history_until_then(
    room: StaffRoom,
) -> None:
    document = """
      mutation ($id: ID!) {
        a: withdrawGrade(input: { id: $id, expectedVersion: 1, reason: "A slip" })
          { grade { state history { change } } }
        b: restoreGrade(input: { id: $id, expectedVersion: 2, reason: "None" })
          { grade { state history { change } } }
      }
    """
    answer = await send(room, TEACHER, document, id=room.id("Grade"))
    a, b = answer["data"]["a"]["grade"], answer["data"]["b"]["grade"]
    assert (a["state"], b["state"]) == ("WITHDRAWN", "GIVEN")
    assert len(b["history"]) == len(a["history"]) + 1


async def test_homework_and_a_topic_are_set_changed_and_withdrawn(room: StaffRoom) -> None:
    lesson, own = room.id("Lesson"), str(uuid7())
    document = """
      mutation ($set: SetHomeworkInput!, $topic: SetLessonTopicInput!) {
        setHomework(input: $set) { homework { id text dueOn } errors { code path } }
        setLessonTopic(input: $topic) { lesson { topic version } errors { code path } }
      }
    """
    answer = await send(
        room,
        TEACHER,
        document,
        set={"lesson": lesson, "text": "Page 13", "dueOn": str(TOMORROW), "id": own},
        topic={"lesson": lesson, "expectedVersion": 1, "topic": "Roots"},
    )
    work = answer["data"]["setHomework"]["homework"]
    assert (work["text"], work["dueOn"]) == ("Page 13", str(TOMORROW))
    assert answer["data"]["setLessonTopic"]["lesson"] == {"topic": "Roots", "version": 2}
    document = """
      mutation ($id: ID!, $day: Date!) {
        changeHomework(input: { id: $id, expectedVersion: 1, reason: "Sooner", dueOn: $day })
          { homework { text dueOn } errors { code } }
        withdrawHomework(input: { id: $id, expectedVersion: 2, reason: "A holiday" })
          { homework { withdrawn } errors { code } }
      }
    """
    answer = await send(room, TEACHER, document, id=work["id"], day=str(TODAY))
    assert answer["data"] == {
        "changeHomework": {"homework": {"text": "Page 13", "dueOn": str(TODAY)}, "errors": []},
        "withdrawHomework": {"homework": {"withdrawn": True}, "errors": []},
    }


async def test_nobody_and_a_parent_give_no_grades(room: StaffRoom) -> None:
    before = await room.written()
    answer = await send(room, None, GIVE, input=grade(room))
    assert (answer["data"], answer["errors"][0]["message"]) == (
        {"giveGrade": None},
        "Sign in first.",
    )
    answer = await send(room, GUARDIAN, GIVE, input=grade(room))
    assert [error["code"] for error in answer["data"]["giveGrade"]["errors"]] == ["FORBIDDEN"]
    assert await room.written() == before


def test_every_mutation_names_its_codes_in_the_sdl_and_every_code_is_some_mutations() -> None:
    field = re.compile(
        r"^  (\w+)(?:\(.*?\n  \))?: \w+!? @audience\(.*?\) @errors\(codes: \[(.*?)\]\)",
        re.MULTILINE | re.DOTALL,
    )
    mutations = schema._schema.type_map["Mutation"]
    assert isinstance(mutations, GraphQLObjectType)
    _, _, of_mutation = schema.as_str().partition("type Mutation {")
    of_mutation, _, _ = of_mutation.partition("\n}\n")
    text = re.sub(r'""".*?"""', "", of_mutation, flags=re.DOTALL)
    found = {name: set(re.findall(r"\w+", codes)) for name, codes in field.findall(text)}
    assert found.keys() == mutations.fields.keys()
    declared = {camel(name): {*map(str, one.codes)} for name, one in MUTATIONS.items()}
    assert {name: found[name] for name in declared} == declared
    assert set().union(*found.values()) == {code.name for code in UserErrorCode}


async def test_an_error_that_a_mutation_does_not_declare_fails_its_test(room: StaffRoom) -> None:
    async def run(*_: object) -> Outcome:
        return Outcome(errors=[UserError(UserErrorCode.TOO_MANY, "There are many.")])

    undeclared = replace(give_grade, run=run)
    with pytest.warns(UndeclaredError, match="give_grade does not declare TOO_MANY"):
        outcome = await undeclared(room.store, await room.viewer(), room.grade())
    assert told(outcome) == [("TOO_MANY", ())]
