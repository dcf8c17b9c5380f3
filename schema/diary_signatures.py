"""Weeks of diaries that guardians signed, and who has seen what."""

from datetime import date, datetime
from typing import Any

import strawberry

from domain.audience import ANYONE, STAFF_OF
from resolvers.diary_signatures import DIARY_SIGNATURE, READERS, SeenByRecord
from resolvers.readings import Items
from resolvers.students import StudentById
from schema.declare import column, loaded
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import DiarySignatureRevisionRef, SchoolRef, StudentRef
from schema.permissions import viewer_may


@strawberry.type(
    description="A guardian's signature of a week of a diary: told to guardians and staff, and "
    "never to the child."
)
class DiarySignature(Node):
    id: strawberry.ID = id_of("DiarySignature", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    student: StudentRef | None = loaded(
        READERS,
        "Whose diary it is; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    week: date = column(READERS, "The Monday of the week.")
    by: str = column(READERS, "Who signed.", name="author_name")
    signed_at: datetime = column(READERS, "When it was signed.")
    version: int = column(READERS, "Grows by one with every change.")
    history: list[DiarySignatureRevisionRef] | None = loaded(
        STAFF_OF, "What was done to it, in order.", DIARY_SIGNATURE.revisions, "id", items=Items(1)
    )


DiarySignatureRevision = revision_of(
    DiarySignature, DIARY_SIGNATURE, "One step of a signature's history."
)


@strawberry.type(description="A guardian has seen it.")
class Seen:
    by: str = column(ANYONE, "Who has seen it.", name="account_name")
    at: datetime = column(ANYONE, "When they said so first.")


def seen() -> Any:  # stands as a field
    """Which guardians have seen a record, for the staff alone."""
    prose = "Which guardians have said that they have seen it, the earliest first."
    return loaded(STAFF_OF, prose, SeenByRecord, "id", items=Items(0.5))
