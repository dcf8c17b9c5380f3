"""A student's homework by the days by which it is due, and where it stands."""

from base64 import urlsafe_b64decode
from datetime import date
from typing import Any

from tests.year.model.diary import Homework
from tests.year.model.homework import OPEN, States, homework_due
from tests.year.model.rights import COURSE, ONCE, Eyes
from tests.year.model.world import Student
from tests.year.screens.screen import Denied, Screen

OF, OFTEN = Student, 2
QUERY = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) { displayName
    homework(from: $from, to: $to, first: 200) { totalCount edges { node {
      dueOn state overdue homework { text files { name } } } } }
    lately: homework(from: $from, to: $to, last: 2) { edges { node { homework { text } } } } } }
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen:
    shown_, denied = shown(eyes, of, first, last)
    return Screen(
        f"the homework of {of} that is due from {first} to {last}",
        eyes.account,
        QUERY,
        {"id": of.id, "from": first.isoformat(), "to": last.isoformat()},
        {"student": shown_},
        (of,),
        denied,
    )


def shown(eyes: Eyes, of: Student, first: date, last: date) -> tuple[Any, list[Denied]]:
    if not eyes.to(of):
        return None, []
    if not eyes.to(of) - {COURSE, ONCE}:
        hidden = {"displayName": of.name, "homework": None, "lately": None}
        return hidden, [("FORBIDDEN", f"student.{name}") for name in ("homework", "lately")]
    due = sorted(homework_due(of, first, last, eyes.world), key=in_order)
    nodes = [node(eyes, of, each) for each in due]
    texts = [{"node": {"homework": {"text": each["homework"]["text"]}}} for each in nodes]
    return {
        "displayName": of.name,
        "homework": {"totalCount": len(nodes), "edges": [{"node": each} for each in nodes]},
        "lately": {"edges": texts[-2:]},
    }, []


def in_order(homework: Homework) -> tuple[date, bytes]:
    """What is due on one day stands in the order of ids."""
    return homework.due_on, urlsafe_b64decode(homework.id + "==")


def node(eyes: Eyes, of: Student, homework: Homework) -> dict[str, Any]:
    state = eyes.world.of(States).state(homework, of)
    return {
        "dueOn": homework.due_on.isoformat(),
        "state": state,
        "overdue": homework.due_on < eyes.today and state in OPEN,
        "homework": {"text": homework.text, "files": [{"name": name} for name in homework.files]},
    }
