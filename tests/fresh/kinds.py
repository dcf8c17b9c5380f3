"""Every kind of change, each made by the gateway's own mutations or commands in another process."""

import csv
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db.roster import export_roster, import_roster
from db.telling import tell_of
from resolvers import global_id
from tests.fresh.people import HEAD_ELSEWHERE, UNDER_AN_ORDER
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY

HEAD, TEACHER, GUARDIAN = "the head", "the course's teacher", "guardian of this child"
Kind = Callable[[FrontDoor, random.Random], Awaitable[None]]
REFUSED: Counter[str] = Counter()
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    KINDS[function.__name__] = function
    return function


async def done(door: FrontDoor, mutation: str, who: str = HEAD, **given: Any) -> None:
    """The mutation; what it refuses, as to end what has ended already, is counted."""
    if who not in door.tokens:
        door.tokens[who] = await door.token(who)
    for error in (await door.do(mutation, "", door.tokens[who], **given))["errors"]:
        REFUSED[f"{mutation}: {error['code']} {error['message']}"] += 1


async def versioned(door: FrontDoor, mutation: str, noun: str, **given: Any) -> None:
    table = "".join(f"_{each.lower()}" if each.isupper() else each for each in noun)[1:]
    query = f"SELECT version FROM {table} WHERE school_id = $1 AND id = $2"
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
    id_ = door.small.id
    given = {"student": id_("Student"), "lesson": id_("Lesson"), "workType": id_("WorkType")}
    await done(door, "giveGrade", TEACHER, **given, value=chance.choice("345"))


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
async def topic_elsewhere(door: FrontDoor, chance: random.Random) -> None:
    """In another school."""
    row = await door.pool.fetchrow("SELECT id, version FROM lesson WHERE school_id = $1", ELSEWHERE)
    lesson, new = global_id.make("Lesson", ELSEWHERE, row["id"]), f"Art {chance.randrange(10**6)}"
    given = {"lesson": lesson, "expectedVersion": row["version"], "topic": new}
    await done(door, "setLessonTopic", HEAD_ELSEWHERE, **given)


@kind
async def attendance(door: FrontDoor, chance: random.Random) -> None:
    lesson, student = door.small.id("Lesson"), door.small.id("Student")
    row = {"student": student, "kind": "LATE", "minutes": chance.randrange(1, 40)}
    await done(door, "takeAttendance", lesson=lesson, rows=[row], reason="So it was")


@kind
async def remark(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeRemark", "Remark", text=f"Said {chance.randrange(10**6)}")


@kind
async def message(door: FrontDoor, chance: random.Random) -> None:
    text = f"Hello {chance.randrange(10**6)}"
    given = {"conversation": door.small.id("Conversation"), "text": text}
    await done(door, "sendMessage", TEACHER, **given)


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
    await versioned(door, "lockPeriod", "Period")


@kind
async def unlock(door: FrontDoor, _: random.Random) -> None:
    await versioned(door, "unlockPeriod", "Period")


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
    """The student leaves the class group as of today, or comes to it again."""
    tie = {"student": door.small.id("Student"), "classGroup": door.small.id("ClassGroup")}
    there = await door.pool.fetchval(
        "SELECT count(*) FROM enrolment WHERE school_id = $1 AND student_id = $2 AND active"
        " AND class_group_id = $3 AND (ends_on IS NULL OR ends_on >= $4)",
        HERE,
        door.small.records["Student"],
        door.small.records["ClassGroup"],
        TODAY,
    )
    if there:
        await done(door, "endEnrolment", **tie, endsOn=str(TODAY - timedelta(1)))
    else:
        await done(door, "enrolStudent", **tie, beginsOn=str(TODAY))


@kind
async def roles(door: FrontDoor, _: random.Random) -> None:
    """A deputy's role ends, or begins again."""
    held = await door.pool.fetchval(
        "SELECT id FROM membership WHERE role = 'DEPUTY_HEAD'"
        " AND (ends_on IS NULL OR ends_on >= $1) LIMIT 1",
        TODAY,
    )
    school = door.small.id("School")
    if held is not None:
        await done(door, "endRole", school=school, roleId=str(held))
        return
    teacher = await door.id_of("another teacher")
    given = {"school": school, "teacher": teacher, "role": "DEPUTY_HEAD"}
    await done(door, "grantRole", **given, reason="The head is ill", endsOn=str(TODAY))


@kind
async def session(door: FrontDoor, _: random.Random) -> None:
    """A session of the student ends; another one begins the next time."""
    if (token := door.tokens.pop("the student", None)) is not None:
        await door.ask("mutation { signOut { errors { code } } }", token)


@kind
async def faq(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeFaqEntry", "FaqEntry", answerEn=f"At {chance.randrange(10**6)}")


@kind
async def forum_topic(door: FrontDoor, chance: random.Random) -> None:
    given = {"title": f"Sums {chance.randrange(10**6)}", "text": "Which ones?"}
    await done(door, "addForumTopic", board=door.small.id("ForumBoard"), **given)


@kind
async def moderation(door: FrontDoor, _: random.Random) -> None:
    """A topic is hidden, or shown again."""
    state = await door.pool.fetchval("SELECT state FROM moderation_case WHERE noun = 'ForumTopic'")
    mutation = "showReported" if state == "HIDDEN" else "hideReported"
    await versioned(door, mutation, "ModerationCase")


@kind
async def survey(door: FrontDoor, chance: random.Random) -> None:
    await versioned(door, "changeSurvey", "Survey", title=f"Lunch {chance.randrange(10**6)}")


@kind
async def announcement(door: FrontDoor, chance: random.Random) -> None:
    new = f"Snow {chance.randrange(10**6)}"
    await versioned(door, "changeAnnouncement", "Announcement", title=new)


@kind
async def by_sql(door: FrontDoor, chance: random.Random) -> None:
    """What whoever writes by SQL owes is a row of `table_change` in the same transaction."""
    async with door.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE grade SET comment = $1 WHERE school_id = 1", f"By SQL {chance.random()}"
        )
        await tell_of(connection, HERE, "grade")


@kind
async def account_by_sql(door: FrontDoor, chance: random.Random) -> None:
    """Everybody's account is called otherwise."""
    async with door.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE account SET display_name = login || $1::text", f" {chance.randrange(10**6)}"
        )
        await tell_of(connection, None, "account")


@kind
async def rights_by_sql(door: FrontDoor, _: random.Random) -> None:
    """A guardian sees nothing of the child any more, or does again: a row for any table tells of
    rights too."""
    async with door.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE guardianship SET restriction = CASE restriction WHEN 'NO_CONTACTS'"
            " THEN 'NOTHING_SEEN' ELSE 'NO_CONTACTS' END WHERE school_id = $1 AND guardian_id ="
            " (SELECT guardian_id FROM membership WHERE account_id = $2)",
            HERE,
            door.small.accounts[UNDER_AN_ORDER],
        )
        await tell_of(connection, HERE)


async def imported(door: FrontDoor, file: str, change: Callable[[dict[str, str]], object]) -> None:
    """Import what is exported, with another line of the file for each that there is."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        async with door.pool.acquire() as connection:
            await export_roster(connection, [HERE], path / "roster")
            sheet = path / "roster" / file
            with sheet.open(newline="") as text:
                rows = list(csv.DictReader(text))
            for row in rows:
                change(row)
            with sheet.open("w", newline="") as text:
                writer = csv.DictWriter(text, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            await import_roster(
                connection, path / "roster", skip_bad_rows=True, allow_deletions=True
            )


@kind
async def roster(door: FrontDoor, chance: random.Random) -> None:
    """An import in which everybody is called otherwise."""

    def rename(row: dict[str, str]) -> None:
        row["givenName"] = f"Imported{chance.randrange(10**6)}"

    await imported(door, "users.csv", rename)


@kind
async def roster_of_enrolments(door: FrontDoor, chance: random.Random) -> None:
    """An import in which everybody has come to their classes on another day."""
    day = str(TODAY - timedelta(chance.randrange(10, 60)))

    def move(row: dict[str, str]) -> None:
        if row["role"] == "student":
            row["beginDate"] = day

    await imported(door, "enrollments.csv", move)
