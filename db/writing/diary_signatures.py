"""Writing signatures of diaries, and what was seen."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import NOW, SCHOOL, table
from db.statement import statement
from db.tables.diary_signatures import DiarySignature, DiarySignatureRevision, Seen
from db.tables.students import Student
from db.writing.parts import ACCOUNT, ID, insert_each
from db.writing.versioned import Versioned

DIARY_SIGNATURES = Versioned(DiarySignature, DiarySignatureRevision, inserted_at="signed_at")


@statement(Student)
def hold_diary() -> ClauseElement:
    """Hold a student's signatures until the transaction ends: a week is signed once by each."""
    student = table(Student)
    query = select(student.c.id).where(student.c.school_id == SCHOOL, student.c.id == ID)
    return query.with_for_update(key_share=True)


@statement(Seen)
def note_seen() -> ClauseElement:
    """Note what an account has seen; what it had seen before stays as it was."""
    noted = insert_each(Seen, ("id", "student_id", "record_id"), {"account_id": ACCOUNT, "at": NOW})
    return noted.on_conflict_do_nothing(index_elements=["school_id", "record_id", "account_id"])
