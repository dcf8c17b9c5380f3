"""The questions that a school's office answers for all, searched."""

from sqlalchemy import ClauseElement, select

from db.reading.listing import has_words, in_use
from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.faq import FaqEntry


@statement(FaqEntry)
def faq_of_school() -> ClauseElement:
    """Those in use with all the `words` that are asked for, in the school's order."""
    own = table(FaqEntry)
    return (
        select(*columns(FaqEntry))
        .where(own.c.school_id == SCHOOL, in_use(own), has_words(own.c.word_key))
        .order_by(own.c.rank, own.c.id)
    )
