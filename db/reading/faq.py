"""The questions that a school's office answers for all, searched."""

from sqlalchemy import ARRAY, ClauseElement, String, all_, bindparam, func, select

from db.reading.listing import NONE, where_asked
from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.faq import FaqEntry


@statement(FaqEntry)
def faq_of_school() -> ClauseElement:
    """Those in use with all the `words` that are asked for, in the school's order."""
    own = table(FaqEntry)
    like = bindparam("words", (), type_=ARRAY(String))
    return (
        select(*columns(FaqEntry))
        .where(
            own.c.school_id == SCHOOL,
            own.c.active,
            where_asked(func.cardinality(like) > NONE, own.c.word_key.like(all_(like))),
        )
        .order_by(own.c.rank, own.c.id)
    )
