"""What the operations of the real schema weigh: honest, so that none can hold a worker."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from gateway.cost import is_list
from gateway.documents import Documents, Limits
from gateway.errors import OperationError, shown
from resolvers.readings import BOUND
from resolvers.relations import RELATIONS
from schema.build import schema
from tests.bench.operations import DIARY, JOURNAL, STUDENT

QUERIES = Path(__file__).parents[2] / "gateway/graphiql/source/queries"
FROM = date(2026, 1, 5)
DAY, WEEK, QUARTER, YEAR = (
    {"from": str(FROM), "to": str(FROM + timedelta(days - 1))} for days in (1, 7, 90, 365)
)


def cost(query: str, **variables: object) -> int:
    documents = Documents(schema._schema, Limits(cost=0))
    with pytest.raises(OperationError) as caught:
        documents.check(documents.get(query), None, variables)
    (error,) = shown(caught.value.errors)
    return int(error["message"].removeprefix("The operation's cost is ").split(";")[0])


def within(query: str, **variables: object) -> bool:
    return cost(query, **variables) < Limits().cost


def prepared(name: str) -> str:
    return (QUERIES / f"{name}.graphql").read_text()


def test_a_span_weighs_as_many_days_as_it_has() -> None:
    query = (
        "query ($from: Date!, $to: Date!)"
        " { course(id: 1) { lessons(from: $from, to: $to) { id } } }"
    )
    assert [cost(query, **span) for span in (DAY, WEEK, YEAR)] == [3, 9, 367]
    assert cost(query, **{"from": "2026-01-05", "to": "2026-01-04"}) == 3
    assert cost(query, **{"from": "2026-01-05", "to": "nonsense"}) == 402
    written = '{ course(id: 1) { lessons(from: "2026-01-05", to: "2026-01-11") { id } } }'
    assert cost(written) == 9
    usual = query.replace("Date!)", 'Date! = "2026-01-11")')
    assert cost(usual, **{"from": "2026-01-05"}) == 9


def test_the_span_of_a_journal_is_that_of_its_lessons_and_grades() -> None:
    query = (
        "query ($from: Date!, $to: Date!) { course(id: 1) { journal(from: $from, to: $to)"
        " { lessons { id } rows { grades { id } } } } }"
    )
    assert cost(query, **WEEK) == 1 + 1 + (1 + 7) + (1 + 30 * (1 + 4))


def test_a_page_weighs_what_it_has_unless_told() -> None:
    assert cost("{ school { students { edges { cursor } } } }") == 1 + 1 + (1 + 50)


def test_ids_weigh_as_many_as_they_are() -> None:
    assert cost("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 70) == 71
    assert cost('{ nodes(ids: ["a", "b"]) { id } }') == 3


def test_lessons_of_courses_of_lessons_multiply() -> None:
    span = '(from: "2026-03-13", to: "2026-12-16")'
    query = (
        f"{{ student(id: 1) {{ courses {{ lessons{span} {{ course {{ lessons{span}"
        f" {{ course {{ lessons{span} {{ id }} }} }} }} }} }} }} }}"
    )
    assert cost(query) > 15 * 279**3
    assert not within(query)


@pytest.mark.parametrize(
    ("query", "span"),
    [
        (prepared("diary_week"), WEEK),
        (prepared("class_journal"), QUARTER),
        (prepared("my_account"), {}),
        (DIARY, YEAR),
        (JOURNAL, QUARTER),
        (JOURNAL, YEAR),
        (STUDENT, {}),
    ],
)
def test_what_schools_ask_for_stays_below_a_third_of_the_limit(
    query: str, span: dict[str, Any]
) -> None:
    variables = span if "$id:" not in query else span | {"id": "1"}
    assert cost(query, **variables) * 3 < Limits().cost


def test_a_diary_of_a_year_for_a_parent_of_three_and_a_heads_view_stay_within() -> None:
    assert within(prepared("diary_week"), **YEAR)
    assert within(
        "{ school { name periods { name } subjects { name } classGroups { edges { node { name"
        " classTeacher { displayName } students { displayName }"
        " courses { title subject { name } teachers { displayName } } } } } } }"
    )


def test_the_weight_is_kept_for_each_length_that_variables_set() -> None:
    documents = Documents(schema._schema, Limits())
    document = documents.get(JOURNAL)
    for span in (WEEK, YEAR, WEEK):
        documents.check(document, None, {"id": "1", **span})
    (weights,) = document.complexities.values()
    assert weights.sized_by == ("from", "to")
    assert [weight.cost for weight in weights.known.values()] == [
        cost(JOURNAL, **WEEK),
        cost(JOURNAL, **YEAR),
    ]


def test_every_list_of_records_says_how_long_it_is() -> None:
    silent = [
        f"{type_.name}.{name}"
        for type_ in schema._schema.type_map.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")
        for name, field in type_.fields.items()
        if is_list(field.type)
        and get_named_type(field.type).name in {*RELATIONS, "Node"}
        and field.extensions[BOUND].items is None
    ]
    assert silent == []


def test_a_page_weighs_what_is_asked_for_from_either_end_and_fifty_unless_told() -> None:
    query = "{{ node(id: 1) {{ ... on Teacher {{ openLessons{0} {{ edges {{ cursor }} }} }} }} }}"
    asked = ("", "(first: 50)", "(last: 50)", "(last: 10)", '(first: 10, after: "x")')
    weighed = [cost(query.format(each)) for each in asked]
    assert weighed[0] == weighed[1] == weighed[2] > weighed[3] == weighed[4]
