"""What a student writes to others, for who has to know of it."""

from datetime import datetime
from typing import Any

import strawberry

from db.reading.schools import schools_by_id
from db.tables.students import Student as StudentRecord
from domain.audience import ANYONE, FAMILY
from domain.moderation import Activity, guarded_since
from domain.ties import TieName
from resolvers import global_id
from resolvers.context import Context
from resolvers.writings import writings_counted_of_students, writings_of_students
from schema.connections import (
    After,
    Before,
    FirstUnlessLast,
    Last,
    PageWindow,
    connection_of,
)
from schema.declare import column, computed, resolver
from schema.ordered_lists import OrderedList

IN_ORDER = OrderedList("writings", {"written_at": datetime})


@strawberry.type(
    description="Something that a student has written to others, or a survey that it has answered."
)
class Writing:
    record: strawberry.ID = computed(
        ANYONE, "What it is, by global id.", global_id.make, "noun", "school_id", "id"
    )
    activity: Activity = column(ANYONE, "Where it is written.")
    text: str = column(
        ANYONE, "What is written, hidden or not; of a survey its title.", name="written"
    )
    hidden: bool = column(ANYONE, "Whether moderators keep it from others.")
    written_at: datetime = column(ANYONE, "When it was written; of a survey, when that was made.")


@resolver(
    FAMILY,
    "What it has written to others, in order, a page at a time: in the forum, in messages, in "
    "posts; and which surveys it has answered, without its answers. Null to guardians once "
    "it has the age that the school says (`School.guardedAge`).",
    connection_of(Writing, "writing", counted=True) | None,
    needs=("school_id", "id", "born_on"),
)
async def writings(
    record: StudentRecord,
    context: Context,
    first: FirstUnlessLast = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Any:
    window = PageWindow.of(first, after, last, before)
    if not await _may_see(record, context):
        return None
    asked = {"school": record.school_id, "ids": [record.id]}
    of = writings_of_students, writings_counted_of_students
    return await IN_ORDER.read(context, record.id, window, of, asked)


async def _may_see(record: StudentRecord, context: Context) -> bool:
    """The student themselves, and guardians of one who is younger than the school says."""
    rights = context.signed_in().schools[record.school_id]
    if record.id in rights[TieName.STUDENT] or record.born_on is None:
        return True
    (school,) = await context.store.fetch(schools_by_id, schools=[record.school_id])
    return record.born_on > guarded_since(rights.today, school.guarded_age)
