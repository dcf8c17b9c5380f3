"""What a subscription says before its first event."""

from typing import Any

import pytest
from graphql import ExecutionResult, parse, subscribe

from db.store import Store
from domain.errors import Problem
from resolvers import global_id
from resolvers.context import Context
from resolvers.feed import Feed
from resolvers.sessions import sign_in
from schema.build import schema
from tests.store.test_feed import feed

__all__ = ["feed"]
QUERY = """
  subscription ($students: [ID!], $courses: [ID!], $after: String) {
    gradeChanged(students: $students, courses: $courses, after: $after) { cursor }
  }
"""


async def refusal(store: Store, feed: Feed, login: str | None, **variables: object) -> str:
    """The code with which the subscription ends before any event."""
    begun = await sign_in(store, login, "demo") if login else None
    context = Context(
        store, begun.viewer if begun else None, token=begun.token if begun else None, feed=feed
    )
    events: Any = subscribe(
        schema._schema, parse(QUERY), context_value=context, variable_values=variables
    )
    events = await events if hasattr(events, "__await__") else events
    if isinstance(events, ExecutionResult):
        assert events.errors is not None
        cause: BaseException | None = events.errors[0].original_error
    else:
        with pytest.raises(Exception) as caught:  # noqa: PT011 graphql may wrap it
            await anext(events)
        cause = getattr(caught.value, "original_error", None) or caught.value
    assert isinstance(cause, Problem), cause
    return cause.code


async def test_students_and_courses_that_one_may_not_know_are_not_found(
    store: Store, feed: Feed
) -> None:
    student = await store.pool.fetchrow(
        "SELECT s.school_id, s.id FROM student s WHERE NOT EXISTS (SELECT FROM guardianship g"
        " JOIN membership m USING (school_id, guardian_id) JOIN account a ON a.id = m.account_id"
        " WHERE a.login = 'parent1' AND (g.school_id, g.student_id) = (s.school_id, s.id))"
        " AND school_id = 1 LIMIT 1"
    )
    elsewhere = await store.pool.fetchrow("SELECT school_id, id FROM course WHERE school_id = 2")
    id_ = global_id.make("Student", *student)
    assert await refusal(store, feed, "parent1", students=[id_]) == "NOT_FOUND"
    id_ = global_id.make("Course", *elsewhere)
    assert await refusal(store, feed, "parent1", courses=[id_]) == "NOT_FOUND"


async def test_a_subscription_needs_a_session_and_arguments_that_make_sense(
    store: Store, feed: Feed
) -> None:
    assert await refusal(store, feed, None) == "UNAUTHENTICATED"
    assert await refusal(store, feed, "parent1", after="garbage") == "BAD_INPUT"
    assert await refusal(store, feed, "parent1", students=["garbage"]) == "BAD_INPUT"
    assert await refusal(store, feed, "parent1", courses=["x"] * 101) == "BAD_INPUT"
