"""Roster ids that a system uses again the year after for another record.

A class may keep its id for years, or an id may count up from 1 each September. The record of the
earlier year then stays what it is, under an id of ours; the new year gets a record of its own.
"""

from dataclasses import dataclass, field
from datetime import date
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


@dataclass(slots=True)
class ReusedIds:
    """The ids of a table's records, and the academic year of each."""

    run: ImportRun
    name: str
    ids: Ids
    years: dict[UUID, UUID | None]
    passed: dict[UUID, list[UUID]] = field(default_factory=dict)

    @classmethod
    async def load(cls, run: ImportRun, name: str) -> "ReusedIds":
        source, ids = table(name), await run.ids(name)
        if name in ("class_group", "course"):
            query = select(source.c.id, year_of(source).label("year"))
            rows = await fetch(run.connection, query.where(of_schools(source, run.schools)))
            run.year_of_place.update((row["id"], row["year"]) for row in rows)
            return cls(run, name, ids, {row["id"]: row["year"] for row in rows})
        columns = [source.c[each] for each in ("course_id", "class_group_id") if each in source.c]
        query = select(source.c.id, *columns).where(of_schools(source, run.schools))
        found = await fetch(run.connection, query.where(source.c.sourced_id.is_not(None)))
        years = {row[0]: run.year_of_place.get(next(filter(None, row[1:]))) for row in found}
        return cls(run, name, ids, years)

    def of_year(self, school: int, name: str, year: UUID | None) -> tuple[UUID, str]:
        """The id of the record that is called so in the year, and its roster id."""
        ids, coverage = self.ids, self.run.coverage
        known = ids.get((school, name))
        before = self.years.get(known) if known is not None else None
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
        """Give the records whose ids have passed to a later year ids of ours."""
        source = table(self.name)
        for year, ids in self.passed.items():
            named = update(source).values(sourced_id=past("", year) + source.c.sourced_id)
            for school in self.run.schools:
                of_school = (source.c.school_id == school, among(source.c.id, ids))
                await execute(self.run.connection, named.where(*of_school))
        self.passed.clear()


def past(name: str, year: UUID) -> str:
    return f"{PAST}{year}:{name}"


def before_passing(name: str) -> str | None:
    """The roster id that a record had before it passed to a later year."""
    return name[len(PAST) + YEAR + 1 :] if name.startswith(PAST) else None


def span_of(run: ImportRun, place: UUID) -> tuple[date, date] | None:
    """The days of the year of a class group or course."""
    year = run.year_of_place.get(place)
    return run.coverage.days.get(year) if year is not None else None
