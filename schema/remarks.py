"""Remarks on students."""

from datetime import date, datetime

import strawberry

from domain.audience import ANYONE, AUTHOR, CONCERNED
from domain.remarks import RemarkKind
from resolvers.courses import CourseById
from resolvers.readings import Items
from resolvers.remarks import REMARK, RepliesByRemark
from resolvers.students import StudentById
from schema.declare import column, loaded, tell
from schema.diary_signatures import Seen, seen
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import CourseRef, RemarkRevisionRef, SchoolRef, StudentRef
from schema.permissions import viewer_may

READERS = CONCERNED | AUTHOR
tell(RemarkKind)


@strawberry.type(description="A reply to a remark.")
class RemarkReply:
    text: str = column(ANYONE, "What was replied.")
    by: str = column(ANYONE, "Who replied.", name="author_name")
    at: datetime = column(ANYONE, "When it was replied.")


@strawberry.type(
    description="A remark on a student: praise, or how they behave or work. Once it is withdrawn, "
    "its text is null to all who ask for it, and its family reads no history of it."
)
class Remark(Node):
    id: strawberry.ID = id_of("Remark", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    kind: RemarkKind = column(READERS, "What it is of.")
    text: str | None = column(READERS, "What is remarked; null once withdrawn.")
    day: date = column(READERS, "The day it is about.", called="date")
    withdrawn: bool = column(READERS, "Whether it was taken back.")
    written_at: datetime = column(READERS, "When it was written.")
    version: int = column(READERS, "Grows by one with every change and reply.")
    student: StudentRef | None = loaded(
        READERS,
        "On whom it is; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    course: CourseRef | None = loaded(
        READERS, "The course in which it was noticed; null where in none.", CourseById, "course_id"
    )
    replies: list[RemarkReply] = loaded(
        READERS, "What was replied, in order.", RepliesByRemark, "id", items=Items(2)
    )
    seen: list[Seen] | None = seen()
    history: list[RemarkRevisionRef] = loaded(
        READERS,
        "What was done to it, in order; none to the family once it is withdrawn.",
        REMARK.revisions,
        "id",
        items=Items(2),
    )


RemarkRevision = revision_of(Remark, REMARK, "One step of a remark's history.")
