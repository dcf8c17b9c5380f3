"""Terms of glossaries, by subject."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.audience import CONCERNED
from resolvers.context import Context
from resolvers.glossaries import GLOSSARY_TERM, TermsBySubject, TermsCountedBySubject
from resolvers.readings import Items
from resolvers.schools import SubjectById
from resolvers.teachers import TeacherById
from schema.connections import connection_of
from schema.declare import column, loaded
from schema.finding import words_in, words_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import GlossaryTermRevisionRef, SchoolRef, SubjectRef, TeacherRef
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may


@strawberry.type(
    description="A term of a subject's glossary. Once it is withdrawn, its texts are null to all "
    "who ask for it, and families read no history of it."
)
class GlossaryTerm(Node):
    id: strawberry.ID = id_of("GlossaryTerm", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    term: str | None = column(CONCERNED, "The term; null once withdrawn.")
    meaning: str | None = column(
        CONCERNED, "What it means, or what it is in another language; null once withdrawn."
    )
    language: str | None = column(
        CONCERNED, "The language of the term, by BCP 47; null where none is told."
    )
    withdrawn: bool = column(CONCERNED, "Whether it was taken back.")
    added_at: datetime = column(CONCERNED, "When it was added.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    subject: SubjectRef = loaded(
        CONCERNED, "The subject in whose glossary it is.", SubjectById, "subject_id"
    )
    teacher: TeacherRef | None = loaded(
        CONCERNED, "Who added it; null where no teacher did.", TeacherById, "teacher_id"
    )
    history: list[GlossaryTermRevisionRef] = loaded(
        CONCERNED,
        "What was done to it, in order; none to families once it is withdrawn.",
        GLOSSARY_TERM.revisions,
        "id",
        items=Items(2),
    )


GlossaryTermRevision = revision_of(
    GlossaryTerm, GLOSSARY_TERM, "One step of the history of a glossary's term."
)
GlossaryTermConnection = connection_of(GLOSSARY_TERM, counted=True)
IN_ORDER = OrderedList("glossary terms", {"added_at": datetime})


@IN_ORDER.paging(
    CONCERNED,
    "The terms of its glossary, in the order in which they were added.",
    GlossaryTermConnection | None,
    TermsBySubject,
    TermsCountedBySubject,
)
def glossary(
    record: Any,
    context: Context,
    search: Annotated[str | None, words_in("texts")] = None,
) -> dict[str, object]:
    return words_of(search)
