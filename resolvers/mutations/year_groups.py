"""The class groups of a year as an office edits them: repeaters, parts, mergers and new ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from strawberry import UNSET

from domain.names import search_key
from domain.year_plans import PlannedGroup
from resolvers.declarations.inputs import Parsed
from resolvers.mutations.year_people import LEADERS, Code, Named, Path


@dataclass(slots=True)
class GroupEdits(Named):
    """Puts class groups into the plan."""

    def _groups(self) -> list[PlannedGroup]:
        rows = self.given.items.get("class_groups", [])
        known = {source: each for each in self.plan.class_groups for source in each.source_ids}
        drafts = []
        defaulted: set[UUID] = set()
        for row in rows:
            sources = self._sources(row, known)
            own = self._names("students", row)
            joining = self._names("joining", row)
            if row.given.students is None:
                for place, source in enumerate(sources):
                    if source in defaulted:
                        message = "It goes on in two class groups: name the students of one."
                        self._wrong(Code.ALREADY_THERE, message, *row.at("sources", str(place)))
                    defaulted.add(source)
            drafts.append((row, sources, own, joining))
        replaced = {source for _, sources, _, _ in drafts for source in sources}
        kept = [
            (("classGroups",), self._without_named(each))
            for each in self.plan.class_groups
            if not replaced & {*each.source_ids}
        ]
        made = [(row.path, self._group(row, known, *rest)) for row, *rest in drafts]
        self._insist_on_names(kept, made)
        return [each for _, each in (*kept, *made)]

    def _sources(self, row: Parsed[Any], known: Mapping[UUID, PlannedGroup]) -> list[UUID]:
        found = []
        for place, id_ in enumerate(self.ids.get(row.at("sources"), ())):
            if id_ in known:
                found.append(id_)
            else:
                message = f"There is no such class group in {self.plan.source.name}."
                self._wrong(Code.NOT_FOUND, message, *row.at("sources", str(place)))
        return list(dict.fromkeys(found))

    def _without_named(self, group: PlannedGroup) -> PlannedGroup:
        ids = tuple(each for each in group.student_ids if each not in self.named)
        return replace(group, student_ids=ids)

    def _group(
        self,
        row: Parsed[Any],
        known: Mapping[UUID, PlannedGroup],
        sources: list[UUID],
        own: list[UUID],
        joining: list[UUID],
    ) -> PlannedGroup:
        new, base = row.given, known[sources[0]] if sources else None
        if new.students is None:
            own = [
                each
                for source in sources
                for each in self.plan.last.in_group.get(source, ())
                if each not in self.named
            ]
        leaves = (
            new.leaves if new.leaves is not None else bool(base and base.leaves and not new.name)
        )
        name = None if leaves else new.name or (base.name if base else None)
        if name is None and not leaves:
            self._wrong(Code.BAD_INPUT, "Name the class group.", *row.at("name"))
        return PlannedGroup(
            self.plan.school_id,
            tuple(sources),
            name,
            told(new.grade_level, base and base.grade_level),
            self._leader(row, "class_teacher", base.class_teacher_id if base else None),
            self._leader(row, "deputy", base.deputy_id if base else None),
            tuple(dict.fromkeys([*own, *joining])),
            leaves,
        )

    def _leader(self, row: Parsed[Any], name: str, planned: UUID | None) -> UUID | None:
        if getattr(row.given, name) is UNSET:
            return planned
        id_ = row.id_of(name)
        if id_ is not None:
            self._is_there(id_, "teacher", *row.at(LEADERS[name]))
        return id_

    def _insist_on_names(
        self,
        kept: Iterable[tuple[Path, PlannedGroup]],
        made: Iterable[tuple[Path, PlannedGroup]],
    ) -> None:
        seen: set[str] = set()
        for own, placed in ((False, kept), (True, made)):
            for path, group in placed:
                if group.name is None:
                    continue
                if (key := search_key(group.name)) in seen:
                    message = f"The year has two class groups {group.name}."
                    self._wrong(Code.ALREADY_THERE, message, *path, *(("name",) if own else ()))
                seen.add(key)


def told(told: Any, planned: Any) -> Any:  # a value of a column
    return planned if told is UNSET else told
