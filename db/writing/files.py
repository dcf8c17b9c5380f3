"""Files kept, hung on records and removed. The bytes are the storage's affair."""

from sqlalchemy import (
    ClauseElement,
    String,
    Uuid,
    bindparam,
    case,
    delete,
    func,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.reading.files import is_loose
from db.reading.parts import IDS, NOW, SCHOOL, among, columns, table
from db.statement import statement
from db.tables.columns import Instant
from db.tables.files import File, StrayBytes
from db.tables.schools import School
from db.writing.audit import noted
from db.writing.parts import insert_from, new

KEY = bindparam("storage_key", type_=String)
GIVEN = ("id", "author_id", "use", "name", "media_type", "size", "digest", "thumbnail")


@statement(StrayBytes)
def note_stray() -> ClauseElement:
    """Note bytes before they are stored, so that they are deleted if no file comes of them."""
    due = bindparam("due_at", type_=Instant)
    return insert(table(StrayBytes)).values(storage_key=KEY, due_at=due)


@statement(StrayBytes)
def forget_stray() -> ClauseElement:
    stray = table(StrayBytes)
    return delete(stray).where(stray.c.storage_key == KEY).returning(stray.c.storage_key)


@statement(School)
def hold_files_of_school() -> ClauseElement:
    """Hold a school until the transaction ends, so that its files are counted one after another."""
    school = table(School)
    held = select(school.c.school_id).where(school.c.school_id == SCHOOL)
    return held.with_for_update(key_share=True)


@statement(File)
def insert_file() -> ClauseElement:
    made = insert_from(File, {name: new(File, name) for name in GIVEN} | {"uploaded_at": NOW})
    answers = [str(column.key) for column in columns(File) if column.key != "id"]
    return noted(made, "CREATED", answers=answers)


@statement(File)
def files_to_attach() -> ClauseElement:
    """The files of `ids`, and those that hang on the record by now, held until the transaction
    ends."""
    file = table(File)
    record = bindparam("record", type_=Uuid())
    held = among(file.c.id) | ((file.c.record_id == record) & file.c.detached_at.is_(None))
    return (
        select(*columns(File))
        .where(file.c.school_id == SCHOOL, held)
        .order_by(file.c.id)
        .with_for_update()
    )


@statement(File)
def attach_files() -> ClauseElement:
    """Have the record hold the files of `ids`, in their order, and no others; one that is taken off
    stays known as the record's until it is removed."""
    file = table(File)
    record = bindparam("record", type_=Uuid())
    place = func.array_position(IDS, file.c.id)
    attached = (
        update(file)
        .values(
            record_id=record,
            place=place,
            detached_at=case((place.is_(None), NOW), else_=null()),
        )
        .where(
            file.c.school_id == SCHOOL,
            among(file.c.id) | ((file.c.record_id == record) & file.c.detached_at.is_(None)),
        )
    )
    return noted(attached, "CHANGED", "record_id")


@statement(File)
def remove_loose_files() -> ClauseElement:
    """Remove files that have hung on nothing since a while; their bytes are stray from now on."""
    file = table(File)
    since = func.coalesce(file.c.detached_at, file.c.uploaded_at)
    gone = (
        delete(file)
        .where(file.c.school_id == SCHOOL, is_loose(), since < bindparam("before", type_=Instant))
        .returning(file.c.school_id, file.c.id)
        .cte("gone")
    )
    key = func.concat(gone.c.school_id, "/", gone.c.id)
    names = ["storage_key", "due_at"]
    return insert(table(StrayBytes)).from_select(names, select(key, NOW))
