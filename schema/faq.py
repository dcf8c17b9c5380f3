"""The FAQ of a school."""

from typing import Annotated, Any

import strawberry

from db.reading.faq import faq_of_school
from db.tables.schools import School as SchoolRecord
from domain.audience import MEMBER, OFFICE
from resolvers.context import Context
from resolvers.faq import FAQ_ENTRY
from resolvers.readings import Items, Told
from schema.declare import column, loaded, resolver
from schema.finding import PutAway, words_in, words_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import FaqEntryRef, FaqEntryRevisionRef, SchoolRef
from schema.permissions import viewer_may


@strawberry.type(
    description="A question that is asked again and again, with the office's answer: in English, in"
    " Russian, or in both side by side."
)
class FaqEntry(Node):
    id: strawberry.ID = id_of("FaqEntry", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    question_en: str | None = column(MEMBER, "The question in English; null where it is in none.")
    answer_en: str | None = column(MEMBER, "The answer in English; null where it is in none.")
    question_ru: str | None = column(MEMBER, "The question in Russian; null where it is in none.")
    answer_ru: str | None = column(MEMBER, "The answer in Russian; null where it is in none.")
    rank: int = column(MEMBER, "Its place: the lowest first.")
    active: bool = column(MEMBER, "Whether it is in use.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[FaqEntryRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", FAQ_ENTRY.revisions, "id", items=Items(2)
    )


FaqEntryRevision = revision_of(FaqEntry, FAQ_ENTRY, "One step of a question's history.")


@resolver(
    MEMBER,
    "Its FAQ in its order: all of it, or what is found in any language.",
    list[FaqEntryRef],
    items=Items(20),
    told=Told.DAY,
)
async def faq(
    record: SchoolRecord,
    context: Context,
    search: Annotated[str | None, words_in("questions and answers")] = None,
    put_away: PutAway = False,
) -> list[Any]:
    asked = {**words_of(search), "put_away": put_away}
    return list(await context.store.fetch(faq_of_school, school=record.school_id, **asked))
