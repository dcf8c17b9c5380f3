"""Exports of a student's data: to whom they are visible, and how a process makes them."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from db.own_data.archive import Export, archive_of
from db.own_data.enclosed import placed
from db.own_data.parts import FILES, PARTS, Part
from db.reading.own_data import (
    account_of_export,
    data_exports_by_id,
    due_exports,
    erasures_of_students,
)
from db.reading.schools import schools_by_id
from db.store import Store
from db.tables.own_data import DataExport
from db.tables.students import Student
from db.writing.audit import note
from db.writing.own_data import (
    claim_export,
    drop_archives,
    end_export,
    expire_exports,
    keep_archive,
    note_progress,
)
from domain.audience import AUTHOR
from domain.audit import AuditKind
from domain.clock import now
from domain.ids import uuid7
from domain.own_data import ExportState
from resolvers.declarations.noun import Event, Noun
from resolvers.loaders import Loader
from resolvers.relations import author, relation
from resolvers.students import STUDENT
from resolvers.upkeep import Looking, hourly
from resolvers.viewer import load_viewer

DATA_EXPORT = Noun(
    DataExport,
    code="Dx",
    visible_to=AUTHOR,
    ties=author(),
    read=data_exports_by_id,
    event=Event(
        "An export of a student's data that was asked for, or has come further.",
        "Exports of students' data, as they are made",
        "Exports of students' data.",
    ),
)
ErasuresByStudent = Loader("ErasuresByStudent", erasures_of_students, "student_id", many=True)
KEPT = timedelta(days=7)
"""For how long an archive waits to be downloaded."""
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
log = logging.getLogger(__name__)


class Exports:
    """Makes the exports that were asked for, one at a time. `run` does so until it is cancelled;
    as many processes may run as there are."""

    def __init__(self, store: Store, poll: float = 2.0) -> None:
        self._store = store
        self._looking = Looking(poll, 0.0)

    def wake(self) -> None:
        """There may be one to make."""
        self._looking.wake()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._looking.run("Exports", self.look))
            group.create_task(hourly("exports", self.drop_old))

    async def look(self) -> None:
        while due := await self._store.fetch(due_exports, limit=1):
            for each in due:
                await self._make(each.school_id, each.id)

    async def drop_old(self) -> None:
        for school in {row.school_id for row in await self._store.fetch(expire_exports)}:
            await self._store.fetch(drop_archives, school=school)

    async def _make(self, school: int, id_: UUID) -> None:
        where = {"school": school, "ref": id_, "holder": uuid7()}
        export: Any = await self._store.first(claim_export, **where, lease=LEASE)
        if export is None:
            return
        try:
            content = None
            if export.attempts <= MOST_ATTEMPTS:
                content = await self._content(export, where)
        except Exception:
            log.exception("An export could not be made; it is tried again")
            await asyncio.sleep(min(export.attempts, MOST_ATTEMPTS))
            await self._store.fetch(end_export, **where, new_state="QUEUED", new_size=None)
            return
        await self._end(export, where, content)

    async def _end(self, export: Any, where: dict[str, Any], content: bytes | None) -> None:
        state = ExportState.FAILED if content is None else ExportState.READY
        async with self._store.transaction() as reader:
            size = None if content is None else len(content)
            ended = await reader.first(end_export, **where, new_state=state.value, new_size=size)
            if ended is None or content is None:
                return
            place = {"school": export.school_id, "ref": export.id}
            await reader.run(keep_archive, **place, content=content)
            subject = "Student", export.student_id, export.student_id, "made"
            kind = AuditKind.EXPORTED.value
            await note(reader, export.school_id, export.author_id, kind, subject)

    async def _content(self, export: Any, where: dict[str, Any]) -> bytes | None:
        """The archive; None where whoever asked for it may not have it any more."""
        school = export.school_id
        account = await self._store.first(account_of_export, account=export.author_id)
        student: Any = await self._store.first(STUDENT.read, school=school, ids=[export.student_id])
        if account is None or student is None:
            return None
        viewer = await load_viewer(self._store, account)
        found = [part for part in PARTS if relation(viewer, "Student", student) & part.audience]
        if not found:
            return None
        (of,) = await self._store.fetch(schools_by_id, schools=[school])
        read = []
        for done, part in enumerate(found, 1):
            rows = await self._store.fetch(part.statement, school=school, student=export.student_id)
            read.append((part, rows))
            if await self._store.first(note_progress, **where, new_done=done) is None:
                return None  # another makes it
        name = f"{student.given_name} {student.family_name}"
        made = Export(of.name, name, now(), export.language, _dicts(read))
        return await asyncio.to_thread(partial(archive_of, made))


def _dicts(
    read: Sequence[tuple[Part, Sequence[Any]]],
) -> list[tuple[Part, list[dict[str, Any]]]]:
    found = [(part, [dict(row.items()) for row in rows]) for part, rows in read]
    return [(part, placed(rows) if part.name == FILES else rows) for part, rows in found]


def parts_for(viewer: Any, student: Student) -> int:
    """Of how many parts an export for the viewer is."""
    return sum(bool(relation(viewer, "Student", student) & part.audience) for part in PARTS)
