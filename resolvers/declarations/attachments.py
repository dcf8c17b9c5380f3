"""Files that hang on records: attached and taken off with the mutation that writes the record."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from db.reading.files import files_by_id
from db.tables.columns import OfSchool
from db.tables.files import File
from db.writing.files import attach_files, files_to_attach
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers import global_id
from resolvers.declarations.inputs import record_id
from resolvers.declarations.noun import Attachments, Noun
from resolvers.declarations.parsing import not_found
from resolvers.declarations.transaction import Transaction

T = TypeVar("T", bound=OfSchool)
Code = UserErrorCode
FILE = "File"
global_id.register(FILE, "Fi")


async def attach(
    transaction: Transaction, noun: Noun[T], record: UUID, named: Sequence[str], *path: str
) -> None:
    """Have the record, which was written in the transaction, hold these files and no others.

    Whoever writes the record may attach what they have uploaded themselves for this use, and keep
    or put back what hangs, or has hung, on the record. Any other file does not exist for them.
    """
    assert noun.attached is not None
    if len(named) > noun.attached.most:
        raise refused(Code.BAD_INPUT, f"At most {noun.attached.most} files hang on it.", *path)
    ids = _ids(transaction, named, *path)
    school = transaction.school_id
    rows = await transaction.reader.fetch(files_to_attach, school=school, ids=ids, record=record)
    known = {row.id: row for row in rows}
    wrong: list[UserError] = []
    for place, id_ in enumerate(ids):
        if (error := _refusal(transaction, noun.attached, record, known.get(id_))) is not None:
            wrong.append(error.at(*path, str(place)))
    if wrong:
        raise Refused(*wrong)
    await transaction.reader.run(attach_files, school=school, ids=ids, record=record)


async def holds(transaction: Transaction, record: UUID, named: Sequence[str], *path: str) -> bool:
    """Whether these files hang, or have hung, on the record."""
    ids, school = _ids(transaction, named, *path), transaction.school_id
    rows = await transaction.reader.fetch(files_by_id, school=school, ids=ids)
    return {row.id for row in rows if row.record_id == record} == set(ids)


def _ids(transaction: Transaction, named: Sequence[str], *path: str) -> list[UUID]:
    ids: list[UUID] = []
    for place, text in enumerate(named):
        where = (*path, str(place))
        school, id_ = record_id(text, FILE, *where)
        if school != transaction.school_id:
            raise not_found("file", *where)
        if id_ in ids:
            raise refused(Code.BAD_INPUT, "This file is named twice.", *where)
        ids.append(id_)
    return ids


def _refusal(
    transaction: Transaction, attached: Attachments, record: UUID, file: File | None
) -> UserError | None:
    if file is not None and file.record_id == record:
        return None
    own = file is not None and file.author_id == transaction.account_id
    if file is None or not own or file.record_id is not None:
        return not_found("file").errors[0]
    if file.use != attached.use:
        return UserError(Code.BAD_INPUT, f"This file was uploaded for another use, {file.use}.")
    return None
