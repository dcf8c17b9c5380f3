"""How exports of a student's data are asked for, made, downloaded and dropped.

Each change of an export's state is told to the feed, by the same statement.
"""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    Integer,
    Interval,
    LargeBinary,
    Select,
    Update,
    Uuid,
    bindparam,
    delete,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.reading.own_data import SHOWN
from db.reading.parts import NOW, ORIGIN, SCHOOL, is_free, table
from db.statement import statement
from db.tables.feed import Outbox
from db.tables.own_data import WAITING, DataExport, DataExportArchive, Erasure
from db.writing.parts import ACCOUNT, ID, constant, insert_from, new
from domain.history import Step
from domain.own_data import ExportState

TOPIC = "DATA_EXPORT"
HOLDER = bindparam("holder", type_=Uuid())


def _told(written: Any, step: Step) -> Select[Any]:
    """The statement, which answers the export, and its row of the feed."""
    done = written.returning(*SHOWN).cte("done")
    row: dict[str, Any] = {
        "school_id": done.c.school_id,
        "seq": constant(0),
        "topic": constant(TOPIC),
        "change": constant(step.value),
        "ref": done.c.id,
        "version": done.c.version,
        "at": NOW,
        "origin": ORIGIN,
    }
    return select(done).add_cte(insert_from(Outbox, row).cte("told"))


@statement(DataExport)
def ask_for_export() -> ClauseElement:
    export = table(DataExport)
    given = ("id", "student_id", "kind", "format", "asked", "language", "parts", "expires_at")
    values: dict[str, Any] = {name: new(DataExport, name) for name in given}
    values |= {"school_id": SCHOOL, "author_id": ACCOUNT, "state": ExportState.QUEUED.value}
    values |= {"done": 0, "attempts": 0, "asked_at": NOW, "version": 1}
    return _told(insert(export).values(values), Step.CREATED)


@statement(DataExport)
def claim_export() -> ClauseElement:
    """Have the holder alone make it until the lease ends."""
    export = table(DataExport)
    claimed = (
        update(export)
        .where(export.c.school_id == SCHOOL, export.c.id == ID, text(WAITING), is_free(export))
        .values(
            state=ExportState.RUNNING.value,
            done=0,
            attempts=export.c.attempts + 1,
            lease_holder=HOLDER,
            lease_until=NOW + bindparam("lease", type_=Interval),
            version=export.c.version + 1,
        )
    )
    done = claimed.returning(*SHOWN, export.c.attempts).cte("done")
    row: dict[str, Any] = {
        "school_id": done.c.school_id, "seq": constant(0), "topic": constant(TOPIC),
        "change": constant(Step.CHANGED.value), "ref": done.c.id, "version": done.c.version,
        "at": NOW, "origin": ORIGIN,
    }  # fmt: skip
    return select(done).add_cte(insert_from(Outbox, row).cte("told"))


def _held() -> Update:
    export = table(DataExport)
    return update(export).where(
        export.c.school_id == SCHOOL, export.c.id == ID, export.c.lease_holder == HOLDER
    )


@statement(DataExport)
def note_progress() -> ClauseElement:
    """So many parts are read, of so many; no row where another makes it by now."""
    export = table(DataExport)
    moved = _held().values(
        done=bindparam("new_done", type_=Integer),
        parts=bindparam("new_parts", type_=Integer),
        version=export.c.version + 1,
    )
    return _told(moved, Step.CHANGED)


@statement(DataExportArchive)
def keep_archive() -> ClauseElement:
    archive = table(DataExportArchive)
    content = bindparam("content", type_=LargeBinary)
    kept = insert(archive).values(school_id=SCHOOL, id=ID, content=content)
    return kept.on_conflict_do_update(
        index_elements=["school_id", "id"], set_={"content": kept.excluded.content}
    )


@statement(DataExport)
def end_export() -> ClauseElement:
    """It is made, or can't be."""
    export = table(DataExport)
    ended = _held().values(
        state=new(DataExport, "state"),
        size=new(DataExport, "size"),
        rights=new(DataExport, "rights"),
        lease_holder=None,
        lease_until=None,
        version=export.c.version + 1,
    )
    return _told(ended, Step.CHANGED)


@statement(DataExportArchive)
def take_archive() -> ClauseElement:
    """The archive, which is there no longer: of two who ask at once, one gets it."""
    archive = table(DataExportArchive)
    gone = delete(archive).where(archive.c.school_id == SCHOOL, archive.c.id == ID)
    return gone.returning(archive.c.content)


@statement(DataExport)
def note_download() -> ClauseElement:
    export = table(DataExport)
    taken = (
        update(export)
        .where(
            export.c.school_id == SCHOOL,
            export.c.id == ID,
            export.c.author_id == ACCOUNT,
            export.c.state == ExportState.READY.value,
            export.c.expires_at > NOW,
        )
        .values(state=ExportState.DOWNLOADED.value, version=export.c.version + 1)
    )
    return _told(taken, Step.CHANGED)


@statement(DataExport)
def expire_exports() -> ClauseElement:
    """Exports of all schools whose time is over."""
    export = table(DataExport)
    kept = ExportState.QUEUED, ExportState.RUNNING, ExportState.READY
    return (
        update(export)
        .where(or_(*(export.c.state == each.value for each in kept)), export.c.expires_at <= NOW)
        .values(state=ExportState.EXPIRED.value, version=export.c.version + 1)
        .returning(export.c.school_id, export.c.id)
    )


@statement(DataExportArchive)
def drop_archives() -> ClauseElement:
    """Archives of exports of a school that are not there to be downloaded."""
    archive, export = table(DataExportArchive), table(DataExport)
    ready = select(export.c.id).where(
        export.c.school_id == SCHOOL, export.c.state == ExportState.READY.value
    )
    return delete(archive).where(archive.c.school_id == SCHOOL, archive.c.id.not_in(ready))


@statement(Erasure)
def note_erasure() -> ClauseElement:
    erasure = table(Erasure)
    given = ("id", "student_id", "account_id", "reason", "report")
    values: dict[str, Any] = {name: new(Erasure, name) for name in given}
    return insert(erasure).values(values | {"school_id": SCHOOL, "at": NOW})
