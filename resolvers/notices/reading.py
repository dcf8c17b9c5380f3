"""The notices of a viewer, of all their schools, the newest first."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from db.reading.notices import (
    TotalRow,
    notices_of_viewer,
    unread_notices_counted,
    ways_of_account,
)
from db.store import Store
from resolvers.global_id import NIL
from resolvers.notices.noun import keys_of
from resolvers.viewer import Viewer

NEWEST = UUID(int=2**128 - 1)
MOST_COUNTED = 100


async def notices_of(
    store: Store,
    viewer: Viewer,
    limit: int,
    *,
    before: UUID = NEWEST,
    since: UUID = NIL,
    unread: bool = False,
    hidden: list[str] | None = None,
    kinds: list[str] | None = None,
) -> list[Any]:
    """By one statement for each school, besides one for the kinds that the account has hidden."""
    hidden = await hidden_by(store, viewer) if hidden is None else hidden
    found: list[Any] = []
    for school, keys in _keys(viewer).items():
        found += await store.fetch(
            notices_of_viewer,
            school=school,
            account=viewer.account.id,
            before=before,
            since=since,
            hidden=hidden,
            kinds=kinds,
            unread=unread,
            limit=limit,
            **keys,
        )
    return sorted(found, key=lambda notice: notice.id, reverse=True)[:limit]


async def unread_by(store: Store, viewer: Viewer) -> int:
    """How many the viewer has not read; a hundred at most."""
    hidden, total = await hidden_by(store, viewer), 0
    for school, keys in _keys(viewer).items():
        row = await store.first(
            unread_notices_counted,
            school=school,
            account=viewer.account.id,
            before=NEWEST,
            since=NIL,
            hidden=hidden,
            kinds=None,
            limit=MOST_COUNTED,
            **keys,
        )
        total += cast(TotalRow, row).total
    return min(total, MOST_COUNTED)


async def hidden_by(store: Store, viewer: Viewer) -> list[str]:
    ways = await store.first(ways_of_account, account=viewer.account.id)
    return [] if ways is None else list(ways.hidden)


def _keys(viewer: Viewer) -> Mapping[int, dict[str, list[Any]]]:
    found = {school: keys_of(rights) for school, rights in sorted(viewer.schools.items())}
    return {school: keys for school, keys in found.items() if keys["to_ids"]}
