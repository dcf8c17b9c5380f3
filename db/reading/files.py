"""Files by their ids, and by the records that they hang on."""

from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Integer,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    not_,
    or_,
    select,
)
from sqlmodel import SQLModel

from db.reading.parts import NOW, SCHOOL, among, columns, table
from db.reading.records import named
from db.statement import Statement, statement
from db.tables.files import File, StrayBytes
from db.tables.history import Withdrawal
from db.tables.schools import School

T = TypeVar("T", bound=SQLModel)
BATCH = 500


@statement(File)
def files_by_id() -> ClauseElement:
    """Files, whatever they hang on; whom they are shown to follows from that."""
    file = table(File)
    return select(*columns(File)).where(file.c.school_id == SCHOOL, among(file.c.id))


def files_of(model: type[T], use: str, withdrawal: Withdrawal | None) -> Statement[File]:
    """The files that hang on records, by `ids`, in their order; none of those that are withdrawn,
    whose files may have been meant for another child too."""
    file, own = table(File), table(model)

    def build() -> ClauseElement:
        found = (
            select(*columns(File))
            .join(own, (own.c.school_id == file.c.school_id) & (own.c.id == file.c.record_id))
            .where(
                file.c.school_id == SCHOOL,
                among(file.c.record_id),
                file.c.use == bindparam("use", use, type_=String),
                file.c.detached_at.is_(None),
            )
        )
        if withdrawal is not None:
            found = found.where(not_(withdrawal.when(own)))
        return found.order_by(file.c.place, file.c.id)

    return named(f"files_of_{own.name}s", File, build)


def is_loose() -> Any:  # a condition
    file = table(File)
    return or_(file.c.record_id.is_(None), file.c.detached_at.is_not(None))


@statement(File)
def loose_files_of_account() -> ClauseElement:
    """How many files of an account hang on nothing in a school, and how long they are together."""
    file = table(File)
    account = bindparam("account", type_=Uuid())
    return select(
        func.count().label("number"),
        func.coalesce(cast(func.sum(file.c.size), BigInteger), 0).label("total"),
    ).where(file.c.school_id == SCHOOL, file.c.author_id == account, is_loose())


@statement(File)
def bytes_of_school() -> ClauseElement:
    """How long all files of a school are together, and how many MiB it may have, if that is its
    own."""
    file, school = table(File), table(School)
    total = func.coalesce(cast(func.sum(file.c.size), BigInteger), 0).label("total")
    own = select(school.c.file_mebibytes).where(school.c.school_id == SCHOOL).scalar_subquery()
    return select(total, own.label("mebibytes")).where(file.c.school_id == SCHOOL)


@statement(School)
def every_school() -> ClauseElement:
    return select(table(School).c.school_id)


@statement(StrayBytes)
def stray_bytes_due() -> ClauseElement:
    """Some of the bytes that are no file's and are due to be deleted."""
    stray = table(StrayBytes)
    most = bindparam("most", BATCH, type_=Integer)
    return select(*stray.c).where(stray.c.due_at <= NOW).order_by(stray.c.due_at).limit(most)
