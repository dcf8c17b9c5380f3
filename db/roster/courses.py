"""Subjects, class groups and courses: what a roster calls courses and classes."""

from dataclasses import dataclass
from uuid import UUID

from db.roster.merge import Batch
from db.roster.sessions import Years
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
            subject = subjects.get((school, each.course_sourced_id or ""))
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
    batch = Batch("subject", ("name", "code", "active"), ("sourced_id",))
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
    await work.merge("subjects", batch, sheet)
    return ids


def _is_sound(work: Work, sheet: Sheet[Class], each: Class, subjects: Ids, years: Years) -> bool:
    """Whether everything that the class refers to is there; what is not is said."""
    before = len(work.findings.bad_rows)
    school = work.place(sheet, each, "schoolSourcedId", each.school_sourced_id)
    course = each.course_sourced_id
    if course is None:
        if each.class_type == "scheduled" and not each.courseless:
            sheet.drop(each, work.findings, "courseSourcedId", "is blank")
    elif not any((at, course) in subjects for at in ([school] if school else work.schools)):
        reason = missing("course", course, work.roster.sheets.get("courses"))
        sheet.drop(each, work.findings, "courseSourcedId", reason)
    for term in each.term_sourced_ids if school is not None else ():
        if (school, term) not in years:
            reason = missing("academicSession", term, work.roster.sheets.get("academicSessions"))
            sheet.drop(each, work.findings, "termSourcedIds", reason)
    return len(work.findings.bad_rows) == before


def _year(each: Class, school: int, years: Years) -> UUID | None:
    return next((years[school, term] for term in each.term_sourced_ids), None)
