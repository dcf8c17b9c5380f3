"""Recipients of a change: those who may read the record, by whichever tie they may."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from db.reading.parts import table
from db.tables.accounts import Account, Membership
from db.tables.columns import OfSchool
from db.tables.own_data import DataExport
from db.tables.remarks import Remark
from db.tables.teachers import Teacher
from domain import clock
from domain.audience import CONCERNED, FAMILY, STAFF_OF, Audience
from domain.ids import uuid7
from domain.ties import Leads, TieName, leads_to
from resolvers import global_id
from resolvers.declarations.noun import NOUNS, Event, MisdeclaredNoun, Noun
from resolvers.feed import Feed, SubscriptionFilter, diary, topics
from resolvers.mutations.remarks import ChangeRemark, change_remark
from resolvers.relations import (
    RELATIONS,
    Tie,
    Ties,
    addressee,
    author,
    class_group,
    course,
    family,
    mark,
    may_know,
    relation,
    student,
    subject,
)  # fmt: skip
from resolvers.viewer import Viewer
from schema.build import schema  # which declares all nouns
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import delivered
from tests.store.staff_room import HEAD, TEACHER, StaffRoom

__all__ = ["schema"]
PERSONAL = CONCERNED | Audience.AUTHOR | Audience.ADDRESSEE
AUTHOR = "an author who teaches nothing"
THEIR_OWN = ("Conversation", "Message", "Notice")
"""What nobody reads for their role."""


async def publish(
    room: StaffRoom, topic: str, id_: UUID, concerns: Iterable[UUID] | None = None
) -> None:
    await room.store.pool.execute(
        "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at, concerns)"
        " VALUES ($1, 0, $2, 'CHANGED', $3, 1, now(), $4)",
        HERE,
        topic,
        id_,
        concerns,
    )


@asynccontextmanager
async def subscribed(
    room: StaffRoom, feed: Feed
) -> AsyncIterator[Mapping[str, list[tuple[str, UUID]]]]:
    """Everybody subscribes, naming nothing; the noun and id of each record that each gets."""
    got: dict[str, list[tuple[str, UUID]]] = {kind: [] for kind in room.small.accounts}

    async def listen(kind: str) -> None:
        async with aclosing(feed.subscribe(viewer_source(room, kind), ALL(), None)) as changes:
            async for change in changes:
                got[kind].append((change.topic.noun, change.record.id))

    tasks = [asyncio.create_task(listen(kind)) for kind in got]
    async with asyncio.timeout(20):
        while len(feed._subscribers) < len(tasks) or not feed._subscribers.are_waiting:
            await asyncio.sleep(0.01)
    try:
        yield got
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


ALL = SubscriptionFilter


def viewer_source(room: StaffRoom, kind: str) -> Callable[[], Awaitable[Viewer]]:
    return lambda: room.viewer(kind)


async def one_who_teaches_nothing(room: StaffRoom) -> UUID:
    """The account of one more teacher, who has no course and no class group."""
    account = Account(login=AUTHOR, password_hash="-", display_name=AUTHOR)
    teacher = Teacher(school_id=HERE, id=uuid7(), given_name="Nora", family_name="Adler")
    await room.add(
        teacher,
        account,
        Membership(school_id=HERE, account_id=account.id, role="TEACHER", teacher_id=teacher.id),
    )
    room.small.accounts[AUTHOR] = account.id  # type: ignore[index]
    return account.id


def remark(room: StaffRoom, **other: Any) -> Remark:
    usual: dict[str, Any] = {
        "student_id": room.small.records["Student"],
        "kind": "WORK",
        "day": TODAY,
    }
    return Remark(school_id=HERE, id=uuid7(), text="Well done", **(usual | other))


async def records(room: StaffRoom) -> dict[str, list[UUID]]:
    """Some records of each noun with an event."""
    by = room.small.accounts[AUTHOR]
    remarks = [
        remark(room, author_id=by),
        remark(room, author_id=by, course_id=room.small.records["Course"]),
    ]
    await room.add(*remarks)
    known = {noun: [id_] for noun, id_ in room.small.records.items()}
    known["Remark"] = [each.id for each in remarks]
    export = DataExport(
        school_id=HERE,
        student_id=room.small.records["Student"],
        author_id=room.small.accounts[HEAD],
        language="en",
        expires_at=clock.now() + timedelta(1),
    )
    await room.add(export)
    known["DataExport"] = [export.id]
    for noun in ("Grade", "Homework", "Lesson"):
        rows = await room.rows(f"SELECT id FROM {noun.lower()}")
        known[noun] = [row["id"] for row in rows]
    return known


async def readers(room: StaffRoom, noun: Noun[Any], id_: UUID) -> set[str]:
    """Who may read the record. Everybody in a school may read some records of a student, a course
    or a class group, such as lessons: then, of those, whoever has a tie to it or is in the
    office."""
    record = (await noun.by_id.load(room.store, None, [(HERE, id_)]))[HERE, id_]
    found = set()
    of_all = noun.visible_to & Audience.MEMBER and any(
        tie.audience & CONCERNED and leads_to(tie.name) is not Leads.SUBJECT for tie in noun.ties
    )
    for kind in room.small.accounts:
        viewer = await room.viewer(kind)
        tied = relation(viewer, noun.name, record) & (PERSONAL | Audience.OFFICE)
        if may_know(viewer, noun.name, record) and (tied or not of_all):
            found.add(kind)
    return found


async def test_whoever_may_read_a_record_gets_its_changes_and_nobody_else(
    room: StaffRoom, feed: Feed
) -> None:
    await one_who_teaches_nothing(room)
    known = await records(room)
    expected = {}
    async with subscribed(room, feed) as got:
        for topic in diary():
            assert known.get(topic.noun), f"Add a {topic.noun} to the small school, or here."
            for id_ in known[topic.noun]:
                await publish(room, topic.name, id_)
                expected[topic.noun, id_] = await readers(room, NOUNS[topic.noun], id_)
        await delivered(room, feed)
    for (noun, id_), whom in expected.items():
        assert {kind for kind, records in got.items() if (noun, id_) in records} == whom, noun
        assert HEAD in whom or noun in THEIR_OWN, noun
    assert all(len(ids) == len(set(ids)) for ids in got.values())


async def test_an_author_gets_changes_of_their_remark_though_they_no_longer_teach(
    room: StaffRoom, feed: Feed
) -> None:
    written = remark(room, author_id=room.small.accounts[TEACHER])
    await room.add(written)
    async with subscribed(room, feed) as got:
        async with room.store.pool.acquire() as connection, connection.transaction():
            await connection.execute("UPDATE teaching SET active = false")
            await connection.execute(
                "UPDATE class_group SET class_teacher_id = NULL, deputy_id = NULL"
            )
            await connection.execute(
                "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
                " VALUES ($1, 0, 'RIGHTS', 'CHANGED', $2, 1, now())",
                HERE,
                global_id.NIL,
            )
        edit = ChangeRemark(
            room.id("Remark", written.id), expected_version=1, reason="A slip", text="Better"
        )
        assert (await change_remark(room.store, await room.viewer(HEAD), edit)).errors == []
        await delivered(room, feed)
        assert {kind for kind, ids in got.items() if ids} == {
            "guardian of this child", "the student", TEACHER, HEAD, "a deputy head",
        }  # fmt: skip


DECLARED: dict[str, tuple[Ties, Audience]] = {
    "of an author": (author(), Audience.AUTHOR),
    "to accounts": (addressee("addressee_ids", many=True), Audience.ADDRESSEE),
    "from an author to accounts": (
        (*author(), *addressee("addressee_ids", many=True)), Audience.AUTHOR | Audience.ADDRESSEE,
    ),
    "to everybody": ((), Audience.MEMBER),
    "to the staff": ((), Audience.STAFF),
    "to everybody, of an author": (author(), Audience.MEMBER | Audience.AUTHOR),
    "to a class group": (class_group("class_group_id"), CONCERNED),
    "to a class group and the staff": (class_group("class_group_id"), CONCERNED | Audience.STAFF),
    "to a course": (course("course_id"), CONCERNED),
    "to those who teach any of the courses": (
        (Tie(Audience.COURSE_TEACHER, TieName.COURSE_TAUGHT, "course_ids", many=True),),
        STAFF_OF,
    ),
    "to a subject": (subject("subject_id"), CONCERNED),
    "to the family": (family("student_id"), FAMILY),
    "on a student, to whoever teaches them": (
        (
            *student("student_id"),
            Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "student_id"),
        ),
        CONCERNED,
    ),
    "on a student in one course, to whoever teaches them in any": (
        (
            *mark("student_id", "other_course_id"),
            Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "student_id"),
        ),
        CONCERNED,
    ),
    "on a student of a course, to the course": (
        (*student("student_id"), *course("course_id")), CONCERNED,
    ),
    "on two students": ((*student("student_id"), *student("other_student_id")), CONCERNED),
    "to a teacher": ((Tie(Audience.ADDRESSEE, TieName.TEACHER, "teacher_id"),), PERSONAL),
    "at a course, held by a teacher": (
        (
            *course("course_id"),
            Tie(Audience.ADDRESSEE, TieName.TEACHER, "teacher_id", told_before=True),
        ),
        Audience.MEMBER,
    ),
    "to a guardian": (
        (
            Tie(Audience.ADDRESSEE, TieName.GUARDIAN, "guardian_id"),
            Tie(Audience.CLASS_TEACHER, TieName.GUARDIAN_OF_LED, "guardian_id"),
        ),
        PERSONAL,
    ),
}  # fmt: skip


@cache
def model() -> Any:  # a table's class, of this test alone
    """A toy record with a column for each kind of tie. Its table is in no other test's database."""

    class Toy(OfSchool, table=True):
        author_id: UUID | None = None
        addressee_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
        student_id: UUID | None = None
        other_student_id: UUID | None = None
        course_id: UUID | None = None
        other_course_id: UUID | None = None
        course_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
        class_group_id: UUID | None = None
        teacher_id: UUID | None = None
        subject_id: UUID | None = None
        guardian_id: UUID | None = None
        version: int = 1

    SQLModel.metadata.remove(table(Toy))
    return Toy


@contextmanager
def declared(ties: Ties, visible_to: Audience) -> Iterator[Noun[Any]]:
    """The toy noun, forgotten afterwards by every registry."""
    event = Event("A toy that was changed.", "Toys that are changed", "Toys.")
    noun = Noun(model(), code="To", visible_to=visible_to, ties=ties, event=event)
    _forget_topics()
    try:
        yield noun
    finally:
        del NOUNS["Toy"], RELATIONS["Toy"]
        del global_id.NOUNS[global_id.CODES.pop("Toy")]
        _forget_topics()


def _forget_topics() -> None:
    diary.cache_clear()
    topics.topics.cache_clear()


async def toy(room: StaffRoom) -> UUID:
    await room.store.pool.execute(
        "CREATE TABLE toy (school_id int, id uuid, author_id uuid, addressee_ids uuid[],"
        " student_id uuid, other_student_id uuid, course_id uuid, other_course_id uuid,"
        " course_ids uuid[],"
        " class_group_id uuid, teacher_id uuid, subject_id uuid, guardian_id uuid, version int)"
    )
    ids, accounts = room.small.records, room.small.accounts
    elsewhere = await room.rows("SELECT id FROM course WHERE title = 'Maths 8A'")
    other = await room.rows("SELECT id FROM student WHERE given_name = 'other_student'")
    made = model()(
        school_id=HERE,
        id=uuid7(),
        author_id=accounts[AUTHOR],
        addressee_ids=[accounts["a classmate"], accounts["another teacher"]],
        student_id=ids["Student"],
        other_student_id=other[0]["id"],
        course_id=ids["Course"],
        other_course_id=elsewhere[0]["id"],
        course_ids=[ids["Course"], elsewhere[0]["id"]],
        class_group_id=ids["ClassGroup"],
        teacher_id=ids["Teacher"],
        subject_id=ids["Subject"],
        guardian_id=ids["Guardian"],
    )
    await room.add(made)
    return UUID(str(made.id))


async def test_recipients_follow_from_a_nouns_ties_whatever_they_are(
    room: StaffRoom, feed: Feed
) -> None:
    await one_who_teaches_nothing(room)
    id_ = await toy(room)
    for name, (ties, visible_to) in DECLARED.items():
        with declared(ties, visible_to) as noun:
            async with subscribed(room, feed) as got:
                await publish(room, noun.topic, id_)
                await delivered(room, feed)
            expected = await readers(room, noun, id_)
            assert {kind for kind, ids in got.items() if ids} == expected, name
            assert expected, name
            assert max(map(len, got.values())) == 1, name


async def test_groups_of_the_school_are_those_that_one_expects(room: StaffRoom, feed: Feed) -> None:
    await one_who_teaches_nothing(room)
    id_ = await toy(room)
    here = set(room.small.accounts) - {"a head of another school"}
    heads = {HEAD, "a deputy head"}
    staff = {AUTHOR, TEACHER, "another teacher", "the class teacher", "a secretary"} | heads
    family = {"guardian of this child", "the student"}
    expected = {
        "of an author": {AUTHOR},
        "to accounts": {"a classmate", "another teacher"},
        "to everybody": here,
        "to everybody, of an author": here,
        "to the staff": staff,
        "to a class group and the staff": staff | family | {"a classmate"},
        "to a teacher": {TEACHER} | heads,
        "on a student, to whoever teaches them": family | heads | {TEACHER, "the class teacher"},
        "on a student in one course, to whoever teaches them in any": family
        | heads
        | {TEACHER, "the class teacher", "another teacher"},
        "on two students": family | heads | {"guardian of another", "the class teacher"},
        "at a course, held by a teacher": family
        | heads
        | {TEACHER, "another teacher", "the class teacher", "a classmate", "a secretary"},
    }
    was = (await room.viewer("another teacher")).schools[HERE][TieName.TEACHER]
    for name, whom in expected.items():
        with declared(*DECLARED[name]) as noun:
            async with subscribed(room, feed) as got:
                await publish(room, noun.topic, id_, concerns=was)
                await delivered(room, feed)
            assert {kind for kind, ids in got.items() if ids} == whom, name


def test_an_event_that_nobody_would_get_is_refused() -> None:
    with pytest.raises(MisdeclaredNoun, match="nobody would hear of its event"):
        Noun(model(), code="To", visible_to=CONCERNED, event=Event("A.", "A", "A."))
