"""Exports, of a student's data and of reports: to whom they are visible, and how a process makes
them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
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
from domain.audience import AUTHOR, Audience
from domain.audit import AuditKind
from domain.clock import now
from domain.ids import uuid7
from domain.own_data import ExportState
from domain.reports import REPORTS, ExportKind
from resolvers import global_id
from resolvers.declarations.noun import NOUNS, Event, Noun
from resolvers.loaders import Loader
from resolvers.relations import author, relation
from resolvers.students import STUDENT
from resolvers.upkeep import Looking, hourly
from resolvers.viewer import Viewer, load_viewer

DATA_EXPORT = Noun(
    DataExport,
    code="Dx",
    visible_to=AUTHOR,
    ties=author(),
    read=data_exports_by_id,
    event=Event(
        "An export, of a student's data or of a report, that was asked for, or has come further.",
        "Exports of students' data and of reports, as they are made",
        "Exports of students' data and of reports.",
    ),
)
ErasuresByStudent = Loader("ErasuresByStudent", erasures_of_students, "student_id", many=True)
KEPT = timedelta(days=7)
"""For how long an archive waits to be downloaded."""
REPORT_KEPT = timedelta(days=1)
"""For how long a report is kept, and may be downloaded as often as one likes."""
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
log = logging.getLogger(__name__)


Told = Callable[[int, int], Awaitable[None]]
"""Told of how many parts how many are read."""
MakeReport = Callable[[Any, Told], Awaitable[bytes | None]]
"""Makes the report of an export; None where whoever asked for it may not have it."""


class MadeByAnother(Exception):
    """The lease is over, and another process makes the export."""


class Exports:
    """Makes the exports that were asked for, one at a time. `run` does so until it is cancelled;
    as many processes may run as there are. `reports` makes those that are of reports."""

    def __init__(
        self, store: Store, poll: float = 2.0, *, reports: MakeReport | None = None
    ) -> None:
        self._store = store
        self._reports = reports
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

    async def rights_of(self, export: Any) -> int | None:
        """What whoever asked for it is to its record; None where their account is no more."""
        account = await self._store.first(account_of_export, account=export.author_id)
        if account is None:
            return None
        viewer = await load_viewer(self._store, account)
        return int(await relation_to(self._store, viewer, export))

    async def _make(self, school: int, id_: UUID) -> None:
        where = {"school": school, "ref": id_, "holder": uuid7()}
        export: Any = await self._store.first(claim_export, **where, lease=LEASE)
        if export is None:
            return
        try:
            content = rights = None
            if export.attempts <= MOST_ATTEMPTS:
                rights = await self.rights_of(export)
                content = None if rights is None else await self._content(export, where)
        except MadeByAnother:
            return
        except Exception:
            log.exception("An export could not be made; it is tried again")
            await asyncio.sleep(min(export.attempts, MOST_ATTEMPTS))
            again = {"new_state": "QUEUED", "new_size": None, "new_rights": None}
            await self._store.fetch(end_export, **where, **again)
            return
        await self._end(export, where, content, rights)

    async def _end(
        self, export: Any, where: dict[str, Any], content: bytes | None, rights: int | None
    ) -> None:
        state = ExportState.FAILED if content is None else ExportState.READY
        async with self._store.transaction() as reader:
            size = None if content is None else len(content)
            told = {"new_state": state.value, "new_size": size, "new_rights": rights}
            ended = await reader.first(end_export, **where, **told)
            if ended is None or content is None:
                return
            place = {"school": export.school_id, "ref": export.id}
            await reader.run(keep_archive, **place, content=content)
            kind = AuditKind.EXPORTED.value
            subject = subject_of(export, "made")
            await note(reader, export.school_id, export.author_id, kind, subject)

    async def _content(self, export: Any, where: dict[str, Any]) -> bytes | None:
        """The archive; None where whoever asked for it may not have it any more."""
        school = export.school_id

        async def told(done: int, parts: int) -> None:
            moved = {"new_done": done, "new_parts": parts}
            if await self._store.first(note_progress, **where, **moved) is None:
                raise MadeByAnother

        if is_report(export):
            return None if self._reports is None else await self._reports(export, told)
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
            await told(done, len(found))
        name = f"{student.given_name} {student.family_name}"
        made = Export(of.name, name, now(), export.language, _dicts(read))
        return await asyncio.to_thread(partial(archive_of, made))


def is_report(export: Any) -> bool:
    return bool(export.kind != ExportKind.STUDENT_DATA.value)


def record_of(export: Any) -> tuple[str, UUID]:
    """What it is of: the noun, and the id."""
    if not is_report(export):
        return "Student", export.student_id
    noun = REPORTS[export.kind]
    return noun, global_id.parse(export.asked["of"], noun)[1]


def subject_of(export: Any, what: str) -> tuple[str, UUID, UUID | None, str]:
    """As the audit notes it."""
    return *record_of(export), export.student_id, what


async def relation_to(store: Any, viewer: Viewer, export: Any) -> Audience:
    """What the viewer is to the record that the export is of."""
    noun, id_ = record_of(export)
    record = await store.first(NOUNS[noun].read, school=export.school_id, ids=[id_])
    return Audience.NOBODY if record is None else relation(viewer, noun, record)


def _dicts(
    read: Sequence[tuple[Part, Sequence[Any]]],
) -> list[tuple[Part, list[dict[str, Any]]]]:
    found = [(part, [dict(row.items()) for row in rows]) for part, rows in read]
    return [(part, placed(rows) if part.name == FILES else rows) for part, rows in found]


def parts_for(viewer: Any, student: Student) -> int:
    """Of how many parts an export for the viewer is."""
    return sum(bool(relation(viewer, "Student", student) & part.audience) for part in PARTS)
