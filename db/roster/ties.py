"""Guardianships, enrolments, who teaches what, and what demographics add to students."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.roster.courses import Place, Places
from db.roster.gone import end_ties_of_guardians, end_ties_of_teachers
from db.roster.merge import Batch
from db.roster.people import People
from db.roster.sql import fetch, of_schools, table
from db.roster.work import Work, known_or_new, missing
from domain.ids import uuid7
from domain.oneroster import Sheet
from domain.oneroster.records import Demographics, Enrollment, User

LEFT_ALONE = "a tie to a guardian of the diary's own is not named, and stays as it was"
DATED = ("begins_on", "ends_on", "active")


async def place_guardianships(work: Work, people: People) -> None:
    """A student's agents are the guardians; a tie that the roster no longer names has ended."""
    sheet = work.roster.sheet("users", User)
    students, guardians = await work.ids("student"), await work.ids("guardian")
    ties = await _ties(work)
    batch = Batch("guardianship", ("ends_on",), ("student_id", "guardian_id", "relation"))
    gone = before = 0
    for user in sheet.records:
        agents = _agents(work, sheet, user, people)
        for kind, school, name in [("student", s, user.sourced_id) for s in work.schools]:
            if (kind, school, name) not in people.parts:
                continue
            student = students[school, name]
            named = {
                guardians[school, a] for a in agents if people.parts.get(("guardian", school, a))
            }
            for guardian in sorted(named):
                id_, ends_on = ties.get((school, student), {}).get(guardian, (uuid7(), None))
                over = ends_on is not None and ends_on < work.today(school)
                says = (None if over else ends_on,)
                batch.add(school, id_, says, student, guardian, "GUARDIAN")
            for guardian, (id_, ends_on) in ties.get((school, student), {}).items():
                held = ends_on is None or ends_on >= work.today(school)
                before += held
                if guardian in named or not held:
                    continue
                if not _of_roster(guardians, school, guardian):
                    work.findings.notice(sheet.file, LEFT_ALONE)
                else:
                    gone += 1
                    ended = work.today(school) - timedelta(days=1)
                    batch.add(school, id_, (ended,), student, guardian, "GUARDIAN")
    await work.merge("guardianships", batch)
    if sheet.bulk:
        work.check_vanished("guardianships", gone, before)
    await end_ties_of_guardians(work)


def _of_roster(guardians: dict[tuple[int, str], UUID], school: int, guardian: UUID) -> bool:
    """Whether a roster brought the guardian; a tie to one of the diary's own is left alone."""
    return (school, str(guardian)) not in guardians


async def _ties(work: Work) -> dict[tuple[int, UUID], dict[UUID, tuple[UUID, Any]]]:
    source = table("guardianship")
    found: dict[tuple[int, UUID], dict[UUID, tuple[UUID, Any]]] = {}
    for row in await fetch(work.connection, select(source).where(of_schools(source, work.schools))):
        at = found.setdefault((row["school_id"], row["student_id"]), {})
        at[row["guardian_id"]] = row["id"], row["ends_on"]
    return found


def _agents(work: Work, sheet: Sheet[User], user: User, people: People) -> list[str]:
    """Those of the user's agents who are guardians; the tie to an unknown one is left out."""
    found = []
    for agent in user.agent_sourced_ids:
        if agent in people.guardians:
            found.append(agent)
        elif agent in people.users:
            work.findings.notice(sheet.file, "an agent without a guardian's role is not tied")
        else:
            reason = missing("user", agent, sheet)
            work.findings.bad(sheet.file, user.line, "agentSourcedIds", reason)
    return found


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
        dated = (each.begin_date, each.end_date, each.active)
        at, name = place.school_id, each.sourced_id
        if each.role == "student":
            tie = (person, *((place.id, None) if place.homeroom else (None, place.id)))
            learn.add(at, known_or_new(enrolments, at, name), (*tie, *dated), name)
        elif place.homeroom:
            here = heads.setdefault(place, [])
            if person in employed:
                here.append(each)
        else:
            main = each.primary is not False
            says = (place.id, person, main, *dated[:2], each.active and person in employed)
            teach.add(at, known_or_new(teachings, at, name), says, name)
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
    if school is not None and school != place.school_id:
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
        says = (each.birth_date, each.sex and each.sex.upper()) if each.active else (None, None)
        for school in work.schools:
            if (id_ := students.get((school, each.sourced_id))) is not None:
                batch.add(school, id_, says)
    await work.merge("demographics", batch)
