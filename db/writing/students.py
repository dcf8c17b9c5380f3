"""How students are written, and which of a name are there."""

from sqlalchemy import ARRAY, ClauseElement, String, any_, bindparam, select

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables.students import Student
from db.writing.office_records import Kept

STUDENTS = Kept(Student)


@statement(Student)
def namesakes() -> ClauseElement:
    """The students who have the same words in their names."""
    student = table(Student)
    keys = any_(bindparam("search_keys", type_=ARRAY(String)))
    return select(student).where(
        student.c.school_id == SCHOOL, student.c.search_key == keys, student.c.active
    )
