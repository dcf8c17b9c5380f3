"""What a viewer may do to a record, by the declarations of the mutations alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from db.reading.periods import periods_of_school
from db.rows import noun_of
from db.store import Store
from domain.periods import is_closed
from resolvers.declarations.editing import is_put_away
from resolvers.declarations.inputs import fields_of
from resolvers.declarations.mutation import MUTATIONS, Mutation
from resolvers.declarations.naming import camel
from resolvers.declarations.noun import NOUNS
from resolvers.relations import relation_today
from resolvers.viewer import Viewer


@cache
def mutations_at() -> Mapping[str, Sequence[Mutation[Any]]]:
    """The mutations by the noun at whose records they are called. To be called once all are
    declared."""
    found = defaultdict[str, list[Mutation[Any]]](list)
    for each in MUTATIONS.values():
        found[each.at].append(each)
    return found


class Permissions:
    """What one request's viewer may do. A school's periods are read once, and only where a record
    has a day that they may close."""

    def __init__(self, store: Store, viewer: Viewer | None) -> None:
        self._store = store
        self._viewer = viewer
        self._periods: dict[int, Sequence[Any]] = {}

    async def at(self, record: Any) -> list[str]:
        """The mutations that the viewer may call at a record of a noun, as clients name them: each
        that would not be refused as FORBIDDEN, NOT_FOUND or PERIOD_LOCKED, nor for what it requires
        of the record."""
        noun = noun_of(record)
        is_to = relation_today(self._viewer, noun, record)
        may = [each for each in mutations_at()[noun] if each.by & is_to]
        if is_put_away(NOUNS[noun], record):
            may = [each for each in may if each.takes_back]
        may = [each for each in may if not any(needed(record) for needed in each.requires)]
        may = [each for each in may if not self._is_kept_from(each, record)]
        if may and (day := NOUNS[noun].day_of(record)) is not None:
            periods = await self._periods_of(record.school_id)
            may = [each for each in may if not self._is_closed(each, record, periods, day)]
        return [camel(each.name) for each in may]

    def _is_kept_from(self, to_call: Mutation[Any], record: Any) -> bool:
        """Whether it is another's to call it, since the record is of the viewer's own."""
        if to_call.not_by is None or self._viewer is None:
            return False
        return bool(getattr(record, to_call.not_by) == self._viewer.account.id)

    def _is_closed(self, to_call: Mutation[Any], record: Any, periods: Any, day: Any) -> bool:
        assert self._viewer is not None
        rights = self._viewer.schools[record.school_id]
        with_reason = any(each.name == "reason" for each in fields_of(to_call.input))
        excepted = rights.leads and with_reason and to_call.at == to_call.noun.name
        return is_closed(periods, day, rights.today, excepted=excepted)

    async def _periods_of(self, school: int) -> Sequence[Any]:
        if school not in self._periods:
            found = await self._store.fetch(periods_of_school, school=school)
            self._periods[school] = found
        return self._periods[school]
