"""Every kind of change, each made by the gateway's own mutations or commands in another process."""

import csv
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db.roster import export_roster, import_roster
from db.telling import tell_of
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import HERE, TODAY

HEAD, TEACHER, GUARDIAN = "the head", "the course's teacher", "guardian of this child"
Kind = Callable[[FrontDoor, random.Random], Awaitable[None]]
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    KINDS[function.__name__] = function
    return function


async def done(door: FrontDoor, mutation: str, who: str = HEAD, **given: Any) -> None:
    """The mutation; a refusal is none of ours, as when what is ended has ended already."""
    if who not in door.tokens:
        door.tokens[who] = await door.token(who)
    await door.do(mutation, "", door.tokens[who], **given)


async def versioned(door: FrontDoor, mutation: str, noun: str, **given: Any) -> None:
    table = "".join(f"_{each.lower()}" if each.isupper() else each for each in noun)[1:]
    query = f"SELECT version FROM {table} WHERE school_id = $1 AND id = $2"  # noqa: S608
    version = await door.pool.fetchval(query, HERE, door.small.records[noun])
    id_ = door.small.id(noun)
    await done(door, mutation, id=id_, expectedVersion=version, reason="So it is", **given)


@kind
async def mark(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "reviseGrade", "Grade", value=chance.choice("2345"))


@kind
async def mark_withdrawn_and_restored(door: FrontDoor, _: random.Random) -> None:
    state = await door.pool.fetchval(
        "SELECT state FROM grade WHERE id = $1", door.small.records["Grade"]
    )
    gone = state == "WITHDRAWN"
    await versioned(door, "restoreGrade" if gone else "withdrawGrade", "Grade")


@kind
async def mark_given(door: FrontDoor, chance: random.Random) -> None:
    small = door.small
    ids = {noun: small.id(noun.title().replace("_", "")) for noun in ("student", "lesson")}
    await done(
        door, "giveGrade", TEACHER, **ids, workType=small.id("WorkType"), value=chance.choice("345")
    )


@kind
async def homework(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeHomework", "Homework", text=f"Page {chance.randrange(10**6)}")


@kind
async def homework_set(door: FrontDoor, chance: random.Random) -> None:
    lesson, due = door.small.id("Lesson"), str(TODAY + timedelta(7))
    text = f"Exercise {chance.randrange(10**6)}"
    await done(door, "setHomework", lesson=lesson, text=text, dueOn=due)


@kind
async def topic(door: FrontDoor, chance: random.Random) -> None:
    version = await door.pool.fetchval(
        "SELECT version FROM lesson WHERE id = $1", door.small.records["Lesson"]
    )
    lesson, new = door.small.id("Lesson"), f"Topic {chance.randrange(10**6)}"
    await done(door, "setLessonTopic", lesson=lesson, expectedVersion=version, topic=new)


@kind
async def attendance(door: FrontDoor, chance: random.Random) -> None:
    lesson, student = door.small.id("Lesson"), door.small.id("Student")
    row = {"student": student, "kind": "LATE", "minutes": chance.randrange(1, 40)}
    await done(door, "takeAttendance", lesson=lesson, rows=[row], reason="So it was")


@kind
async def remark(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeRemark", "Remark", text=f"Said {chance.randrange(10**6)}")


@kind
async def name_of_student(door: FrontDoor, chance: random.Random) -> None:
    given = {"id": door.small.id("Student"), "givenName": f"Ada{chance.randrange(10**6)}"}
    await done(door, "changeStudent", **given)


@kind
async def name_of_teacher(door: FrontDoor, chance: random.Random) -> None:
    id_ = await door.id_of(TEACHER)
    await done(door, "changeTeacher", id=id_, familyName=f"Sommer{chance.randrange(10**6)}")


@kind
async def name_of_guardian(door: FrontDoor, chance: random.Random) -> None:
    given = {"id": door.small.id("Guardian"), "phone": f"+49 {chance.randrange(10**6)}"}
    await done(door, "changeGuardian", **given)


@kind
async def subject(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeSubject", "Subject", name=f"Maths {chance.randrange(10**6)}")


@kind
async def work_type(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeWorkType", "WorkType", name=f"Test {chance.randrange(10**6)}")


@kind
async def room(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeRoom", "Room", name=f"Room {chance.randrange(10**6)}")


@kind
async def course(door: FrontDoor, chance: random.Random) -> None:
    given = {"id": door.small.id("Course"), "title": f"Course {chance.randrange(10**6)}"}
    await done(door, "changeCourse", **given)


@kind
async def class_group(door: FrontDoor, chance: random.Random) -> None:
    given = {"id": door.small.id("ClassGroup"), "name": f"7{chance.choice('ABCDEFG')}"}
    await done(door, "changeClassGroup", **given)


@kind
async def lock(door: FrontDoor, _: random.Random) -> None:
    locked = await door.pool.fetchval(
        "SELECT locked FROM period WHERE id = $1", door.small.records["Period"]
    )
    await versioned(door, "unlockPeriod" if locked else "lockPeriod", "Period")


@kind
async def court_order(door: FrontDoor, _: random.Random) -> None:
    tie = {"student": door.small.id("Student"), "guardian": await door.id_of(GUARDIAN)}
    restricted = await door.pool.fetchval(
        "SELECT restriction FROM guardianship WHERE school_id = 1 AND student_id = $1"
        " AND guardian_id = (SELECT guardian_id FROM membership WHERE account_id = $2 LIMIT 1)"
        " ORDER BY begins_on DESC NULLS LAST LIMIT 1",
        door.small.records["Student"],
        door.small.accounts[GUARDIAN],
    )
    new = None if restricted else "NOTHING_SEEN"
    await done(door, "restrictGuardianship", **tie, restriction=new, reason="A court's order")


@kind
async def teaching(door: FrontDoor, _: random.Random) -> None:
    tie = {"course": door.small.id("Course"), "teacher": await door.id_of(TEACHER)}
    standing = await door.pool.fetchval(
        "SELECT count(*) FROM teaching t JOIN membership m USING (school_id, teacher_id)"
        " WHERE m.account_id = $1 AND t.course_id = $2 AND t.active"
        " AND (t.ends_on IS NULL OR t.ends_on >= $3)",
        door.small.accounts[TEACHER],
        door.small.records["Course"],
        TODAY,
    )
    if standing:
        await done(door, "endTeaching", **tie, endsOn=str(TODAY - timedelta(1)))
    else:
        await done(door, "assignTeacher", **tie, main=True, beginsOn=str(TODAY))


@kind
async def enrolment(door: FrontDoor, _: random.Random) -> None:
    tie = {"student": door.small.id("Student"), "course": door.small.id("Course")}
    await done(door, "enrolStudent", **tie, beginsOn=str(TODAY))
    await done(door, "endEnrolment", **tie, endsOn=str(TODAY))


@kind
async def roles(door: FrontDoor, _: random.Random) -> None:
    held = await door.pool.fetchrow(
        "SELECT id FROM membership WHERE role = 'DEPUTY_HEAD' AND ends_on IS NULL LIMIT 1"
    )
    school = door.small.id("School")
    if held is not None:
        yesterday = str(TODAY - timedelta(1))
        await done(door, "endRole", school=school, roleId=str(held["id"]), endsOn=yesterday)


@kind
async def by_sql(door: FrontDoor, chance: random.Random) -> None:
    """What whoever writes by SQL owes is a row of `table_change` in the same transaction."""
    async with door.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE grade SET comment = $1 WHERE school_id = 1", f"By SQL {chance.random()}"
        )
        await tell_of(connection, HERE, "grade")


@kind
async def roster(door: FrontDoor, chance: random.Random) -> None:
    """An import in which somebody is called otherwise."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        async with door.pool.acquire() as connection:
            await export_roster(connection, [HERE], path / "roster")
            file = path / "roster" / "users.csv"
            with file.open(newline="") as text:
                rows = list(csv.DictReader(text))
            for row in rows:
                row["givenName"] = f"Imported{chance.randrange(10**6)}"
            with file.open("w", newline="") as text:
                writer = csv.DictWriter(text, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            await import_roster(connection, path / "roster", skip_bad_rows=True, allow_deletions=True)


