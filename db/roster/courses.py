"""Subjects, class groups and courses, from the roster's courses and classes."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import not_, select, update

from db.roster.import_run import Ids, ImportRun, known_or_new, missing
from db.roster.merge import OURS, Batch
from db.roster.reused_ids import ReusedIds, before_passing, class_alike, course_alike, span_of
from db.roster.sessions import Years
from db.roster.sql import execute, fetch, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.records import Class, Course
from domain.oneroster.saying import Saying


@dataclass(frozen=True, slots=True)
class ClassPlace:
    """The class group or course that a class of the roster is."""

    school_id: int
    id: UUID
    homeroom: bool


class Places(dict[str, ClassPlace]):
    """The place of each class by roster id; for an id that earlier years had too, that of the year
    of the file."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__()
        self.run = run
        self.earlier: dict[str, list[ClassPlace]] = {}

    def __setitem__(self, name: str, place: ClassPlace) -> None:
        super().__setitem__(name, place)
        if (called := before_passing(name)) is not None:
            self.earlier.setdefault(called, []).append(place)

    def on(self, name: str, day: date | None) -> ClassPlace | None:
        """The place of the class on the day."""
        now = self.get(name)
        if day is None or now is None or _has(self.run, now, day):
            return now
        earlier = (each for each in self.earlier.get(name, ()) if _has(self.run, each, day))
        return next(earlier, now)


def _has(run: ImportRun, place: ClassPlace, day: date) -> bool:
    span = span_of(run, place.id)
    return span is not None and span[0] <= day <= span[1]


KEPT_ON = ("class_group_id", "whole_class", "grade_scale_id", "scale_from_roster")
"""What a course keeps that goes on under its id for another year, unless the roster says more."""
UNKNOWN = UUID(int=0)


async def place_courses(run: ImportRun, years: Years) -> Places:
    """Merge all classes; returns their places, with those of classes that were known before."""
    subjects = await _place_subjects(run)
    sheet = run.roster.sheet("classes", Class)
    groups = await ReusedIds.load(run, "class_group")
    courses = await ReusedIds.load(run, "course")
    places = Places(run)
    for known, homeroom in ((groups, True), (courses, False)):
        for (school, name), id_ in known.ids.items():
            places[name] = ClassPlace(school, id_, homeroom)
    before = await _known_courses(run)
    of_groups = Batch(
        "class_group", ("name", "grade_level", "academic_year_id", "active"), ("sourced_id",)
    )
    owned = ("title", "code", "room", "subject_id", "academic_year_id", "active")
    of_courses = Batch("course", owned, ("sourced_id", *KEPT_ON))
    sound = [each for each in sheet.records if _is_sound(run, sheet, each, subjects, years)]
    for each in sorted(sound, key=lambda each: each.class_type != "homeroom"):
        school = run.school_of[each.school_sourced_id] or 0
        name, year = each.sourced_id, _year(run, each, school, years)
        if each.class_type == "homeroom":
            alike = class_alike(school, year, each.title)
            id_, called = groups.of_year(school, name, year, alike)
            of_groups.add(school, id_, (each.title, each.grades, year, each.active), called)
        else:
            last = before.get(courses.ids.get((school, name), UNKNOWN))
            subject = subjects.get((school, _subject_of(each) or ""))
            values = (each.title, each.class_code, each.location, subject, year, each.active)
            kept = _kept_on(each, school, places, last)
            alike_ones = course_alike(school, year, each.title, kept[0], subject)
            id_, called = courses.of_year(school, name, year, *alike_ones)
            of_courses.add(school, id_, values, called, *kept)
        places[name] = ClassPlace(school, id_, each.class_type == "homeroom")
        run.year_of_place[id_] = year or run.year_of_place.get(id_)
    await groups.save()
    await courses.save()
    await run.merge("class groups", of_groups, sheet)
    await run.merge("courses", of_courses, sheet)
    return places


async def _place_subjects(run: ImportRun) -> Ids:
    """Merge courses of the roster as subjects, in each school whose classes have the course."""
    sheet = run.roster.sheet("courses", Course)
    ids = await run.ids("subject")
    taught: dict[str, set[int]] = {}
    for each in run.roster.sheet("classes", Class).records:
        school = run.school_of.get(each.school_sourced_id)
        if each.course_sourced_id is not None and school is not None:
            taught.setdefault(each.course_sourced_id, set()).add(school)
    await _take_over(run, ids, sheet)
    for school, name in ids:
        taught.setdefault(name, set()).add(school)
    batch = Batch("subject", ("name", "code", "active"), ("sourced_id",), counted=True)
    for course in sheet.records:
        if course.org_sourced_id not in run.school_of:
            reason = missing("org", course.org_sourced_id, run.roster.sheets.get("orgs"))
            sheet.drop(course, run.findings, "orgSourcedId", reason)
            continue
        schools = set(taught.get(course.sourced_id, ()))
        if (own := run.school_of[course.org_sourced_id]) is not None:
            schools.add(own)
        for school in sorted(schools):
            id_ = known_or_new(ids, school, course.sourced_id)
            values = (course.title, course.course_code, course.active)
            batch.add(school, id_, values, course.sourced_id)
    await _of_classes(run, ids, batch)
    await run.merge("subjects", batch, sheet)
    return ids


async def _take_over(run: ImportRun, ids: Ids, sheet: Sheet[Course]) -> None:
    """Subjects of earlier years go on under the new id if a roster gives its courses new ids each
    year: those that are no longer listed, with the same title and code."""
    subject = table("subject")
    if not sheet.bulk or not sheet.whole:
        return
    past = (subject.c.active, not_(run.coverage.speaks_for("subject")))
    query = select(subject).where(of_schools(subject, run.schools), *past)
    listed = sheet.listed
    free = {
        (row["school_id"], row["name"].casefold(), row["code"]): row
        for row in await fetch(run.connection, query.order_by(subject.c.id))
        if row["sourced_id"] is not None and row["sourced_id"] not in listed
    }
    for course in sheet.records:
        for school in run.schools:
            row = free.get((school, course.title.casefold(), course.course_code))
            if row is None or (school, course.sourced_id) in ids:
                continue
            del free[school, course.title.casefold(), course.course_code]
            del ids[school, row["sourced_id"]]
            ids[school, course.sourced_id] = row["id"]
            place = (subject.c.school_id == school, subject.c.id == row["id"])
            named = update(subject).where(*place).values(sourced_id=course.sourced_id)
            await execute(run.connection, named)


def _subject_of(each: Class) -> str | None:
    """The roster id of a class's subject: its course's id, or one made from the class's own subject
    or title."""
    if each.course_sourced_id is not None or each.class_type == "homeroom" or each.courseless:
        return each.course_sourced_id
    return f"{OURS}subject-{_called(each)}"


def _called(each: Class) -> str:
    return each.subjects[0] if each.subjects else each.title


async def _of_classes(run: ImportRun, ids: Ids, batch: Batch) -> None:
    """Add the subjects of classes whose course is missing, named after the class. Known subjects
    stay as they are."""
    courses, sheet = run.roster.sheet("courses", Course), run.roster.sheet("classes", Class)
    source = table("subject")
    rows = await fetch(run.connection, select(source).where(of_schools(source, run.schools)))
    known = {(row["school_id"], row["id"]): row for row in rows}
    for each in sheet.records:
        school, name = run.school_of.get(each.school_sourced_id), _subject_of(each)
        if school is None or name is None or name in courses.listed:
            continue
        if each.course_sourced_id is not None and not courses.whole:
            continue  # its row may be one of the bad ones
        row = known.get((school, ids.get((school, name), UNKNOWN)))
        if each.class_type == "homeroom" or (row is not None and not courses.bulk):
            continue
        run.findings.notice(sheet.file, Saying.COURSE_FROM_CLASS())
        id_ = known_or_new(ids, school, name)
        if row is not None:
            batch.add(school, id_, (row["name"], row["code"], True), name)
        elif (school, id_) not in batch.rows:
            batch.add(school, id_, (_called(each), None, True), name)


def _is_sound(
    run: ImportRun, sheet: Sheet[Class], each: Class, subjects: Ids, years: Years
) -> bool:
    """Whether all references of the class can be resolved; reports those that can't."""
    before = len(run.findings.bad_rows)
    school = run.place(sheet, each, "schoolSourcedId", each.school_sourced_id)
    course = _subject_of(each)
    if course is not None and not any(
        (at, course) in subjects for at in ([school] if school else run.schools)
    ):
        courses = run.roster.sheets.get("courses")
        if each.class_type == "homeroom" and (courses is None or course not in courses.bad):
            run.findings.notice(sheet.file, Saying.COURSE_NOT_NEEDED())
        else:
            reason = missing("course", course, courses)
            sheet.drop(each, run.findings, "courseSourcedId", reason)
    for term in each.term_sourced_ids if school is not None else ():
        if (school, term) not in years:
            reason = missing("academicSession", term, run.roster.sheets.get("academicSessions"))
            sheet.drop(each, run.findings, "termSourcedIds", reason)
    return len(run.findings.bad_rows) == before


def _year(run: ImportRun, each: Class, school: int, years: Years) -> UUID | None:
    """The year of the class; of several years, the last one."""
    named = [years[school, term] for term in each.term_sourced_ids]
    return max(named, key=lambda id_: run.coverage.days[id_], default=None)


async def _known_courses(run: ImportRun) -> dict[UUID, Any]:
    """What each course keeps, and the roster id of its class group."""
    course, group = table("course"), table("class_group")
    same = (group.c.school_id == course.c.school_id) & (group.c.id == course.c.class_group_id)
    columns = [course.c[name] for name in ("id", *KEPT_ON)]
    query = select(*columns, group.c.sourced_id.label("home")).outerjoin_from(course, group, same)
    rows = await fetch(run.connection, query.where(of_schools(course, run.schools)))
    return {row["id"]: row for row in rows}


def _kept_on(each: Class, school: int, places: Places, last: Any | None) -> tuple[Any, ...]:
    """The values of `KEPT_ON` for a new course: the roster's, or those of the course that had the
    roster id the year before."""
    name = each.home or (last["home"] if last is not None else None)
    place = places.get(name or "")
    home = place.id if place and place.homeroom and place.school_id == school else None
    whole = each.whole if each.whole is not None or last is None else last["whole_class"]
    chosen = last is not None and not last["scale_from_roster"]
    return home, bool(whole and home), last["grade_scale_id"] if last and chosen else None, False
