"""Roster ids that a system uses again the year after for another record.

A class may keep its id for years, or an id may count up from 1 each September. The record of the
earlier year then stays what it is, under an id of ours; the new year gets a record of its own.

A school whose office has opened the year has classes and places before their roster comes: those
that it tells too are the roster's from then on, so that nobody is in two classes called alike.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from db.roster.coverage import among, year_of
from db.roster.import_run import Ids, ImportRun, known_or_new
from db.roster.merge import OURS
from db.roster.sql import execute, fetch, of_schools, table
from domain.ids import uuid7

PAST = f"{OURS}past-"
"""The prefix of the roster id of a record whose id has passed to a later year. Its year's id and
the roster id that it had follow."""
YEAR = len(str(UUID(int=0)))
Alike = tuple[Any, ...]
"""What tells a record that has no roster id yet: a class by its year and name, say."""


def _of_places(row: Any) -> list[Alike]:
    return [class_alike(row["school_id"], row["year"], row["name"])]


def _of_courses(row: Any) -> list[Alike]:
    at = row["school_id"], row["year"]
    return course_alike(*at, row["title"], row["class_group_id"], row["subject_id"])


def _of_enrolments(row: Any) -> list[Alike]:
    return [(row["school_id"], row["student_id"], row["class_group_id"] or row["course_id"])]


def _of_teachings(row: Any) -> list[Alike]:
    if row["stands_in_for_id"] is not None:
        return []
    return [(row["school_id"], row["teacher_id"], row["course_id"])]


ALIKE: dict[str, Callable[[Any], list[Alike]]] = {
    "class_group": _of_places,
    "course": _of_courses,
    "enrolment": _of_enrolments,
    "teaching": _of_teachings,
}


def class_alike(school: int, year: UUID | None, name: str) -> Alike:
    return school, year, name.strip().casefold()


def course_alike(
    school: int, year: UUID | None, title: str, group: UUID | None, subject: UUID | None
) -> list[Alike]:
    """By its title, or by its class group and subject."""
    of_class = [(school, year, group, subject)] if group and subject else []
    return [(school, year, title.strip().casefold()), *of_class]


@dataclass(slots=True)
class ReusedIds:
    """The ids of a table's records, and the academic year of each."""

    run: ImportRun
    name: str
    ids: Ids
    years: dict[UUID, UUID | None]
    passed: dict[UUID, list[UUID]] = field(default_factory=dict)
    own: dict[Alike, UUID | None] = field(default_factory=dict)
    named: dict[UUID, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    async def load(cls, run: ImportRun, name: str) -> "ReusedIds":
        source, ids = table(name), await run.ids(name)
        if name in ("class_group", "course"):
            query = select(source, year_of(source).label("year"))
            rows = await fetch(run.connection, query.where(of_schools(source, run.schools)))
            run.year_of_place.update((row["id"], row["year"]) for row in rows)
            reused = cls(run, name, ids, {row["id"]: row["year"] for row in rows})
            reused._remember_own(rows)
            return reused
        columns = [source.c[each] for each in ("course_id", "class_group_id") if each in source.c]
        query = select(source.c.id, *columns).where(of_schools(source, run.schools))
        found = await fetch(run.connection, query.where(source.c.sourced_id.is_not(None)))
        years = {row[0]: run.year_of_place.get(next(filter(None, row[1:]))) for row in found}
        reused = cls(run, name, ids, years)
        if name in ALIKE:
            query = select(source).where(of_schools(source, run.schools))
            query = query.where(source.c.sourced_id.is_(None))
            reused._remember_own(await fetch(run.connection, query))
        return reused

    def _remember_own(self, rows: Iterable[Any]) -> None:
        """The diary's own records by what tells them; None where it tells more than one."""
        for row in rows:
            if row["sourced_id"] is None and row["active"]:
                for alike in ALIKE[self.name](row):
                    self.own[alike] = None if alike in self.own else row["id"]

    def of_year(self, school: int, name: str, year: UUID | None, *alike: Alike) -> tuple[UUID, str]:
        """The id of the record that is called so in the year, and its roster id.

        An unknown one may be the diary's own that is `alike`; it is the roster's from then on.
        """
        ids, coverage = self.ids, self.run.coverage
        known = ids.get((school, name))
        before = self.years.get(known) if known is not None else None
        for each in alike if known is None else ():
            if (own := self.own.get(each)) is not None and own not in self.named:
                ids[school, name], self.named[own] = own, (school, name)
                return own, name
        if known is None or before is None or year is None or coverage.is_same(before, year):
            return known_or_new(ids, school, name), name
        if (school, past(name, year)) in ids:
            return ids[school, past(name, year)], past(name, year)
        new = uuid7()
        self.years[new] = year
        if not coverage.is_later(year, before):
            ids[school, past(name, year)] = new
            return new, past(name, year)
        self.passed.setdefault(before, []).append(known)
        ids[school, past(name, before)], ids[school, name] = known, new
        return new, name

    async def save(self) -> None:
        """Give the records whose ids have passed to a later year ids of ours, and those of the
        diary that the roster tells of theirs."""
        source = table(self.name)
        for year, ids in self.passed.items():
            named = update(source).values(sourced_id=past("", year) + source.c.sourced_id)
            for school in self.run.schools:
                of_school = (source.c.school_id == school, among(source.c.id, ids))
                await execute(self.run.connection, named.where(*of_school))
        self.passed.clear()
        for id_, (school, name) in self.named.items():
            own = (source.c.school_id == school, source.c.id == id_)
            await execute(self.run.connection, update(source).values(sourced_id=name).where(*own))
        self.named.clear()


def past(name: str, year: UUID) -> str:
    return f"{PAST}{year}:{name}"


def before_passing(name: str) -> str | None:
    """The roster id that a record had before it passed to a later year."""
    return name[len(PAST) + YEAR + 1 :] if name.startswith(PAST) else None


def span_of(run: ImportRun, place: UUID) -> tuple[date, date] | None:
    """The days of the year of a class group or course."""
    year = run.year_of_place.get(place)
    return run.coverage.days.get(year) if year is not None else None
