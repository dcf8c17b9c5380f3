"""The screens of the diary that show a single record, and which record a notice's screen shows."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from db.store import Store
from resolvers.declarations.noun import NOUNS
from resolvers.feed.topics import topics

SCREENS: Mapping[str, str] = {
    "Conversation": "/diary/messages/{}",
    "ForumTopic": "/diary/topic/{}",
    "Page": "/diary/page/{}",
    "Quiz": "/diary/quiz/{}",
    "Survey": "/diary/survey/{}",
}
"""The address of the screen of each noun that has one, from the root of the gateway, with a place
for the record's global id."""
HOLDERS: Mapping[str, tuple[str, str]] = {
    "Message": ("conversation_id", "Conversation"),
    "ForumAnswer": ("topic_id", "ForumTopic"),
    "Post": ("page_id", "Page"),
    "Comment": ("page_id", "Page"),
}
"""The column of a noun's records that names what they are shown with, and the noun of that."""
CASE = "ModerationCase"
"""A case has the id of the record that it is about, and that record is shown."""
Key = tuple[str, UUID]


async def shown_by(
    store: Store, records: Iterable[tuple[str, Any]]
) -> Mapping[Key, tuple[str, UUID] | None]:
    """The noun and id of what is shown, by the topic and id of a record; None where that is on no
    screen of its own."""
    found: dict[Key, tuple[str, UUID] | None] = {}
    for topic, record in records:
        noun = topics()[topic].noun
        if noun == CASE:
            key = (record.school_id, record.id)
            noun = record.noun
            of = (await NOUNS[noun].by_id.load(store, None, [key]))[key]
        else:
            of = record
        found[topic, record.id] = None if of is None else _shown(noun, of)
    return found


def _shown(noun: str, record: Any) -> tuple[str, UUID] | None:
    column, holder = HOLDERS.get(noun, ("id", noun))
    return (holder, getattr(record, column)) if holder in SCREENS else None
