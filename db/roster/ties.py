"""Enrolments, teachings and class teachers, and the demographics of students."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from db.roster.class_changes import shorten_overlapping_places
from db.roster.courses import ClassPlace, Places
from db.roster.days import days_of, with_its_year
from db.roster.ended_ties import end_ties_of_teachers
from db.roster.import_run import ImportRun, missing
from db.roster.merge import Batch
from db.roster.people import People
from db.roster.reused_ids import ReusedIds
from db.roster.sql import fetch, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.records import Demographics, Enrollment
from domain.oneroster.saying import Saying

DATED = ("begins_on", "ends_on", "active")


async def place_enrolments(run: ImportRun, places: Places) -> None:
    sheet = run.roster.sheet("enrollments", Enrollment)
    students, teachers = await run.ids("student"), await run.ids("teacher")
    enrolments = await ReusedIds.load(run, "enrolment")
    teachings = await ReusedIds.load(run, "teaching")
    employed = await _employed(run)
    learn = Batch(
        "enrolment", ("student_id", "class_group_id", "course_id", *DATED), ("sourced_id",)
    )
    teach = Batch("teaching", ("course_id", "teacher_id", "main", *DATED), ("sourced_id",))
    heads: dict[ClassPlace, list[Enrollment]] = {}
    begun = await _first_days(run, sheet)
    for each in sheet.records:
        place = _place(run, sheet, each, places)
        people = {"student": students, "teacher": teachers}.get(each.role)
        if people is None:
            run.findings.notice(sheet.file, Saying.ENROLLMENT_NOT_TAKEN(role=each.role))
            continue
        person = people.get((place.school_id, each.user_sourced_id)) if place else None
        if place is None or person is None:
            if place is not None:
                _drop_unknown_user(run, sheet, each)
            continue
        at, name = place.school_id, each.sourced_id
        days, held = days_of(run, sheet, each, at)
        if name in sheet.bad:
            continue
        year = run.year_of_place.get(place.id)
        active = each.active and held
        if each.role == "student":
            tie = (person, *((place.id, None) if place.homeroom else (None, place.id)))
            id_, called = enrolments.of_year(at, name, year, (at, person, place.id))
            span = with_its_year(run, days, at, year, begun.get(id_))
            learn.add(at, id_, (*tie, *span, active), called)
        elif place.homeroom:
            here = heads.setdefault(place, [])
            if person in employed and held:
                here.append(each)
        else:
            main = each.primary is not False
            id_, called = teachings.of_year(at, name, year, (at, person, place.id))
            span = with_its_year(run, days, at, year, begun.get(id_))
            values = (place.id, person, main, *span, active and person in employed)
            teach.add(at, id_, values, called)
    await shorten_overlapping_places(run, learn, sheet)
    await enrolments.save()
    await teachings.save()
    await run.merge("enrolments", learn, sheet)
    await run.merge("teachings", teach, sheet)
    await _place_class_teachers(run, sheet, heads, places)
    await end_ties_of_teachers(run)


async def _first_days(run: ImportRun, sheet: Sheet[Enrollment]) -> dict[UUID, date]:
    """Of the ties that have one, their first day, if the roster leaves some out."""
    found: dict[UUID, date] = {}
    if all(each.begin_date is not None for each in sheet.records):
        return found
    for name in ("enrolment", "teaching"):
        tie = table(name)
        query = select(tie.c.id, tie.c.begins_on).where(tie.c.begins_on.is_not(None))
        rows = await fetch(run.connection, query.where(of_schools(tie, run.schools)))
        found |= {row["id"]: row["begins_on"] for row in rows}
    return found


async def _employed(run: ImportRun) -> set[UUID]:
    """The active teachers."""
    teacher = table("teacher")
    query = select(teacher.c.id).where(of_schools(teacher, run.schools), teacher.c.active)
    return {row["id"] for row in await fetch(run.connection, query)}


def _place(
    run: ImportRun, sheet: Sheet[Enrollment], each: Enrollment, places: Places
) -> ClassPlace | None:
    place = places.get(each.class_sourced_id)
    if place is not None:
        day = run.last(each.end_date, place.school_id) or run.first(
            each.begin_date, place.school_id
        )
        place = places.on(each.class_sourced_id, day)
    if place is None:
        reason = missing("class", each.class_sourced_id, run.roster.sheets.get("classes"))
        sheet.drop(each, run.findings, "classSourcedId", reason)
        return None
    school = run.place(sheet, each, "schoolSourcedId", each.school_sourced_id)
    if each.role == "teacher" and school is not None and school != place.school_id:
        run.findings.notice(sheet.file, Saying.TEACHER_ELSEWHERE())
    elif school is not None and school != place.school_id:
        sheet.drop(each, run.findings, "schoolSourcedId", Saying.CLASS_ELSEWHERE())
    return place if each.sourced_id not in sheet.bad else None


def _drop_unknown_user(run: ImportRun, sheet: Sheet[Enrollment], each: Enrollment) -> None:
    users = run.roster.sheets.get("users")
    there = users is not None and each.user_sourced_id in users.lines
    reason = (
        Saying.NOT_OF_SCHOOL(id=each.user_sourced_id, role=each.role)
        if there
        else missing("user", each.user_sourced_id, users)
    )
    sheet.drop(each, run.findings, "userSourcedId", reason)


async def _place_class_teachers(
    run: ImportRun,
    sheet: Sheet[Enrollment],
    heads: dict[ClassPlace, list[Enrollment]],
    places: Places,
) -> None:
    """Set class teachers: the primary teacher of a homeroom, or its only one."""
    teachers, groups = await run.ids("teacher"), await run.ids("class_group")
    ours = {id_ for (_, name), id_ in groups.items() if name == str(id_)}
    batch = Batch("class_group", ("class_teacher_id",))
    excluded = {each.class_sourced_id for each in sheet.records if each.sourced_id in sheet.bad}
    whole = sheet.bulk and sheet.whole and all(name in sheet.lines for name in sheet.bad)
    listed = {
        place
        for name, place in places.items()
        if place.homeroom and whole and place.id not in ours and name not in excluded
        if (year := run.year_of_place.get(place.id)) is None or year in run.coverage.classes
    }
    for place in sorted(heads.keys() | listed, key=lambda each: each.id):
        here = heads.get(place, [])
        active = [each for each in here if each.active]
        chosen = [each for each in active if each.primary] or active
        if len(chosen) > 1:
            run.findings.notice(sheet.file, Saying.FIRST_OF_HOMEROOM())
        head = teachers[place.school_id, chosen[0].user_sourced_id] if chosen else None
        batch.add(place.school_id, place.id, (head,))
    await run.merge("class teachers", batch)


async def place_demographics(run: ImportRun, people: People) -> None:
    """Merge birth dates and sex of students; a student who is not in the file keeps them."""
    sheet = run.roster.sheet("demographics", Demographics)
    students = await run.ids("student")
    batch = Batch("student", ("born_on", "sex"))
    for each in sheet.records:
        if each.sourced_id not in people.users:
            reason = missing("user", each.sourced_id, run.roster.sheets.get("users"))
            sheet.drop(each, run.findings, "sourcedId", reason)
            continue
        sex = each.sex and each.sex.upper()
        for school in run.schools:
            if (id_ := students.get((school, each.sourced_id))) is not None:
                born_on = run.first(each.birth_date, school)
                values = (born_on, sex) if each.active else (None, None)
                batch.add(school, id_, values)
    await run.merge("demographics", batch)
