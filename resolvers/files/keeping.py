"""Uploads admitted and kept, and files removed that hang on nothing.

Whatever is stored is noted as stray before, and is a file only with the transaction that makes its
row and takes the note away: so an upload that fails anywhere leaves neither a row nor, once it is
due, a byte.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

from db.reading.files import (
    BATCH,
    bytes_of_school,
    every_school,
    loose_files_of_account,
    stray_bytes_due,
)
from db.storage import Storage, key_of, thumbnail_key
from db.store import Reader, Store
from db.tables.files import File
from db.writing.files import (
    forget_stray,
    hold_files_of_school,
    insert_file,
    note_stray,
    remove_loose_files,
)
from domain.clock import now
from domain.errors import Code, Problem
from domain.ids import uuid7
from domain.media import MEBIBYTE, FileUse
from domain.ties import TieName
from resolvers.declarations.noun import ATTACHED
from resolvers.files.checking import Checked, checked
from resolvers.files.limits import Limits
from resolvers.files.refusals import too_large
from resolvers.files.spool import Spool
from resolvers.viewer import Rights, Viewer

log = logging.getLogger(__name__)
UPLOAD_WITHIN = timedelta(hours=6)
"""After which the bytes of an upload that is not finished are deleted."""
LOOSE_FOR = timedelta(days=1)
"""For how long a file may hang on nothing."""
CHECKED_AT_ONCE = 1
"""Threads that check uploads; pictures take memory."""


class Files:
    """Keeps the files of a process's store in its storage."""

    def __init__(self, store: Store, storage: Storage, limits: Limits) -> None:
        self.store = store
        self.storage = storage
        self.limits = limits
        self._pool = ThreadPoolExecutor(CHECKED_AT_ONCE, "files")

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def admit(self, viewer: Viewer, school: int, use: FileUse, announced: int = 0) -> Spool:
        """Somewhere for an upload of so many bytes, as far as they were announced; raises a
        `Problem` where the viewer may not upload any for the use."""
        rights = viewer.schools.get(school)
        if rights is None or not _may_upload(viewer, rights, use):
            raise Problem(Code.FORBIDDEN, "You upload nothing for this use in this school.")
        most = self.limits.uses[use].bytes
        if announced > most:
            raise too_large(most)
        await self._insist_on_room(self.store, viewer.account.id, school, announced)
        return Spool(most)

    async def keep(
        self, viewer: Viewer, school: int, use: FileUse, name: str, spool: Spool
    ) -> File:
        """The file of an upload that has come whole; raises a `Problem` where it is not taken."""
        await spool.flush()
        loop, limits = asyncio.get_running_loop(), self.limits.uses[use]
        made = await loop.run_in_executor(self._pool, checked, spool.file, spool.size, name, limits)
        id_ = uuid7()
        key = key_of(school, id_)
        await self.store.fetch(note_stray, storage_key=key, due_at=now() + UPLOAD_WITHIN)
        try:
            await self.storage.put(key, made.content)
            if made.thumbnail is not None:
                await self.storage.put(thumbnail_key(key), made.thumbnail)
        except Exception:
            await self._discard(key)
            raise
        try:
            return await self._insert(viewer.account.id, school, use, id_, made)
        except Problem:
            await self._discard(key)
            raise

    async def _insert(
        self, account: UUID, school: int, use: FileUse, id_: UUID, made: Checked
    ) -> File:
        """After any other error it is not known whether the file is there, so that its bytes stay
        until they are due."""
        async with self.store.transaction() as reader:
            await reader.run(hold_files_of_school, school=school)
            await self._insist_on_room(reader, account, school, made.size)
            row = await reader.first(
                insert_file,
                school=school,
                new_id=id_,
                new_author_id=account,
                new_use=str(use),
                new_name=made.name,
                new_media_type=made.media_type,
                new_size=made.size,
                new_digest=made.digest,
                new_thumbnail=made.thumbnail is not None,
            )
            noted = await reader.first(forget_stray, storage_key=key_of(school, id_))
            if row is None or noted is None:
                raise TimeoutError("The upload took so long that its bytes were deleted")
        return row

    async def _insist_on_room(
        self, reader: Reader | Store, account: UUID, school: int, more: int
    ) -> None:
        of_school: Any = await reader.first(bytes_of_school, school=school)
        own = of_school.mebibytes
        most = self.limits.bytes_of_school if own is None else own * MEBIBYTE
        if of_school.total + more > most:
            raise Problem(
                Code.QUOTA_EXCEEDED, "The school has no room for more files: ask its office."
            )
        loose: Any = await reader.first(loose_files_of_account, school=school, account=account)
        too_many = loose.number >= self.limits.loose_files
        if too_many or loose.total + more > self.limits.loose_bytes:
            raise Problem(
                Code.LIMIT_EXCEEDED,
                "You have uploaded much that hangs on nothing: attach it first, or wait until it is"
                " removed, a day after it was uploaded.",
            )

    async def _discard(self, key: str) -> None:
        await self.storage.delete(key)
        await self.storage.delete(thumbnail_key(key))
        await self.store.fetch(forget_stray, storage_key=key)

    async def remove_old(self) -> None:
        """Remove files that have hung on nothing for a day, and delete bytes that are no file's."""
        for school in await self.store.fetch(every_school):
            before = now() - LOOSE_FOR
            await self.store.fetch(remove_loose_files, school=school.school_id, before=before)
        while due := await self.store.fetch(stray_bytes_due, most=BATCH):
            for each in due:
                await self._discard(each.storage_key)


def _may_upload(viewer: Viewer, rights: Rights, use: FileUse) -> bool:
    """Whether the viewer is somebody in the school today, of those who may ever attach it."""
    somebody = viewer.account.id in rights.of_today[TieName.ACCOUNT]
    by = ATTACHED[use].attached.by  # type: ignore[union-attr]
    return somebody and bool(rights.everywhere & by)
