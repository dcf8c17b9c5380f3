"""Enrolments, who teaches what, and what demographics add to students."""

from uuid import UUID

from sqlalchemy import select

from db.roster.changing import in_one_class_a_day
from db.roster.courses import Place, Places
from db.roster.days import days_of
from db.roster.gone import end_ties_of_teachers
from db.roster.merge import Batch
from db.roster.people import People
from db.roster.sql import fetch, of_schools, table
from db.roster.work import Work, known_or_new, missing
from domain.oneroster import Sheet
from domain.oneroster.records import Demographics, Enrollment

DATED = ("begins_on", "ends_on", "active")


async def place_enrolments(work: Work, places: Places) -> None:
    sheet = work.roster.sheet("enrollments", Enrollment)
    students, teachers = await work.ids("student"), await work.ids("teacher")
    enrolments, teachings = await work.ids("enrolment"), await work.ids("teaching")
    employed = await _employed(work)
    learn = Batch(
        "enrolment", ("student_id", "class_group_id", "course_id", *DATED), ("sourced_id",)
    )
    teach = Batch("teaching", ("course_id", "teacher_id", "main", *DATED), ("sourced_id",))
    heads: dict[Place, list[Enrollment]] = {}
    for each in sheet.records:
        place = _place(work, sheet, each, places)
        people = {"student": students, "teacher": teachers}.get(each.role)
        if people is None:
            work.findings.notice(sheet.file, f"an enrollment as {each.role} is not taken")
            continue
        person = people.get((place.school_id, each.user_sourced_id)) if place else None
        if place is None or person is None:
            if place is not None:
                _nobody(work, sheet, each)
            continue
        at, name = place.school_id, each.sourced_id
        days, held = days_of(work, sheet, each, at)
        if name in sheet.bad:
            continue
        dated = (*days, each.active and held)
        if each.role == "student":
            tie = (person, *((place.id, None) if place.homeroom else (None, place.id)))
            learn.add(at, known_or_new(enrolments, at, name), (*tie, *dated), name)
        elif place.homeroom:
            here = heads.setdefault(place, [])
            if person in employed and held:
                here.append(each)
        else:
            main = each.primary is not False
            says = (place.id, person, main, *dated[:2], dated[2] and person in employed)
            teach.add(at, known_or_new(teachings, at, name), says, name)
    await in_one_class_a_day(work, learn, sheet)
    await work.merge("enrolments", learn, sheet)
    await work.merge("teachings", teach, sheet)
    await _place_class_teachers(work, sheet, heads, places)
    await end_ties_of_teachers(work)


async def _employed(work: Work) -> set[UUID]:
    """The teachers who are still there."""
    teacher = table("teacher")
    query = select(teacher.c.id).where(of_schools(teacher, work.schools), teacher.c.active)
    return {row["id"] for row in await fetch(work.connection, query)}


def _place(work: Work, sheet: Sheet[Enrollment], each: Enrollment, places: Places) -> Place | None:
    place = places.get(each.class_sourced_id)
    if place is None:
        reason = missing("class", each.class_sourced_id, work.roster.sheets.get("classes"))
        sheet.drop(each, work.findings, "classSourcedId", reason)
        return None
    school = work.place(sheet, each, "schoolSourcedId", each.school_sourced_id)
    if each.role == "teacher" and school is not None and school != place.school_id:
        work.findings.notice(sheet.file, "a teacher's school is another than the class's")
    elif school is not None and school != place.school_id:
        sheet.drop(each, work.findings, "schoolSourcedId", "the class is of another school")
    return place if each.sourced_id not in sheet.bad else None


def _nobody(work: Work, sheet: Sheet[Enrollment], each: Enrollment) -> None:
    users = work.roster.sheets.get("users")
    there = users is not None and each.user_sourced_id in users.lines
    reason = (
        f"the user {each.user_sourced_id} is no {each.role} of the school"
        if there
        else missing("user", each.user_sourced_id, users)
    )
    sheet.drop(each, work.findings, "userSourcedId", reason)


async def _place_class_teachers(
    work: Work, sheet: Sheet[Enrollment], heads: dict[Place, list[Enrollment]], places: Places
) -> None:
    """The primary teacher of a homeroom, or its only one, is the class teacher."""
    teachers, groups = await work.ids("teacher"), await work.ids("class_group")
    ours = {id_ for (_, name), id_ in groups.items() if name == str(id_)}
    batch = Batch("class_group", ("class_teacher_id",))
    spared = {work_.class_sourced_id for work_ in sheet.records if work_.sourced_id in sheet.bad}
    whole = sheet.bulk and sheet.whole and all(name in sheet.lines for name in sheet.bad)
    listed = {
        place
        for name, place in places.items()
        if place.homeroom and whole and place.id not in ours and name not in spared
    }
    for place in sorted(heads.keys() | listed, key=lambda each: each.id):
        here = heads.get(place, [])
        active = [each for each in here if each.active]
        chosen = [each for each in active if each.primary] or active
        if len(chosen) > 1:
            work.findings.notice(
                sheet.file, "of several teachers of a homeroom, the first is taken"
            )
        head = teachers[place.school_id, chosen[0].user_sourced_id] if chosen else None
        batch.add(place.school_id, place.id, (head,))
    await work.merge("class teachers", batch)


async def place_demographics(work: Work, people: People) -> None:
    """Birth and sex of students; a student who is not in the file keeps them."""
    sheet = work.roster.sheet("demographics", Demographics)
    students = await work.ids("student")
    batch = Batch("student", ("born_on", "sex"))
    for each in sheet.records:
        if each.sourced_id not in people.users:
            reason = missing("user", each.sourced_id, work.roster.sheets.get("users"))
            sheet.drop(each, work.findings, "sourcedId", reason)
            continue
        sex = each.sex and each.sex.upper()
        for school in work.schools:
            if (id_ := students.get((school, each.sourced_id))) is not None:
                born_on = work.first(each.birth_date, school)
                says = (born_on, sex) if each.active else (None, None)
                batch.add(school, id_, says)
    await work.merge("demographics", batch)
