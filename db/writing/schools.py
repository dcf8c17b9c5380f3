"""Settings of a school."""

from sqlalchemy import ClauseElement, Integer, String, bindparam, update

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables.schools import School


@statement(School)
def set_language() -> ClauseElement:
    """Set the language. The caller renews the sort keys in the same transaction."""
    school = table(School)
    language = bindparam("new_language", type_=String)
    return update(school).values(language=language).where(school.c.school_id == SCHOOL)


@statement(School)
def limit_files() -> ClauseElement:
    """How many MiB of files it may have; null for as many as any school."""
    school = table(School)
    own = bindparam("new_file_mebibytes", type_=Integer)
    return update(school).values(file_mebibytes=own).where(school.c.school_id == SCHOOL)
