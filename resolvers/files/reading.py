"""Who may download a file: whoever is shown its record, or else who has uploaded it."""

from typing import Any

from db.reading.files import files_by_id
from db.store import Store
from db.tables.files import File
from domain.media import FileUse
from resolvers.declarations.noun import ATTACHED
from resolvers.global_id import NIL, Key
from resolvers.relations import may_know, relation
from resolvers.viewer import Viewer


async def file_shown_to(store: Store, viewer: Viewer, key: Key) -> File | None:
    """The file; None where there is none, or none that the viewer may know of.

    The same statements run in any case, so that the time does not tell one from the other.
    """
    school, id_ = key
    file: Any = await store.first(files_by_id, school=school, ids=[id_])
    use = FileUse.HOMEWORK if file is None else FileUse(file.use)
    record_id = NIL if file is None else file.record_id or NIL
    noun = ATTACHED[use]
    assert noun.attached is not None
    found = await noun.by_id.load(store, viewer, [(school, record_id)])
    record = found[school, record_id]
    listed = await noun.files.load(store, viewer, [(school, record_id)])
    if file is None or school not in viewer.schools:
        return None
    if file.record_id is None or file.detached_at is not None:
        return file if file.author_id == viewer.account.id else None
    shown = record is not None and may_know(viewer, noun.name, record)
    if not shown or not relation(viewer, noun.name, record) & noun.attached.read_by:
        return None
    return file if any(each.id == id_ for each in listed[school, record_id]) else None
