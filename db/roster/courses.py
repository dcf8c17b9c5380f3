"""Subjects, class groups and courses: what a roster calls courses and classes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from db.roster.merge import OURS, Batch
from db.roster.sessions import Years
from db.roster.sql import fetch, of_schools, table
from db.roster.work import Ids, Work, known_or_new, missing
from domain.oneroster import Sheet
from domain.oneroster.records import Class, Course


@dataclass(frozen=True, slots=True)
class Place:
    """Where a class is: the school, and either its class group or its course."""

    school_id: int
    id: UUID
    homeroom: bool


Places = dict[str, Place]
UNKNOWN = UUID(int=0)
FROM_CLASS = "the course of a class is in no file; its subject is told from the class"
NOT_NEEDED = "the course of a homeroom is in no file, and is not needed"


async def place_courses(work: Work, years: Years) -> Places:
    """The places of all classes, those of the roster and those known before."""
    subjects = await _place_subjects(work)
    sheet = work.roster.sheet("classes", Class)
    groups, courses = await work.ids("class_group"), await work.ids("course")
    places = {name: Place(school, id_, True) for (school, name), id_ in groups.items()}
    places.update({name: Place(school, id_, False) for (school, name), id_ in courses.items()})
    of_groups = Batch(
        "class_group", ("name", "grade_level", "academic_year_id", "active"), ("sourced_id",)
    )
    owned = ("title", "code", "room", "subject_id", "academic_year_id", "active")
    of_courses = Batch("course", owned, ("sourced_id", "class_group_id", "whole_class"))
    sound = [each for each in sheet.records if _is_sound(work, sheet, each, subjects, years)]
    for each in sorted(sound, key=lambda each: each.class_type != "homeroom"):
        school = work.school_of[each.school_sourced_id] or 0
        name, year = each.sourced_id, _year(each, school, years)
        if each.class_type == "homeroom":
            id_ = known_or_new(groups, school, name)
            of_groups.add(school, id_, (each.title, each.grades, year, each.active), name)
        else:
            id_ = known_or_new(courses, school, name)
            subject = subjects.get((school, _subject_of(each) or ""))
            says = (each.title, each.class_code, each.location, subject, year, each.active)
            home = groups.get((school, each.home or ""))
            of_courses.add(school, id_, says, name, home, bool(each.whole and home))
        places[name] = Place(school, id_, each.class_type == "homeroom")
    await work.merge("class groups", of_groups, sheet)
    await work.merge("courses", of_courses, sheet)
    return places


async def _place_subjects(work: Work) -> Ids:
    """A course of the catalogue is a subject of the schools whose classes teach it."""
    sheet = work.roster.sheet("courses", Course)
    ids = await work.ids("subject")
    taught: dict[str, set[int]] = {}
    for each in work.roster.sheet("classes", Class).records:
        school = work.school_of.get(each.school_sourced_id)
        if each.course_sourced_id is not None and school is not None:
            taught.setdefault(each.course_sourced_id, set()).add(school)
    for school, name in ids:
        taught.setdefault(name, set()).add(school)
    batch = Batch("subject", ("name", "code", "active"), ("sourced_id",), counted=True)
    for course in sheet.records:
        if course.org_sourced_id not in work.school_of:
            reason = missing("org", course.org_sourced_id, work.roster.sheets.get("orgs"))
            sheet.drop(course, work.findings, "orgSourcedId", reason)
            continue
        schools = set(taught.get(course.sourced_id, ()))
        if (own := work.school_of[course.org_sourced_id]) is not None:
            schools.add(own)
        for school in sorted(schools):
            id_ = known_or_new(ids, school, course.sourced_id)
            says = (course.title, course.course_code, course.active)
            batch.add(school, id_, says, course.sourced_id)
    await _of_classes(work, ids, batch)
    await work.merge("subjects", batch, sheet)
    return ids


def _subject_of(each: Class) -> str | None:
    """How the roster names the subject of a class: as its course, or where it names none, by its
    own subject or title."""
    if each.course_sourced_id is not None or each.class_type == "homeroom" or each.courseless:
        return each.course_sourced_id
    return f"{OURS}subject-{_called(each)}"


def _called(each: Class) -> str:
    return each.subjects[0] if each.subjects else each.title


async def _of_classes(work: Work, ids: Ids, batch: Batch) -> None:
    """Make the subjects of classes whose course is in no file, called as the classes say; one that
    is known stays as it is."""
    courses, sheet = work.roster.sheet("courses", Course), work.roster.sheet("classes", Class)
    source = table("subject")
    rows = await fetch(work.connection, select(source).where(of_schools(source, work.schools)))
    known = {(row["school_id"], row["id"]): row for row in rows}
    for each in sheet.records:
        school, name = work.school_of.get(each.school_sourced_id), _subject_of(each)
        if school is None or name is None or name in courses.listed:
            continue
        if each.course_sourced_id is not None and not courses.whole:
            continue  # its row may be one that cannot be read
        row = known.get((school, ids.get((school, name), UNKNOWN)))
        if each.class_type == "homeroom" or (row is not None and not courses.bulk):
            continue
        work.findings.notice(sheet.file, FROM_CLASS)
        id_ = known_or_new(ids, school, name)
        if row is not None:
            batch.add(school, id_, (row["name"], row["code"], True), name)
        elif (school, id_) not in batch.rows:
            batch.add(school, id_, (_called(each), None, True), name)


def _is_sound(work: Work, sheet: Sheet[Class], each: Class, subjects: Ids, years: Years) -> bool:
    """Whether everything that the class refers to is there; what is not is said."""
    before = len(work.findings.bad_rows)
    school = work.place(sheet, each, "schoolSourcedId", each.school_sourced_id)
    course = _subject_of(each)
    if course is not None and not any(
        (at, course) in subjects for at in ([school] if school else work.schools)
    ):
        courses = work.roster.sheets.get("courses")
        if each.class_type == "homeroom" and (courses is None or course not in courses.bad):
            work.findings.notice(sheet.file, NOT_NEEDED)
        else:
            reason = missing("course", course, courses)
            sheet.drop(each, work.findings, "courseSourcedId", reason)
    for term in each.term_sourced_ids if school is not None else ():
        if (school, term) not in years:
            reason = missing("academicSession", term, work.roster.sheets.get("academicSessions"))
            sheet.drop(each, work.findings, "termSourcedIds", reason)
    return len(work.findings.bad_rows) == before


def _year(each: Class, school: int, years: Years) -> UUID | None:
    return next((years[school, term] for term in each.term_sourced_ids), None)
