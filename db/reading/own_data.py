"""Exports of a student's data, and what was erased of students."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Date,
    Integer,
    Uuid,
    any_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    not_,
    select,
    text,
)

from db.reading.parts import NOW, SCHOOL, among, is_free, table
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.tables.guardians import Guardianship
from db.tables.own_data import WAITING, DataExport, DataExportArchive, Erasure
from db.tables.students import Student
from domain.reports import ExportKind

INNER = frozenset({"lease_holder", "lease_until", "attempts", "rights"})
"""Columns that only whoever makes an export reads."""
SHOWN = tuple(each for each in table(DataExport).c if each.name not in INNER)


@statement(DataExport)
def data_exports_by_id() -> ClauseElement:
    export = table(DataExport)
    return select(*SHOWN).where(export.c.school_id == SCHOOL, among(export.c.id))


@statement(DataExport)
def data_exports_of_account() -> ClauseElement:
    """Those of a student that the account asked for, the newest first."""
    export = table(DataExport)
    mine = export.c.author_id == bindparam("author", type_=Uuid())
    student = export.c.student_id == bindparam("student", type_=Uuid())
    found = select(*SHOWN).where(export.c.school_id == SCHOOL, student, mine)
    return found.order_by(export.c.asked_at.desc(), export.c.id)


@statement(DataExport)
def open_export_of_account() -> ClauseElement:
    """One of a student that the account asked for and that is not made yet."""
    export = table(DataExport)
    mine = export.c.author_id == bindparam("author", type_=Uuid())
    student = export.c.student_id == bindparam("student", type_=Uuid())
    of_data = export.c.kind == literal_column(f"'{ExportKind.STUDENT_DATA}'")
    return select(*SHOWN).where(export.c.school_id == SCHOOL, student, mine, of_data, text(WAITING))


@statement(DataExport)
def reports_of_account() -> ClauseElement:
    """The reports that the account asked for in a school and that are kept, the newest first."""
    export = table(DataExport)
    mine = export.c.author_id == bindparam("author", type_=Uuid())
    report = export.c.kind != literal_column(f"'{ExportKind.STUDENT_DATA}'")
    found = select(*SHOWN).where(
        export.c.school_id == SCHOOL, mine, report, export.c.expires_at > NOW
    )
    return found.order_by(export.c.asked_at.desc(), export.c.id)


@statement(DataExportArchive)
def archive_of_report() -> ClauseElement:
    """The document, which stays, and what whoever asked for it was to its record."""
    archive, export = table(DataExportArchive), table(DataExport)
    same = (export.c.school_id == archive.c.school_id) & (export.c.id == archive.c.id)
    found = select(archive.c.id, archive.c.content, export.c.rights).join(export, same)
    return found.where(
        archive.c.school_id == SCHOOL,
        archive.c.id == bindparam("ref", type_=Uuid()),
        export.c.expires_at > NOW,
    )


@statement(DataExport)
def due_exports() -> ClauseElement:
    """Exports of all schools to make, and which nobody makes, by when they were asked for."""
    export = table(DataExport)
    return (
        select(export.c.school_id, export.c.id)
        .where(text(WAITING), is_free(export))
        .order_by(export.c.asked_at)
        .limit(bindparam("limit", type_=Integer))
    )


@statement(Account)
def account_of_export() -> ClauseElement:
    """The account that asked for it, if it is active."""
    account = table(Account)
    id_ = account.c.id == bindparam("account", type_=Uuid())
    return select(account).where(id_, account.c.active)


@statement(Erasure)
def erasures_of_students() -> ClauseElement:
    """What was erased of students, by `ids`, the first before the second."""
    erasure, account = table(Erasure), table(Account)
    found = select(erasure, account.c.display_name.label("account_name"))
    found = found.outerjoin(account, account.c.id == erasure.c.account_id)
    return found.where(erasure.c.school_id == SCHOOL, among(erasure.c.student_id)).order_by(
        erasure.c.at, erasure.c.id
    )


@statement(Guardianship)
def guardianships_of_student() -> ClauseElement:
    """Those of a student, each with whether its guardian has `others` in the school."""
    tie, other = table(Guardianship), table(Guardianship).alias("other")
    student = bindparam("student", type_=Uuid())
    others = exists().where(
        other.c.school_id == SCHOOL,
        other.c.guardian_id == tie.c.guardian_id,
        other.c.student_id != student,
    )
    found = select(tie.c.id, tie.c.guardian_id, others.label("others"))
    return found.where(tie.c.school_id == SCHOOL, tie.c.student_id == student).order_by(tie.c.id)


@statement(Account)
def accounts_alone() -> ClauseElement:
    """Accounts that are some of the `students` or `guardians` of a school and nothing else in any
    school."""
    mine, held = table(Membership).alias("mine"), table(Membership)
    students = any_(bindparam("students", type_=ARRAY(Uuid())))
    guardians = any_(bindparam("guardians", type_=ARRAY(Uuid())))

    def theirs(membership: Any) -> Any:
        person = (membership.c.student_id == students) | (membership.c.guardian_id == guardians)
        return (membership.c.school_id == SCHOOL) & func.coalesce(person, false())

    account = held.c.account_id
    return (
        select(account.label("id"))
        .where(account.in_(select(mine.c.account_id).where(theirs(mine))))
        .group_by(account)
        .having(func.bool_and(theirs(held)))
        .order_by(account)
    )


@statement(Student)
def students_who_left() -> ClauseElement:
    """Students of a school who left before a day and of whom nothing was erased yet."""
    student, erasure = table(Student), table(Erasure)
    done = exists().where(erasure.c.school_id == SCHOOL, erasure.c.student_id == student.c.id)
    left = student.c.ends_on < bindparam("day", type_=Date)
    found = select(student).where(student.c.school_id == SCHOOL, left, not_(done))
    return found.order_by(student.c.ends_on, student.c.id)
