"""Terms of glossaries by their subjects, searched and a page at a time."""

from typing import Any

from sqlalchemy import ARRAY, ClauseElement, Select, String, all_, bindparam, func, select

from db.reading.listing import NONE, counted_by, paged, where_asked
from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.glossaries import WITHDRAWAL, GlossaryTerm

IN_ORDER = ("added_at", "id")


def _terms() -> Select[Any]:
    """Those that stand, with all the `words` that are asked for, which are patterns of a key."""
    own = table(GlossaryTerm)
    like = bindparam("words", (), type_=ARRAY(String))
    found = where_asked(func.cardinality(like) > NONE, own.c.word_key.like(all_(like)))
    return select(*columns(GlossaryTerm)).where(
        own.c.school_id == SCHOOL, ~WITHDRAWAL.when(own), found, among(own.c.subject_id)
    )


@statement(GlossaryTerm)
def glossary_terms_of_subjects() -> ClauseElement:
    return paged(_terms(), IN_ORDER, "subject_id")


@statement(GlossaryTerm)
def glossary_terms_counted_of_subjects() -> ClauseElement:
    return counted_by(_terms(), "subject_id")
