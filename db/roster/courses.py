"""Subjects, class groups and courses, from the roster's courses and classes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from db.roster.import_run import Ids, ImportRun, known_or_new, missing
from db.roster.merge import OURS, Batch
from db.roster.sessions import Years
from db.roster.sql import fetch, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.records import Class, Course


@dataclass(frozen=True, slots=True)
class ClassPlace:
    """The class group or course that a class of the roster is."""

    school_id: int
    id: UUID
    homeroom: bool


Places = dict[str, ClassPlace]
UNKNOWN = UUID(int=0)
FROM_CLASS = "the course of a class is in no file; its subject is told from the class"
NOT_NEEDED = "the course of a homeroom is in no file, and is not needed"


async def place_courses(run: ImportRun, years: Years) -> Places:
    """Merge all classes; returns their places, with those of classes that were known before."""
    subjects = await _place_subjects(run)
    sheet = run.roster.sheet("classes", Class)
    groups, courses = await run.ids("class_group"), await run.ids("course")
    places = {name: ClassPlace(school, id_, True) for (school, name), id_ in groups.items()}
    places.update({name: ClassPlace(school, id_, False) for (school, name), id_ in courses.items()})
    of_groups = Batch(
        "class_group", ("name", "grade_level", "academic_year_id", "active"), ("sourced_id",)
    )
    owned = ("title", "code", "room", "subject_id", "academic_year_id", "active")
    of_courses = Batch("course", owned, ("sourced_id", "class_group_id", "whole_class"))
    sound = [each for each in sheet.records if _is_sound(run, sheet, each, subjects, years)]
    for each in sorted(sound, key=lambda each: each.class_type != "homeroom"):
        school = run.school_of[each.school_sourced_id] or 0
        name, year = each.sourced_id, _year(each, school, years)
        if each.class_type == "homeroom":
            id_ = known_or_new(groups, school, name)
            of_groups.add(school, id_, (each.title, each.grades, year, each.active), name)
        else:
            id_ = known_or_new(courses, school, name)
            subject = subjects.get((school, _subject_of(each) or ""))
            values = (each.title, each.class_code, each.location, subject, year, each.active)
            home = groups.get((school, each.home or ""))
            of_courses.add(school, id_, values, name, home, bool(each.whole and home))
        places[name] = ClassPlace(school, id_, each.class_type == "homeroom")
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
        run.findings.notice(sheet.file, FROM_CLASS)
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
            run.findings.notice(sheet.file, NOT_NEEDED)
        else:
            reason = missing("course", course, courses)
            sheet.drop(each, run.findings, "courseSourcedId", reason)
    for term in each.term_sourced_ids if school is not None else ():
        if (school, term) not in years:
            reason = missing("academicSession", term, run.roster.sheets.get("academicSessions"))
            sheet.drop(each, run.findings, "termSourcedIds", reason)
    return len(run.findings.bad_rows) == before


def _year(each: Class, school: int, years: Years) -> UUID | None:
    return next((years[school, term] for term in each.term_sourced_ids), None)
