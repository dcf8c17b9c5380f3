"""The questions that a school's office answers for all who belong to it."""

from db.tables.faq import FaqEntry
from db.writing.faq import FAQ
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun

FAQ_ENTRY = Noun(
    FaqEntry,
    code="Fq",
    visible_to=MEMBER,
    written=FAQ,
    history=History("Fr", OFFICE),
    event=Event(
        "A question of the FAQ that was made, changed or put away.",
        "Questions of the FAQ that are made, changed or put away",
        "Questions of the school's FAQ.",
    ),
)
