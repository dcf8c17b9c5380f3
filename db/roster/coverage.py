"""The academic years that a roster speaks for. What belongs to all others is history.

A roster speaks for a year that is not over yet and that it names: by its session or one of its
periods, or by a session of the same days under another id. For classes and what hangs on them it
speaks for the years that its classes are of. Only what is missing from such a year is no longer
listed; a year that is over, or that the file does not name, stays as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    Table,
    Uuid,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from db.roster.sql import fetch, key, of_schools, table
from domain.oneroster.records import Class, Enrollment, LineItem

if TYPE_CHECKING:
    from db.roster.import_run import ImportRun
    from db.roster.merge import Batch

Span = tuple[date, date]


@dataclass(slots=True)
class Coverage:
    """`days` are those of every year of the schools; `sessions` are the years whose sessions the
    roster lists, `classes` those whose classes it lists; all are ids.

    By school, `reaches` is the first day of the last year that the roster names. It is `outdated`
    in a school if that year is over and a later one is known.
    """

    days: dict[UUID, Span] = field(default_factory=dict)
    today: dict[int, date] = field(default_factory=dict)
    sessions: set[UUID] = field(default_factory=set)
    classes: set[UUID] = field(default_factory=set)
    reaches: dict[int, date] = field(default_factory=dict)
    outdated: set[int] = field(default_factory=set)

    def is_same(self, one: UUID, other: UUID) -> bool:
        """Whether they are one year, perhaps under two ids, or one of them a part of it."""
        return one == other or overlap(self.days[one], self.days[other])

    def is_later(self, one: UUID, other: UUID) -> bool:
        return self.days[one][0] > self.days[other][0]

    def speaks_for(self, name: str) -> ColumnElement[bool]:
        """The condition of records of the table that are no longer listed if they are missing."""
        source = table(name)
        if name == "academic_year":
            return among(source.c.id, self.sessions)
        if name == "period":  # one that is over is history within a year that goes on
            return and_(among(source.c.academic_year_id, self.sessions), self.not_over(source))
        if name == "class_group" or name == "course":
            return self._of_told_year(source)
        if name == "subject":
            return not_(source.c.id.in_(self._past("subject_id")))
        if name == "work_type":
            grade = table("grade")
            used = select(grade.c.work_type_id).where(
                of_schools(grade, self.schools), grade.c.course_id.in_(self._past("id"))
            )
            return not_(source.c.id.in_(used))
        if name == "grade":
            return and_(self._in_told_courses(source), not_(source.c.student_id.in_(self._left())))
        return self._in_told_courses(source) if "course_id" in source.c else true()

    def not_over(self, source: Table) -> ColumnElement[bool]:
        """Whether the record has no last day, or one that is not past."""
        return or_(source.c.ends_on.is_(None), source.c.ends_on >= self.day(source))

    def day(self, source: Table) -> ColumnElement[Any]:
        """Today in the school of the record."""
        days = [(source.c.school_id == school, day) for school, day in self.today.items()]
        if not days:
            return literal(date.max, Date())
        return case(*((condition, literal(day, Date())) for condition, day in days))

    @property
    def schools(self) -> list[int]:
        return list(self.today)

    def _of_told_year(self, place: Any) -> ColumnElement[bool]:
        year = year_of(place)
        return or_(year.is_(None), among(year, self.classes))

    def _in_told_courses(self, source: Table) -> ColumnElement[bool]:
        """Whether the record is of a course or class group of a year that the roster speaks for."""
        ways = []
        for name in ("course", "class_group"):
            if f"{name}_id" in source.c:
                place: Any = table(name).alias(f"told_{name}")
                told = select(place.c.id).where(
                    of_schools(place, self.schools), self._of_told_year(place)
                )
                ways.append(source.c[f"{name}_id"].in_(told))
        return or_(*ways)

    def _past(self, column: str) -> Select[Any]:
        """A column of the courses that are history."""
        course: Any = table("course").alias("past_course")
        past = not_(self._of_told_year(course))
        of_them = (of_schools(course, self.schools), course.c.active, past)
        return select(course.c[column]).where(*of_them, course.c[column].is_not(None))

    def _left(self) -> Select[Any]:
        """Students who have left: their results are missing because they are."""
        student = table("student")
        left = (student.c.active, not_(self.not_over(student)))
        return select(student.c.id).where(of_schools(student, self.schools), *left)


def year_of(place: Any) -> ColumnElement[Any]:
    """The academic year of class groups or courses; a course without one has that of its class
    group."""
    if "class_group_id" not in place.c:
        year: ColumnElement[Any] = place.c.academic_year_id
        return year
    group = table("class_group").alias("group_of_course")
    of_group = select(group.c.academic_year_id).where(
        group.c.school_id == place.c.school_id, group.c.id == place.c.class_group_id
    )
    return func.coalesce(place.c.academic_year_id, of_group.correlate(place).scalar_subquery())


def same_days(one: Span, other: Span) -> bool:
    """Whether more than half of the days of each are the other's too."""
    return 2 * _shared(one, other) > max(_length(one), _length(other))


def overlap(one: Span, other: Span) -> bool:
    """Whether more than half of the days of one are the other's too."""
    return 2 * _shared(one, other) > min(_length(one), _length(other))


def _shared(one: Span, other: Span) -> timedelta:
    return _length((max(one[0], other[0]), min(one[1], other[1])))


def _length(span: Span) -> timedelta:
    return span[1] - span[0] + timedelta(1)


def among(column: ColumnElement[Any], ids: Iterable[UUID]) -> ColumnElement[bool]:
    return column == func.any(literal(sorted(ids), ARRAY(Uuid())))


async def read_coverage(
    run: "ImportRun", of_years: "Batch", periods: set[UUID], sessions: dict[tuple[int, str], UUID]
) -> Coverage:
    """The years that the roster speaks for: `of_years` are those that it lists, `periods` those
    whose periods it lists, and `sessions` tells the year of each session."""
    year = table("academic_year")
    query = select(year.c.school_id, year.c.id, year.c.starts_on, year.c.ends_on)
    known = await fetch(run.connection, query.where(of_schools(year, run.schools)))
    found = Coverage(today={school: run.today(school) for school in run.schools})
    school_of = {row["id"]: row["school_id"] for row in known}
    found.days = {row["id"]: (row["starts_on"], row["ends_on"]) for row in known}
    starts, ends = (of_years.columns.index(name) for name in ("starts_on", "ends_on"))
    for (school, id_), row in of_years.rows.items():
        school_of[id_], found.days[id_] = school, (row[starts], row[ends])
    running = {id_ for id_, (_, last) in found.days.items() if last >= found.today[school_of[id_]]}
    listed = {id_ for _, id_ in of_years.rows} | periods
    found.sessions = _alike(found, running, listed, school_of)
    taught = await _taught(run, sessions)
    for school in run.schools:
        of_school = {id_ for id_ in running if school_of[id_] == school}
        named = {id_ for id_ in taught if school_of.get(id_) == school}
        named = named or {id_ for id_ in listed if school_of.get(id_) == school} or of_school
        told = _alike(found, of_school, named, school_of)
        found.classes |= told
        if named:
            found.reaches[school] = last = max(found.days[id_][0] for id_ in named)
            starts = (found.days[id_][0] for id_, at in school_of.items() if at == school)
            if not told and max(starts) > last:
                found.outdated.add(school)
    return found


def _alike(
    found: Coverage, years: set[UUID], named: set[UUID], school_of: dict[UUID, int]
) -> set[UUID]:
    return {
        id_
        for id_ in years
        if any(school_of[id_] == school_of[each] and found.is_same(id_, each) for each in named)
    }


async def _taught(run: "ImportRun", sessions: dict[tuple[int, str], UUID]) -> set[UUID]:
    """The years of the classes that the roster lists, or names in enrollments and line items."""
    classes = run.roster.sheet("classes", Class)
    found = {
        sessions.get((run.school_of.get(each.school_sourced_id) or 0, term))
        for each in classes.records
        for term in each.term_sourced_ids
    }
    named = {each.class_sourced_id for each in run.roster.sheet("enrollments", Enrollment).records}
    named |= {each.class_sourced_id for each in run.roster.sheet("lineItems", LineItem).records}
    elsewhere = named - classes.listed
    for name in ("class_group", "course") if elsewhere else ():
        place = table(name)
        query = select(key(place).label("key"), year_of(place).label("year"))
        rows = await fetch(run.connection, query.where(of_schools(place, run.schools)))
        found |= {row["year"] for row in rows if row["key"] in elsewhere}
    return {each for each in found if each is not None}
