"""Kept answers are never older than the request, whatever changes and however it is committed."""

import asyncio
import gzip
import json
import re
from dataclasses import asdict
from datetime import timedelta

from db.dependencies import dependency_of
from db.reading.accounts import account_by_id
from db.reading.grades import grades_of_students
from db.statement import registry
from db.tables import metadata
from db.telling import UNTOLD, written
from domain import clock
from domain.ids import uuid7
from resolvers import global_id
from resolvers.answers.figures import Figures
from resolvers.lessons import LESSON
from tests.cluster import on_one_postgresql
from tests.fresh.bugs import BUGS
from tests.fresh.checking import checking
from tests.fresh.declared import UNDONE
from tests.fresh.kinds import KINDS, REFUSED
from tests.fresh.questions import FAQ, FORUM, MESSAGES, SURVEY
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import HERE, TODAY, SmallSchool
from tests.gateway.test_websocket import INIT, opened, send

pytestmark = on_one_postgresql("no answers are kept on a cluster")
DECLARED = (
    "change_page", "close_survey", "comment_on_post", "mute_conversation", "react_to_post",
    "read_announcement", "report_forum_topic", "withdraw_message",
)  # fmt: skip
"""Of every mutation, those that the short form does besides the kinds that are written by hand."""


async def test_after_any_change_by_another_process_every_kept_answer_is_as_it_is_read(
    small_url: str, small_school: SmallSchool
) -> None:
    async with checking(small_url, small_school, "1") as check:
        await check.run_everybody(20)
        await check.run(len(KINDS))
        check.asked_each = 2
        await check.run_declared(DECLARED)
        figures = check.keeps.app.state.process.kept.figures
    assert check.complaints == []
    assert not REFUSED  # each of them is a change
    assert UNDONE == {}
    assert figures.hits > 100


async def test_the_check_finds_each_bug_that_is_put_back(
    small_url: str, small_school: SmallSchool
) -> None:
    async with checking(small_url, small_school, "2") as check:
        check.breaks, check.asked_each = False, 60
        for name, bug in BUGS.items():
            await check.begin_anew()
            with bug.put():
                await check.run(40, bug.kinds, until_found=True)
            assert check.complaints != [], name
            check.complaints.clear()


NAME = "query ($id: ID!) { student(id: $id) { displayName courses { title } } }"
BORN = "query ($id: ID!) { student(id: $id) { bornOn courses { title } } }"
OPEN = """
  query ($id: ID!) { classGroup(id: $id) { name courses { title }
    openLessons(first: 5) { totalCount } } }
"""
FIRST = "query ($id: ID!) { school { name } course(id: $id) { title students { id } } }"
WEEK = """
  query ($id: ID!) { classGroup(id: $id) { name
    timetable(from: "2026-09-07", to: "2026-09-11") { date lessons { slot } } } }
"""


async def asked(door: FrontDoor, query: str, who: str, noun: str = "Student") -> str:
    """What became of the request: the figure that has grown."""
    if who not in door.tokens:
        door.tokens[who] = await door.token(who)
    before = asdict(figures_of(door))
    await door.ask(query, door.tokens[who], id=door.small.id(noun))
    after = asdict(figures_of(door))
    (grown,) = (name for name in ("hits", "misses", "unkept") if after[name] > before[name])
    return grown


def figures_of(door: FrontDoor) -> Figures:
    figures: Figures = door.app.state.process.kept.figures
    return figures


async def test_a_parent_and_the_child_are_given_the_same_answer_and_a_stranger_is_not(
    door: FrontDoor,
) -> None:
    assert await asked(door, NAME, "guardian of this child") == "misses"
    assert await asked(door, NAME, "the student") == "hits"
    assert await asked(door, NAME, "guardian of this child") == "hits"
    for other in ("the course's teacher", "the class teacher", "the head"):
        assert await asked(door, NAME, other) == "misses"
    for became in ("misses", "hits"):  # it is null
        assert await asked(door, NAME, "guardian of another") == became


PUBLIC = """
  query ($id: ID!) { publicPages(school: $id) { slug } publicEvents(school: $id) { title endsAt } }
"""
PUT = """
  mutation ($page: CreateSitePageInput!, $event: AddSchoolEventInput!) {
    createSitePage(input: $page) { errors { code } }
    addSchoolEvent(input: $event) { errors { code } } }
"""


async def test_what_whoever_asks_may_read_is_read_anew_after_a_change_and_once_it_is_over(
    door: FrontDoor,
) -> None:
    school, ends = global_id.make("School", HERE, global_id.NIL), clock.now() + timedelta(minutes=5)

    async def public() -> tuple[list[str], list[str], int, int]:
        before = asdict(figures_of(door))
        found = await door.ask(PUBLIC, None, id=school)
        after = asdict(figures_of(door))
        names = [each["slug"] for each in found["publicPages"]]
        titles = [each["title"] for each in found["publicEvents"]]
        return names, titles, *(after[name] - before[name] for name in ("hits", "misses"))

    slugs, titles, *_ = await public()
    assert await public() == (slugs, titles, 2, 0)
    rows = door.app.state.process.kept.rows._kept
    assert 1_000 < rows.bytes <= rows.most_bytes
    page = {"school": school, "slug": "fair", "title": "Fair", "text": "!", "rank": 999}
    event = {"school": school, "title": "Fair", "kind": "OTHER", "toFamilies": True}
    times = {"startsAt": clock.now().isoformat(), "endsAt": ends.isoformat()}
    made = await door.ask(
        PUT, await door.token("the head"),
        page={**page, "public": True}, event={**event, **times, "public": True},
    )  # fmt: skip
    assert made == {"createSitePage": {"errors": []}, "addSchoolEvent": {"errors": []}}
    names, found, *became = await public()
    assert (names, sorted(found), became) == ([*slugs, "fair"], sorted([*titles, "Fair"]), [0, 2])
    assert (await public())[2:] == (2, 0)
    with clock.at(ends):
        names, found, *became = await public()
        assert ("Fair" in found, became) == (False, [1, 1])


async def test_what_a_field_makes_of_its_viewer_is_for_nobody_else(door: FrontDoor) -> None:
    assert await asked(door, WEEK, "guardian of this child", "ClassGroup") == "misses"
    assert await asked(door, WEEK, "the student", "ClassGroup") == "misses"
    assert await asked(door, WEEK, "the student", "ClassGroup") == "hits"


ME = "query { viewer { account { displayName } children { displayName } schools { name } } }"
RENAMED = """
  WITH renamed AS (UPDATE account SET display_name = 'Somebody Else' WHERE id = $1)
  INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)
  VALUES (1, 1, 'RIGHTS', 'CHANGED', $1, 1, now())
"""


async def test_what_is_made_of_the_viewer_is_for_their_account_as_it_is(door: FrontDoor) -> None:
    parent = "guardian of this child"
    assert [await asked(door, ME, parent) for _ in range(2)] == ["misses", "hits"]
    assert await asked(door, ME, "guardian of another") == "misses"
    assert await asked(door, ME, parent) == "hits"
    await door.pool.execute(RENAMED, door.small.accounts[parent])
    assert await asked(door, ME, parent) == "misses"
    found = await door.ask(ME, door.tokens[parent])
    assert found["viewer"]["account"] == {"displayName": "Somebody Else"}


async def test_each_read_that_is_noted_for_the_audit_is_a_read(door: FrontDoor) -> None:
    noted = "SELECT (SELECT count(*) FROM audit_note WHERE change = 'READ') + (SELECT count(*)"
    noted += " FROM audit_entry WHERE change = 'READ')"
    before = await door.pool.fetchval(noted)
    for number in range(1, 4):
        assert await asked(door, BORN, "the class teacher") == "unkept"
        assert await door.pool.fetchval(noted) == before + number
    assert await asked(door, BORN, "guardian of this child") == "misses"
    assert await asked(door, BORN, "guardian of this child") == "hits"
    assert await asked(door, BORN, "the student") == "hits"  # whose own it is too


async def test_what_depends_on_the_time_or_is_worked_out_elsewhere_is_not_kept(
    door: FrontDoor,
) -> None:
    for _ in range(2):
        assert await asked(door, OPEN, "the head", "ClassGroup") == "unkept"
        assert await asked(door, FIRST, "the head", "Course") == "unkept"


WEEK_OF = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) { displayName
    diary(from: $from, to: $to) { lessons { lesson { topic homework { text } } } } } }
"""
SPAN = {"from": str(TODAY - timedelta(3)), "to": str(TODAY + timedelta(3))}


async def test_a_part_that_is_the_same_for_a_class_is_rendered_once_and_spliced_in(
    door: FrontDoor,
) -> None:
    token = {who: await door.token(who) for who in ("the student", "a classmate", "the head")}
    of = {who: await door.id_of(who) for who in ("the student", "a classmate")}

    async def homework(who: str, whose: str) -> tuple[list[str], int, int]:
        before = asdict(figures_of(door))
        found = await door.ask(WEEK_OF, token[who], id=of[whose], **SPAN)
        after = asdict(figures_of(door))
        anew = WEEK_OF.replace("topic", f"topic # {after['misses']}\n")  # has no parts yet
        assert await door.ask(anew, token[who], id=of[whose], **SPAN) == found
        lessons = [each["lesson"] for day in found["student"]["diary"] for each in day["lessons"]]
        texts = [each["text"] for lesson in lessons for each in lesson["homework"]]
        return texts, *(after[name] - before[name] for name in ("rendered", "spliced"))

    async def set_for(text: str, students: list[str] | None) -> None:
        given = {"lesson": door.small.id("Lesson"), "dueOn": str(TODAY + timedelta(7))}
        teacher = await door.token("the course's teacher")
        payload = await door.do("setHomework", token=teacher, **given, text=text, students=students)
        assert payload["errors"] == []

    assert await homework("the student", "the student") == (["Page 12"], 0, 0)
    texts, rendered, spliced = await homework("a classmate", "a classmate")
    assert (texts, rendered, spliced > 0) == (["Page 12"], 1, True)
    assert await homework("the head", "a classmate") == (texts, 0, spliced)
    await set_for("Page 13", None)
    texts = ["Page 12", "Page 13"]
    assert (await homework("the head", "the student"))[:2] == (texts, 0)
    assert await homework("a classmate", "a classmate") == (texts, 1, spliced)
    await set_for("Page 14", [of["a classmate"]])
    texts = [*texts, "Page 14"]
    assert (await homework("the head", "the student"))[:2] == (texts, 0)
    assert await homework("a classmate", "a classmate") == (texts, 1, spliced)
    assert (await homework("the student", "the student"))[:2] == (texts[:2], 0)


async def test_rows_that_others_have_read_serve_whoever_has_other_rights_until_they_change(
    door: FrontDoor,
) -> None:
    loads = figures_of(door).loads
    for who in ("the student", "the head"):  # rows are kept of what is read again
        assert await asked(door, NAME, who) == "misses"
    assert figures_of(door).loads == loads
    assert await asked(door, NAME, "the class teacher") == "misses"
    assert figures_of(door).loads == loads + 2
    named = {"id": door.small.id("Student"), "givenName": "Rowan"}
    assert (await door.do("changeStudent", "", door.tokens["the head"], **named))["errors"] == []
    found = await door.ask(NAME, await door.token("the class teacher"), id=named["id"])
    assert "Rowan" in found["student"]["displayName"]
    assert figures_of(door).loads == loads + 3  # the courses are as they were


async def test_rows_are_kept_from_the_first_time_on_where_answers_are_often_made_again(
    door: FrontDoor,
) -> None:
    who = [await door.token(each) for each in ("the student", "the head", "the class teacher")]
    of = await door.id_of("the student")

    async def made_of_kept_rows(days: int) -> list[bool]:
        found = []
        for token in who:
            loads, span = figures_of(door).loads, SPAN | {"from": str(TODAY - timedelta(days))}
            await door.ask(WEEK_OF, token, id=of, **span)
            found.append(figures_of(door).loads > loads)
        return found

    assert await made_of_kept_rows(1) == [False, False, True]
    for days in range(2, 6):
        await made_of_kept_rows(days)
    assert await made_of_kept_rows(6) == [True, True, True]  # the child itself is known by then


async def test_a_change_of_homework_leaves_the_answers_of_other_lessons(door: FrontDoor) -> None:
    query = "query ($id: ID!) { lesson(id: $id) { topic homework { text } } }"
    teacher, other = await door.token("the course's teacher"), uuid7()
    await door.pool.execute(
        "INSERT INTO lesson SELECT (jsonb_populate_record(l, jsonb_build_object("
        "'id', $1::text, 'pattern_id', null, 'planned_on', null))).* FROM lesson l WHERE id = $2",
        str(other), door.small.records["Lesson"],
    )  # fmt: skip
    ids = [door.small.id("Lesson"), global_id.make("Lesson", HERE, other)]
    given = {"lesson": ids[0], "dueOn": str(TODAY + timedelta(7)), "text": "Page 98"}
    made = await door.do("setHomework", "homework { id version }", teacher, **given)

    async def texts() -> list[list[str]]:
        lessons = [(await door.ask(query, teacher, id=id_))["lesson"] for id_ in ids]
        return [[each["text"] for each in lesson["homework"]] for lesson in lessons]

    for _ in range(2):
        assert await texts() == [["Page 12", "Page 98"], []]
    new = {"expectedVersion": made["homework"]["version"], "text": "Page 99", "reason": "So"}
    changed = await door.do("changeHomework", "", teacher, id=made["homework"]["id"], **new)
    assert changed["errors"] == []
    before = asdict(figures_of(door))
    assert await texts() == [["Page 12", "Page 99"], []]
    after = asdict(figures_of(door))
    assert [after[name] - before[name] for name in ("drops", "hits")] == [1, 1]


HISTORY = "query ($id: ID!) { lesson(id: $id) { topic viewerMay history { change by } } }"


KEPT = (
    (FAQ, "the student", "School"),
    (FORUM, "the student", "School"),
    (SURVEY, "the head", "Survey"),
    (MESSAGES, "the course's teacher", "Conversation"),
    (HISTORY, "the course's teacher", "Lesson"),
)
"""What resolvers read by statements alone, with cursors and the names of authors."""


async def test_lists_of_a_school_pages_and_histories_are_kept_and_asked_for_over_a_socket(
    door: FrontDoor,
) -> None:
    for query, who, noun in KEPT:
        for _ in range(2):  # what takes one load is kept from the second time on
            await asked(door, query, who, noun)
        assert await asked(door, query, who, noun) == "hits", query
    token, school = door.tokens["the student"], door.small.id("School")
    before = figures_of(door).hits
    payload = {"query": FAQ, "variables": {"id": school}}
    async with (
        asyncio.timeout(60),
        opened(door.host, Authorization=f"Bearer {token}") as socket,
    ):
        await send(socket, INIT)
        await send(socket, {"id": "1", "type": "subscribe", "payload": payload})
        _, told = [json.loads(await socket.recv()) for _ in range(2)]
    assert told["payload"] == {"data": await door.ask(FAQ, token, id=school)}
    assert figures_of(door).hits == before + 2


def test_a_column_is_no_table_and_names_of_accounts_are_told_of() -> None:
    marks, history, account = map(
        dependency_of, (grades_of_students, LESSON.revisions.statement, account_by_id)
    )
    assert marks is not None
    assert history is not None
    assert "comment" not in marks.tables  # which a mark has, and a post too
    assert {"account", "lesson_revision"} <= history.tables
    assert account is None
    (erasing,) = [each for each in registry if each.name == "erase_accounts"]
    assert "INSERT INTO table_change" in erasing.text


NINETY = " ".join(f"a{number}: __typename" for number in range(90))
LONG = NAME.replace("displayName", NINETY)
OTHER = f"mutation {{ signOut {{ errors {{ code }} }} {NINETY} }}"


async def test_a_large_answer_is_compressed_once_for_clients_that_accept_it(
    small_url: str, small_school: SmallSchool
) -> None:
    async with front_door(small_url, small_school) as door:
        token = await door.token("the student")
        kept = door.app.state.process.kept

        async def packed(query: str, accepts: str) -> tuple[str | None, str, bytes]:
            asked = {"query": query, "variables": {"id": door.small.id("Student")}}
            headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": accepts}
            async with door.http.stream("POST", "/graphql", json=asked, headers=headers) as got:
                body = b"".join([part async for part in got.aiter_raw()])
            assert got.status_code == 200
            assert int(got.headers["content-length"]) == len(body)
            return got.headers.get("content-encoding"), got.headers["vary"], body

        both = "Accept, Accept-Encoding"
        coding, vary, whole = await packed(LONG, "gzip;q=0, br")
        assert (coding, vary) == (None, both)
        before = kept.figures.bytes
        coding, vary, body = await packed(LONG, "br, gzip")
        assert (coding, vary, gzip.decompress(body)) == ("gzip", both, whole)
        assert len(body) * 3 < len(whole)
        assert kept.figures.bytes == before + len(body)  # it takes room beside the answer
        (one,) = [each for alike in kept._kept.values() for each in alike]
        one.packed = b"".join([gzip.compress(b"{"), gzip.compress(b"}")])
        assert await packed(LONG, "*") == ("gzip", both, one.packed)  # and is not made again
        assert (await packed(LONG, "identity"))[2] == whole
        assert (await packed(NAME, "gzip"))[:2] == (None, "Accept")  # in one packet anyway
        kept.forget()
        assert kept.figures.bytes == 0
        assert gzip.decompress((await packed(LONG, "gzip"))[2]) == whole
        coding, vary, body = await packed(OTHER, "gzip")  # a secret may be in it
        assert (coding, vary, len(body) > 1_400) == (None, "Accept", True)
    async with front_door(small_url, small_school, compression_level=0) as door:
        token = await door.token("the student")
        asked = {"query": LONG, "variables": {"id": door.small.id("Student")}}
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        answer = await door.http.post("/graphql", json=asked, headers=headers)
        assert "content-encoding" not in answer.headers
        assert answer.content == whole


async def test_a_day_later_the_answer_is_read_anew(door: FrontDoor) -> None:
    await asked(door, NAME, "the student")
    with clock.at(clock.now() + timedelta(1)):
        assert await asked(door, NAME, "the student") == "misses"


async def test_what_changes_at_a_known_instant_is_kept_until_then(door: FrontDoor) -> None:
    lesson = door.small.records["Lesson"]
    begins = await door.pool.fetchval("SELECT starts_at FROM lesson WHERE id = $1", lesson)
    may = "query ($id: ID!) { lesson(id: $id) { topic viewerMay } }"
    who, minute = "the course's teacher", timedelta(minutes=1)
    for at, found in ((begins - minute, False), (begins + minute, True)):
        with clock.at(at):  # a lesson may be closed from its beginning on
            assert await asked(door, may, who, "Lesson") == "misses"
            assert await asked(door, may, who, "Lesson") == "hits"
            given = {"id": door.small.id("Lesson")}
            told = (await door.ask(may, door.tokens[who], **given))["lesson"]["viewerMay"]
            assert ("closeLesson" in told) is found


async def test_nothing_is_kept_where_a_setting_says_so_and_old_answers_make_room(
    small_url: str, small_school: SmallSchool
) -> None:
    async with front_door(small_url, small_school, kept_answer_bytes=0) as door:
        before = asdict(figures_of(door))
        for _ in range(2):
            token = await door.token("the student")
            await door.ask(NAME, token, id=small_school.id("Student"))
        assert asdict(figures_of(door)) == before
    async with front_door(small_url, small_school, kept_answer_bytes=64_000) as door:
        for number in range(60):
            query = NAME.replace("title", f"title # {number}\n")
            assert await asked(door, query, "the student") == "misses"
        figures = figures_of(door)
        assert figures.evictions > 0
        assert figures.answers == 60 - figures.evictions
        assert 0 < figures.bytes <= 64_000
        newest = NAME.replace("title", "title # 59\n")
        assert await asked(door, newest, "the student") == "hits"


async def test_the_text_of_a_document_takes_room_once(
    small_url: str, small_school: SmallSchool
) -> None:
    async with front_door(small_url, small_school, kept_answer_bytes=800_000) as door:
        kept, token = door.app.state.process.kept, await door.token("the student")
        switched = NAME.replace("$id: ID!", "$id: ID!, $more: Boolean!")
        switched = switched.replace("displayName", "displayName givenName @include(if: $more)")
        taken = []
        for more in (True, False):
            query = switched + " " * 20_000
            await door.ask(query, token, id=small_school.id("Student"), more=more)
            taken.append(kept.figures.bytes)
        assert taken[0] > 20_000
        assert 0 < taken[1] - taken[0] < 10_000
        for number in range(60):
            query = NAME.replace("title", f"title # {'x' * 20_000} {number}\n")
            assert await asked(door, query, "the student") == "misses"
        texts = sum(len(query) for query, *_ in kept._kept)
        assert 400_000 < texts < kept.figures.bytes <= 800_000


def test_every_statement_tells_of_the_tables_that_it_writes() -> None:
    assert set(metadata.tables) >= UNTOLD
    of_no_school = {each.name for each in metadata.tables.values() if "school_id" not in each.c}
    assert of_no_school <= UNTOLD
    for statement in registry:
        silent = written(statement.text) - UNTOLD - statement.told
        assert not silent or "INSERT INTO table_change" in statement.text, statement.name
        if (statement.told - UNTOLD) & written(statement.text):
            told = re.search(r"INSERT INTO outbox \([^)]*concerns", statement.text)
            assert told, statement.name
