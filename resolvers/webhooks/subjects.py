"""What webhooks tell of: for each topic of the feed the noun, and how its record is read again."""

from typing import Any

from db.reading.webhooks import Event
from db.store import Store
from resolvers.loaders import GradeById, HomeworkById, LessonById, Loader

SUBJECTS: dict[str, tuple[str, Loader]] = {
    "GRADE": ("Grade", GradeById),
    "HOMEWORK": ("Homework", HomeworkById),
    "LESSON": ("Lesson", LessonById),
}


async def record_of(store: Store, event: Event) -> Any:
    """The record that the event is of, as it is now."""
    key = event.school_id, event.ref
    _, loader = SUBJECTS[event.topic]
    return (await loader.load(store, None, [key]))[key]


def event_type(topic: str, change: str) -> str:
    """As Standard Webhooks writes it: `grade.revised`."""
    return f"{topic}.{change}".lower()
