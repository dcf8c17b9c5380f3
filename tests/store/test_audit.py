"""The audit: what it has entries of, in which order, and that nobody changes them unnoticed."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import MetaData, Table

from db.audit import Chainer, Verdict, chain_all, verify
from db.statement import registry
from db.tables import metadata
from domain import clock
from domain.origin import ORIGIN
from resolvers.mutations.grades import give_grade
from tests.cluster import trigger_of_audit, workers
from tests.gateway.small_school import HERE
from tests.store.office_room import SCHOOL, ask, done
from tests.store.staff_room import HEAD, TEACHER, StaffRoom

UNAUDITED = {
    "_chain": "the audit itself", "begin_chains": "the audit itself",
    "add_entries": "the audit itself",
    "remove_entries": "the audit itself", "date_notes_back": "the audit itself",
    "publish": "the feed", "drop_old_events": "the feed",
    "drop_old_table_changes": "the feed", "write_receipt": "a request's receipt",
    "_webhook": "where a sender stands", "note_delivery": "where a sender stands",
    "queue_dead_letters": "the change of the webhook has an entry",
    "begin_anew": "the change of the webhook has an entry",
    "drop_old_deliveries": "a log that ages",
    "_place": "where a maker of notices stands", "_places": "where a maker of notices stands",
    "make_notices": "what is told of has an entry itself", "drop_old_notices": "what ages",
    "mark_notices": "what somebody says that they have read",
    "read_up_to": "what somebody says that they have read",
    "move_": "what moves with a lesson, or with a person who is made one with another",
    "name_in_homework": "a person made one with another, whose entry says so",
    "note_opening": "the year that was opened has an entry",
    "_untold": "the timetable that made the lessons has an entry; their steps are theirs",
    "rename_room_of_lessons": "a step of the room",
    "remove_loose_files": "what ages",
    "note_materials_opened": "what students and guardians say that they have opened themselves",
    "reach_more": "the message that reaches them has an entry",
    "note_sent": "the message has an entry",
    "note_read": "what people keep for themselves", "mute": "the same", "write_draft": "the same",
    "keep_new_draft": "the same", "drop_new_draft": "the same",
    "block_account": "the same", "unblock_account": "the same",
    "set_rest": "the same", "end_rest": "the same",
    "claim_reminder": "what the gateway does by itself",
    "drop_reply": "the reply that follows", "reply_to_event": "what people say of themselves",
    "note_announcement_read": "what people say that they have read themselves",
    "follow_page": "what people follow themselves", "unfollow_page": "the same",
    "react": "what people think of a post", "take_reaction_back": "the same",
    "note_participation": "who answers a survey is kept apart from what, and without a time",
    "begin_tally": "the same", "change_tally": "the same",
    "keep_answer": "what people answer by name, and when",
    "drop_participations_of_both": "a person made one with another, whose entry says so",
    "note_seen": "what guardians say that they have seen themselves",
    "reply_to_remark": "a step of the remark", "tie_step_": "steps of what has an entry itself",
    "set_language": "a step of the school, or a note of the command",
    "limit_files": "a note of the command",
    "_of_both": "a person made one with another, whose entry says so",
    "drop_replies_of_both": "a person made one with another, whose entry says so",
    "drop_openings_of_both": "a person made one with another, whose entry says so",
    "change_zone": "a step of the school, or a note of the command",
    "ask_for_export": "the mutation notes it", "claim_export": "how far an export is",
    "note_progress": "how far an export is", "end_export": "whoever makes it notes it",
    "keep_archive": "whoever makes it notes it", "take_archive": "the download is noted",
    "note_download": "the download is noted", "expire_exports": "what ages",
    "drop_archives": "what ages",
    "erase_": "the entry of the erasure", "note_erasure": "the same",
}  # fmt: skip
"""By statements, or beginnings (`move_`) or ends (`_chain`) of their names, why they leave no note
of their own."""


def test_every_statement_that_writes_of_a_school_leaves_an_entry_or_says_why_not() -> None:
    """`noted` in db/writing/audit.py gives a statement one."""
    silent = [each.name for each in registry if not _is_audited(each.text)]
    assert [name for name in silent if not _is_excused(name)] == []


def _is_audited(text: str) -> bool:
    written = set(re.findall(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?', text))
    of_school = {name for name in written if "school_id" in metadata.tables.get(name, NO_TABLE).c}
    history = "outbox" in written and any(name.endswith("_revision") for name in written)
    return not of_school or history or "audit_note" in written


def _is_excused(name: str) -> bool:
    """One that only begins like another has to say why itself."""
    begins = any(name.startswith(each) for each in UNAUDITED if each.endswith("_"))
    ends = any(name.endswith(each) for each in UNAUDITED if each.startswith("_"))
    return name in UNAUDITED or begins or ends


NO_TABLE = Table("none", MetaData())


async def entries(room: StaffRoom) -> list[tuple[Any, ...]]:
    """Who did what of which student, in order."""
    await chain_all(room.store)
    names = {id_: kind for kind, id_ in room.small.accounts.items()}
    rows = await room.rows(
        "SELECT account_id, change, noun, ref, student_id, what FROM audit_entry"
        " WHERE school_id = $1 ORDER BY number", HERE,
    )  # fmt: skip
    return [(names.get(row["account_id"]), *list(row.values())[1:]) for row in rows]


async def verdict(room: StaffRoom, noted: dict[int, bytes] | None = None) -> Verdict:
    return await verify(room.store, HERE, noted)


async def test_each_change_has_one_entry_with_who_what_and_of_which_student(
    room: StaffRoom,
) -> None:
    ada, guardian = room.small.records["Student"], room.small.records["Guardian"]
    ORIGIN.set("192.0.2.7")
    given = await give_grade(room.store, await room.viewer(TEACHER), room.grade())
    await done(room, "changeStudent", id=room.id("Student"), phone="+49 30 2", givenName="Ada B.")
    await done(room, "changeGuardian", id=room.id("Guardian"), email="new@example.org")
    await done(room, "changeGuardian", id=room.id("Guardian"), email="new@example.org")
    assert await entries(room) == [
        (TEACHER, "GIVEN", "Grade", given.record.id, ada, ""),
        (HEAD, "CHANGED", "Student", ada, ada, "given_name phone"),
        (HEAD, "CHANGED", "Guardian", guardian, ada, "email"),
    ]
    origins = await room.rows("SELECT DISTINCT origin FROM audit_entry")
    assert [row["origin"] for row in origins] == ["192.0.2.7"]
    found = await verdict(room)
    assert (found.first, found.last, found.waiting, found.faults) == (1, 3, 0, [])
    for ready in ("FIVE_POINT", "TEN_POINT", "FIVE_POINT"):  # the same step of the same record
        await done(room, "setCourseGradeScale", course=room.id("Course"), ready=ready)
        if ready != "FIVE_POINT":
            await entries(room)
    chosen = (HEAD, "CHANGED", "Course", room.small.records["Course"], None, "grade_scale_id")
    assert [each for each in await entries(room) if each[2] == "Course"] == [chosen] * 3
    assert (await verdict(room)).faults == []


async def test_what_commits_late_is_not_skipped_and_comes_by_its_transaction(
    room: StaffRoom,
) -> None:
    """The order is that of the feed: nothing is added while an older transaction is open."""
    early = await room.store.pool.acquire()
    try:
        transaction = early.transaction()
        await transaction.start()
        await early.execute(NOTE, HERE, UUID(int=9))
        await give_grade(room.store, await room.viewer(TEACHER), room.grade())
        assert await entries(room) == []
        assert (await verdict(room)).waiting == 1
        await transaction.commit()
    finally:
        await room.store.pool.release(early)
    assert [each[1] for each in await entries(room)] == ["CHANGED", "GIVEN"]


NOTE = """INSERT INTO audit_note (school_id, id, change, noun, ref, what, at)
    SELECT $1, $2, 'CHANGED', 'Student', $2, '', clock_timestamp()"""


async def test_long_transactions_are_added_in_batches_each_row_once(room: StaffRoom) -> None:
    ids = [UUID(int=number) for number in range(1, 26)]
    for some in (ids[:12], ids[12:]):
        async with room.store.transaction() as reader:
            for id_ in some:
                await reader.connection.execute(NOTE, HERE, id_)
                await reader.connection.execute(
                    "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
                    " SELECT $1, $2, 'STUDENT', 'CHANGED', $3, 1, clock_timestamp()",
                    HERE, id_.int, id_,
                )  # fmt: skip
    await room.rows("UPDATE outbox SET topic = 'GRADE'")
    await room.rows(NOTE, HERE, ids[0])  # an id that a note of before has too
    for chainer in (Chainer(room.store, 4), Chainer(room.store, 3)):
        await chainer.begin()
        await chainer.look()
    added = await entries(room)
    notes, told = (
        [e[3] for e in added if e[2] == "Student"],
        [e[3] for e in added if e[2] == "Grade"],
    )
    assert notes == [*ids, ids[0]]
    assert told == ids
    assert [e[2] for e in added[:12]] == ["Student"] * 12
    assert (await verdict(room)).faults == []


async def changed(room: StaffRoom, *statements: str) -> list[tuple[int, str]]:
    """What is found once somebody who may take the trigger away has run the statements."""
    async with room.store.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(trigger_of_audit("DISABLE"))
        for statement in statements:
            await connection.execute(statement)
        await connection.execute(trigger_of_audit("ENABLE"))
        await transaction.commit()
    return [(fault.number, fault.message) for fault in (await verdict(room)).faults]


UNLIKE = "is not what was written after the entry before it"


async def test_a_changed_removed_inserted_or_reordered_entry_is_found_with_its_place(
    room: StaffRoom,
) -> None:
    for phone in "123456":
        await done(room, "changeStudent", id=room.id("Student"), phone=phone)
    await entries(room)
    noted = (await verdict(room)).digest
    for refused in (
        "UPDATE audit_entry SET what = 'email' WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 2",
        "TRUNCATE audit_entry",
    ):
        if not workers():
            with pytest.raises(asyncpg.RaiseError, match="never changed"):
                await room.rows(refused)
    assert (await verdict(room)).faults == []
    change = "UPDATE audit_entry SET {} WHERE number = {}"
    assert await changed(room, change.format("what = 'email'", 2)) == [(2, UNLIKE)]
    assert await changed(room, change.format("what = 'phone'", 2)) == []
    swap = [
        change.format("number = -1", 3), change.format("number = 3", 4),
        change.format("number = 4", -1),
    ]  # fmt: skip
    assert await changed(room, *swap) == [(3, UNLIKE), (4, UNLIKE), (5, UNLIKE)]
    assert await changed(room, *swap) == []
    copied = "number, at, account_id, change, noun, ref, student_id, what, digest"
    insertion = (
        f"INSERT INTO audit_entry (school_id, id, {copied})"
        f" SELECT school_id, gen_random_uuid(), 5, {copied[8:]} FROM audit_entry WHERE number = 4"
    )
    inserted = [
        "UPDATE audit_entry SET number = -number WHERE number > 4",
        "UPDATE audit_entry SET number = 1 - number WHERE number < 0",
        insertion,
        "UPDATE audit_chain SET number = 7",
    ]
    assert await changed(room, *inserted) == [(5, UNLIKE), (6, UNLIKE), (7, UNLIKE)]
    undone = [
        "DELETE FROM audit_entry WHERE number = 5",
        "UPDATE audit_entry SET number = -number WHERE number > 5",
        "UPDATE audit_entry SET number = -number - 1 WHERE number < 0",
        "UPDATE audit_chain SET number = 6",
    ]
    assert await changed(room, *undone) == []
    assert await changed(room, "DELETE FROM audit_entry WHERE number = 6") == [
        (6, "to 6 are missing at the end")
    ]
    digest = "SELECT digest FROM audit_entry {} LIMIT 1"
    shorter = f"UPDATE audit_chain SET number = 5, digest = ({digest}) WHERE school_id = {HERE}"
    of_it = f"WHERE school_id = {HERE} AND number = 5"
    assert await changed(room, shorter.format(of_it)) == []
    assert [
        (fault.number, fault.message) for fault in (await verdict(room, {6: noted})).faults
    ] == [(6, "was noted, and is not there")]
    assert await changed(room, "DELETE FROM audit_entry WHERE number IN (2, 3)") == [
        (2, "to 3 are missing")
    ]


async def test_what_is_older_than_the_term_is_removed_and_the_rest_stays_verifiable(
    room: StaffRoom,
) -> None:
    now = clock.now()
    await done(room, "changeSchool", school=SCHOOL, auditYears=1)
    for years, phone in ((3, "1"), (2, "2"), (0, "3")):
        with clock.at(now - timedelta(days=366 * years)):
            await done(room, "changeStudent", id=room.id("Student"), phone=phone)
            await entries(room)
    await Chainer(room.store).prune()
    numbers = [
        row["number"] for row in await room.rows("SELECT number FROM audit_entry ORDER BY 1")
    ]
    assert numbers == [1, 2, 3, 4]  # the change of the term, which came first, is of today
    with clock.at(now + timedelta(days=366)):
        await Chainer(room.store).prune()
        found = await verdict(room)
        assert (found.first, found.last, found.faults) == (5, 5, [])
        assert [each[1] for each in await entries(room)] == ["PRUNED"]
        await done(room, "changeStudent", id=room.id("Student"), phone="4")
        assert [each[1] for each in await entries(room)] == ["PRUNED", "CHANGED"]
    assert (await verdict(room)).faults == []
    assert await changed(room, "UPDATE audit_chain SET anchor_number = 5") == [
        (5, "is said to be the last that was removed, and no entry says so"),
        (5, "is older than where the chain begins"),
        (6, UNLIKE),
    ]


async def test_the_audit_goes_on_in_a_database_that_was_restored(room: StaffRoom) -> None:
    await done(room, "changeStudent", id=room.id("Student"), phone="1")
    await entries(room)
    await done(room, "changeStudent", id=room.id("Student"), email="a@example.org")
    await room.rows("UPDATE audit_note SET xid = '4000000000'")  # that of another database
    await room.rows("UPDATE audit_chain SET xid = '4000000000'")
    assert [each[-1] for each in await entries(room)] == ["phone"]
    await room.rows("UPDATE feed_key SET epoch = gen_random_uuid()")
    await give_grade(room.store, await room.viewer(TEACHER), room.grade())
    assert [each[1:3] for each in await entries(room)] == [
        ("CHANGED", "Student"), ("CHANGED", "Student"), ("GIVEN", "Grade"),
    ]  # fmt: skip
    assert (await verdict(room)).faults == []


async def test_entries_of_a_duplicate_are_found_with_the_student_who_is_kept(
    room: StaffRoom,
) -> None:
    twin = {"givenName": "student", "familyName": "Adler"}
    (made,) = await done(room, "enrolStudents", school=SCHOOL, rows=[twin])
    other = made["id"]
    await done(room, "changeStudent", id=other, phone="1")
    await done(room, "mergeStudents", id=room.id("Student"), duplicate=other)
    await entries(room)
    query = """query ($id: ID!) { student(id: $id) { audit(kinds: [CHANGED]) {
        edges { node { change noun what recordId } } } } }"""
    found = await ask(room, HEAD, query, id=room.id("Student"))
    nodes = [edge["node"] for edge in found["student"]["audit"]["edges"]]
    assert [each["change"] for each in nodes[-2:]] == ["CHANGED", "CREATED"]
    assert nodes[-2] == {
        "change": "CHANGED", "noun": "Student", "what": ["phone"], "recordId": other,
    }  # fmt: skip
    (merged,) = [each for each in nodes if each["change"] == "MERGED"]
    assert merged["recordId"] == room.id("Student")
    assert room.id("Student", UUID(merged["what"][0])) == other
