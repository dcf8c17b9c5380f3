"""Terms of glossaries by their subjects, searched and a page at a time."""

from typing import Any

from sqlalchemy import ClauseElement, Select, select

from db.reading.listing import counted_by, has_words, paged
from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.glossaries import WITHDRAWAL, GlossaryTerm

IN_ORDER = ("added_at", "id")


def _terms() -> Select[Any]:
    """Those that stand, with all the `words` that are asked for."""
    own = table(GlossaryTerm)
    return select(*columns(GlossaryTerm)).where(
        own.c.school_id == SCHOOL,
        ~WITHDRAWAL.when(own),
        has_words(own.c.word_key),
        among(own.c.subject_id),
    )


@statement(GlossaryTerm)
def glossary_terms_of_subjects() -> ClauseElement:
    return paged(_terms(), IN_ORDER, "subject_id")


@statement(GlossaryTerm)
def glossary_terms_counted_of_subjects() -> ClauseElement:
    return counted_by(_terms(), "subject_id")
