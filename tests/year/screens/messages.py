"""The conversations of an account in a school, with the messages that have reached it."""

from datetime import date
from typing import Any

from tests.year.model.messages import Conversation, Message, Messages
from tests.year.model.rights import Eyes
from tests.year.model.world import Person
from tests.year.screens.screen import Screen

OF, OFTEN = Person, 1
MOST = 5
QUERY = f"""
  query ($id: ID!) {{ school(id: $id) {{ conversations(last: {MOST}) {{
    totalCount edges {{ node {{ subject messages(last: {MOST}) {{
      totalCount edges {{ node {{ text own }} }} }} }} }} }} }} }}
"""


def screen(eyes: Eyes, of: Person, first: date, last: date) -> Screen:
    return Screen(
        f"their conversations in {of.school}",
        eyes.account,
        QUERY,
        {"id": of.school.id},
        {"school": shown(eyes, of)},
        (of,),
    )


def shown(eyes: Eyes, of: Person) -> Any:
    if not eyes.member(of.school):
        return None
    found = eyes.world.of(Messages).read_by(eyes.account, of.school)
    return {"conversations": page(found, [conversation(eyes, each) for each in found])}


def conversation(eyes: Eyes, of: Conversation) -> dict[str, Any]:
    found = of.read_by(eyes.account)
    return {
        "subject": of.subject,
        "messages": page(found, [message(eyes, each) for each in found]),
    }


def message(eyes: Eyes, of: Message) -> dict[str, Any]:
    return {"text": of.text, "own": of.by is eyes.account}


def page(every: list[Any], nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "totalCount": len(every),
        "edges": [{"node": each} for each in nodes[-MOST:]],
    }
