"""Notices of absence."""

from datetime import date, datetime

import strawberry

from domain.attendance import AbsenceReason, AbsenceState
from domain.audience import AUTHOR, FAMILY, KEEPERS
from resolvers.absence_notices import ABSENCE_NOTICE
from resolvers.readings import Items
from resolvers.students import StudentById
from schema.declare import column, loaded, tell
from schema.files import File, files_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import AbsenceNoticeRevisionRef, SchoolRef, StudentRef
from schema.permissions import viewer_may

READERS = FAMILY | KEEPERS | AUTHOR
tell(AbsenceReason)
tell(AbsenceState)


@strawberry.type(
    description="That a student will be, or was, absent on days. Once the class teacher accepts "
    "it, the lessons of those days are excused."
)
class AbsenceNotice(Node):
    id: strawberry.ID = id_of("AbsenceNotice", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    starts_on: date = column(READERS, "The first day.", called="from")
    ends_on: date = column(READERS, "The last day.", called="to")
    because: AbsenceReason = column(READERS, "Why.")
    text: str | None = column(READERS, "What was said of it.")
    files: list[File] = files_of(ABSENCE_NOTICE, "What was attached, such as a doctor's note.")
    state: AbsenceState = column(READERS, "Where it stands; its history has the answer's reason.")
    announced_at: datetime = column(READERS, "When it was announced.")
    version: int = column(READERS, "Grows by one with every change.")
    student: StudentRef | None = loaded(
        READERS,
        "Who is absent; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    history: list[AbsenceNoticeRevisionRef] = loaded(
        READERS, "What was done to it, in order.", ABSENCE_NOTICE.revisions, "id", items=Items(2)
    )


AbsenceNoticeRevision = revision_of(
    AbsenceNotice, ABSENCE_NOTICE, "One step of the history of a notice of absence."
)
