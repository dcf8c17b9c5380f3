"""People and ties that a roster no longer lists: they end, and what they were stays.

Who is missing has left. If the roster speaks for a year in which they still have a place, they
left the day before the import; or else at the end of their last year, which is no news and needs
no leave. A roster of a year that is over says nothing of who came later. Who is listed again is
there again: the same record, without the last day, while what they had before keeps its own days.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, true, union_all, update
from sqlalchemy import Date as DateType

from db.roster.coverage import among, year_of
from db.roster.merge import is_absent
from db.roster.report import Changes
from db.roster.sql import execute, fetch, of_schools, table

if TYPE_CHECKING:
    from db.roster.import_run import ImportRun

DAY = timedelta(1)


async def end_absent_ties(
    run: "ImportRun", name: str, within: ColumnElement[bool], excluded: set[str], changes: Changes
) -> list[int]:
    """End ties the day before the import; those that would begin later become inactive. Returns the
    school of each."""
    tie = table(name)
    absent = and_(is_absent(tie, run.schools, excluded), within)
    gone: list[int] = []
    for school, today in run.coverage.today.items():
        begun = tie.c.begins_on.is_(None) | (tie.c.begins_on < today)
        last = literal(today - DAY, DateType())
        values = {"ends_on": case((begun, last), else_=tie.c.ends_on), "active": begun}
        change = update(tie).values(values).where(tie.c.school_id == school, absent)
        for row in await fetch(run.connection, change.returning(tie.c.active)):
            gone.append(school)
            changes.ended += row["active"]
            changes.made_inactive += not row["active"]
    return gone


@dataclass(slots=True)
class LastDays:
    """The last day of a person in years that the roster speaks for, and in others."""

    told: date | None = None
    past: date | None = None
    endless: bool = False

    def add(self, last: date | None, *, told: bool) -> None:
        if last is None:
            self.endless = True
        elif told:
            self.told = max(self.told or last, last)
        else:
            self.past = max(self.past or last, last)

    @property
    def is_news(self) -> bool:
        """Whether the person is missing from where they had a place."""
        return self.endless or self.told is not None or self.past is None

    def left_on(self, today: date) -> date:
        yesterday = today - DAY
        if not self.is_news and self.past is not None:
            return self.past
        last = yesterday if self.told is None or self.endless else min(self.told, yesterday)
        return max(last, self.past or last)


async def leave_absent_people(
    run: "ImportRun", kind: str, excluded: set[str], changes: Changes
) -> list[int]:
    """Give absent people a last day; returns the school of each whose leaving is news."""
    person = table(kind)
    absent = is_absent(person, run.schools, excluded)
    columns = (person.c.school_id, person.c.id, person.c.begins_on, person.c.ends_on)
    query = select(*columns).where(absent, run.coverage.not_over(person))
    rows = await fetch(run.connection, query.order_by(person.c.id))
    if not rows:
        return []
    days = await (_days_of_guardians if kind == "guardian" else _days_of_ties)(run, kind)
    news: list[int] = []
    ends: defaultdict[tuple[int, date | None, bool], list[UUID]] = defaultdict(list)
    for row in rows:
        school, id_ = row["school_id"], row["id"]
        if school in run.coverage.outdated:
            continue
        last = days.get(id_, LastDays())
        day = min(last.left_on(run.coverage.today[school]), row["ends_on"] or date.max)
        begun = row["begins_on"] is None or row["begins_on"] <= day
        ends[school, day if begun else row["ends_on"], begun].append(id_)
        run.leaving.add(id_)
        if last.is_news:
            news.append(school)
    for (school, day, begun), ids in ends.items():
        of_them = (person.c.school_id == school, among(person.c.id, ids))
        left = update(person).values(ends_on=day, active=begun).where(*of_them)
        differs = person.c.ends_on.is_distinct_from(day) if begun else true()
        count = await execute(run.connection, left.where(differs))
        changes.ended += count * begun
        changes.made_inactive += count * (not begun)
        if count:
            run.schools_with_changed_rights.add(school)
    return news


async def _days_of_ties(run: "ImportRun", kind: str) -> dict[UUID, LastDays]:
    """By person, the last days in the years of their ties."""
    found: defaultdict[UUID, LastDays] = defaultdict(LastDays)
    for row in await fetch(run.connection, _ties(run, kind)):
        year = row["year"]
        span = run.coverage.days.get(year) if year is not None else None
        lasts = [day for day in (row["ends_on"], span and span[1]) if day is not None]
        told = span is None or year in run.coverage.classes
        if span is not None and span[0] > run.coverage.reaches.get(row["school_id"], date.max):
            continue  # the roster does not reach there
        found[row["person"]].add(min(lasts, default=None), told=told)
    return found


def _ties(run: "ImportRun", kind: str) -> Any:
    """School, person, year and last day of each tie to a class group or course."""
    course, group = table("course"), table("class_group")
    name = "enrolment" if kind == "student" else "teaching"
    tie, queries = table(name), []
    for place in (course, group):
        if f"{place.name}_id" in tie.c:
            there = tie.c[f"{place.name}_id"]
            same = and_(place.c.school_id == tie.c.school_id, place.c.id == there)
            of_tie = (tie.c[f"{kind}_id"].label("person"), year_of(place).label("year"))
            query = select(tie.c.school_id, *of_tie, tie.c.ends_on).join_from(tie, place, same)
            queries.append(query.where(of_schools(tie, run.schools), tie.c.active))
    if kind == "teacher":
        no_end = literal(None, DateType()).label("ends_on")
        for led in (group.c.class_teacher_id, group.c.deputy_id):
            of_lead = (led.label("person"), year_of(group).label("year"), no_end)
            query = select(group.c.school_id, *of_lead)
            queries.append(query.where(of_schools(group, run.schools), led.is_not(None)))
    return union_all(*queries)


async def _days_of_guardians(run: "ImportRun", _: str) -> dict[UUID, LastDays]:
    """By guardian, the last days of their children: who has a child that goes on is missed."""
    tie, student = table("guardianship"), table("student")
    same = and_(student.c.school_id == tie.c.school_id, student.c.id == tie.c.student_id)
    columns = (student.c.school_id, student.c.id, student.c.active, student.c.ends_on)
    query = select(tie.c.guardian_id, tie.c.ends_on.label("tie_ends_on"), *columns)
    query = query.join_from(tie, student, same).where(of_schools(tie, run.schools))
    found: defaultdict[UUID, LastDays] = defaultdict(LastDays)
    for row in await fetch(run.connection, query):
        today, last = run.coverage.today[row["school_id"]], row["ends_on"]
        if row["id"] not in run.leaving and (last is None or last >= today):
            last = None
        over = row["tie_ends_on"]
        if over is not None and over < today:
            last = over if last is None else min(last, over)
        if row["active"] or last is not None:
            found[row["guardian_id"]].add(last, told=False)
    return found


async def with_past_ties(run: "ImportRun", kind: str) -> set[tuple[int, str]]:
    """School and roster id of the people, or of the guardians of students, who have ties of years
    that are history."""
    of_whom = "student" if kind == "guardian" else kind
    past = {
        row["person"]
        for row in await fetch(run.connection, _ties(run, of_whom))
        if row["year"] is not None and row["year"] not in run.coverage.classes
    }
    if kind == "guardian":
        tie = table("guardianship")
        query = select(tie.c.guardian_id, tie.c.student_id).where(of_schools(tie, run.schools))
        rows = await fetch(run.connection, query)
        past = {row["guardian_id"] for row in rows if row["student_id"] in past}
    return {found for found, id_ in (await run.ids(kind)).items() if id_ in past}


async def move_leavers(run: "ImportRun", moved: Mapping[UUID, tuple[date, date]]) -> None:
    """Who has left with a year leaves on its new last day, where a roster moves it. `moved` has the
    old and the new one by the id of the year."""
    for year, (old, new) in moved.items():
        for kind in ("student", "teacher"):
            person = table(kind)
            there = _in_year(kind, year).correlate(person)
            left = (of_schools(person, run.schools), person.c.ends_on == old, there.exists())
            begun = person.c.begins_on.is_(None) | (person.c.begins_on <= new)
            change = update(person).values(ends_on=new).where(*left, begun)
            for row in await fetch(run.connection, change.returning(person.c.school_id)):
                run.schools_with_changed_rights.add(row["school_id"])


def _in_year(kind: str, year: UUID) -> Any:
    """The person's places in class groups or courses of the year."""
    person, ways = table(kind), []
    tie = table("enrolment" if kind == "student" else "teaching")
    for name in ("course", "class_group"):
        if f"{name}_id" in tie.c:
            place: Any = table(name)
            of_year = select(place.c.id).where(
                place.c.school_id == tie.c.school_id, year_of(place) == year
            )
            ways.append(tie.c[f"{name}_id"].in_(of_year))
    own = and_(tie.c.school_id == person.c.school_id, tie.c[f"{kind}_id"] == person.c.id)
    return select(tie.c.id).where(own, tie.c.active, or_(*ways))
