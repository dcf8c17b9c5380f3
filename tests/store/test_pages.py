"""Pages, posts, comments and reactions: who writes them, who reads them, and the feed of them."""

from contextlib import AsyncExitStack
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from db.tables.files import File
from domain.errors import Code, Problem
from domain.ids import uuid7
from domain.media import LIMITS, FileUse
from resolvers.files.checking import checked
from resolvers.global_id import make, read
from tests.gateway.small_school import HERE
from tests.store.listening import at_work, delivered, listening
from tests.store.office_room import SCHOOL, act, ask, done_by, why
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    SECRETARY,
    STRANGER,
    STUDENT,
    TEACHER,
    YESTERDAY,
    StaffRoom,
)

CLASS = {STUDENT, GUARDIAN, CLASSMATE, TEACHER, CLASS_TEACHER, HEAD}
MEMBERS = {*CLASS, OTHER_GUARDIAN, OTHER_TEACHER, SECRETARY}
EVERYBODY = (*sorted(MEMBERS), STRANGER)
PAGE = """query ($id: ID!) { node(id: $id) { ... on Page {
  kind name about html theme followed avatar { name } posts(last: 9) { totalCount edges { node {
    text html by files { name } reactions { reaction count mine }
    comments(last: 9) { totalCount edges { node { text by } } } } } } } } }"""
FEED = """query ($last: Int, $before: String, $everything: Boolean!) { school {
  feed(last: $last, before: $before, everything: $everything) { totalCount
    pageInfo { hasPreviousPage startCursor } edges { node { text page { name } } } } } }"""
PAGES = """query ($search: String, $of: PageKind, $followed: Boolean!) { school {
  pages(search: $search, kind: $of, followed: $followed) { totalCount edges { node { name } } }
  } }"""
LIVE = "subscription { postChanged { change post { text page { name } } } }"


async def level(room: StaffRoom, level: str) -> None:
    answer = await act(room, "changeSchool", "pageLevel", school=SCHOOL, pages=level)
    assert answer == {"found": {"pageLevel": level}, "errors": []}


async def unrestricted(room: StaffRoom) -> None:
    """Have nothing keep Ada from writing, as her guardian does in the small school."""
    page = {"page": room.id("Page"), "text": "Hi"}
    assert await why(room, "writePost", STUDENT, **page) == [("WRITING_RESTRICTED", "")]
    await room.rows("DELETE FROM child_restriction_revision")
    await room.rows("DELETE FROM child_restriction")


async def made(room: StaffRoom, who: str, name: str, /, **given: Any) -> str:
    return str((await done_by(room, who, name, **given))["id"])


async def who_reads(room: StaffRoom, id_: str) -> set[str]:
    found = {who: (await ask(room, who, PAGE, id=id_))["node"] for who in EVERYBODY}
    return {who for who, node in found.items() if node is not None}


async def names(room: StaffRoom, who: str, **asked: Any) -> list[str]:
    found = (await ask(room, who, PAGES, **{"followed": False, **asked}))["school"]["pages"]
    shown = [each["node"]["name"] for each in found["edges"]]
    assert found["totalCount"] == len(shown)
    return shown


async def feed(room: StaffRoom, who: str, **asked: Any) -> Any:
    found = await ask(room, who, FEED, **{"everything": False, **asked})
    return found["school"]["feed"]


def texts(feed: Any) -> list[str]:
    return [each["node"]["text"] for each in feed["edges"]]


async def begun(room: StaffRoom) -> dict[str, str]:
    """A page of each kind; Ada's and that of mathematics are there."""
    group = room.id("ClassGroup")
    ((subject,),) = await room.rows("SELECT id FROM page WHERE subject_id IS NOT NULL")
    people = await room.rows(
        "SELECT membership.guardian_id, membership.teacher_id, account.login FROM membership"
        " JOIN account ON account.id = account_id WHERE membership.school_id = $1", HERE
    )  # fmt: skip
    of = {row["login"]: row["guardian_id"] or row["teacher_id"] for row in people}
    about = {"about": "# Hello"}
    return {
        "student": room.id("Page"),
        "guardian": await made(
            room, GUARDIAN, "beginGuardianPage", guardian=room.id("Guardian", of[GUARDIAN])
        ),
        "teacher": await made(
            room, TEACHER, "beginTeacherPage", teacher=room.id("Teacher", of[TEACHER]), **about
        ),
        "class": await made(room, CLASS_TEACHER, "beginClassPage", classGroup=group, theme="SEA"),
        "subject": room.id("Page", subject),
    }


async def test_whom_a_page_is_for_follows_the_schools_setting_and_who_has_to_do_with_whom(
    room: StaffRoom,
) -> None:
    await unrestricted(room)
    pages = await begun(room)
    ours = {GUARDIAN, CLASSMATE, TEACHER, CLASS_TEACHER, HEAD}
    assert {kind: await who_reads(room, id_) for kind, id_ in pages.items()} == {
        "student": CLASS,
        "guardian": ours - {CLASSMATE},
        "teacher": CLASS | {OTHER_TEACHER, SECRETARY},
        "class": CLASS,
        "subject": MEMBERS,
    }
    assert await names(room, OTHER_GUARDIAN) == ["Mathematics"]
    assert len(await names(room, STUDENT)) == 4
    assert await names(room, CLASSMATE, search="adl") == ["student Adler"]
    assert await names(room, CLASSMATE, of="CLASS_GROUP") == ["7B"]

    await level(room, "ALL")
    assert {kind: await who_reads(room, id_) for kind, id_ in pages.items()} == dict.fromkeys(
        pages, MEMBERS
    )
    leaving = "UPDATE student SET ends_on = $1 WHERE id = $2"
    await room.rows(leaving, YESTERDAY, room.small.records["Student"])
    assert await who_reads(room, pages["student"]) == {STUDENT, GUARDIAN, HEAD}
    assert "student Adler" not in await names(room, CLASSMATE)
    await room.rows(leaving, None, room.small.records["Student"])
    await level(room, "STAFF")
    staff = {TEACHER, CLASS_TEACHER, HEAD, OTHER_TEACHER, SECRETARY}
    assert {kind: await who_reads(room, id_) for kind, id_ in pages.items()} == {
        "student": set(), "guardian": set(), "teacher": staff, "class": staff, "subject": staff,
    }  # fmt: skip
    assert await names(room, STUDENT) == []
    mine = {"student": room.id("Student")}
    assert await why(room, "beginStudentPage", STUDENT, **mine) == [("FORBIDDEN", "")]
    await level(room, "OFF")
    assert [await who_reads(room, id_) for id_ in pages.values()] == [set()] * 5
    assert (await feed(room, HEAD, everything=True))["totalCount"] == 0
    group = {"classGroup": room.id("ClassGroup")}
    assert await why(room, "beginClassPage", HEAD, **group) == [("FORBIDDEN", "")]


async def test_owners_begin_and_change_their_pages_and_nobody_else_does(room: StaffRoom) -> None:
    await unrestricted(room)
    pages = await begun(room)
    group, mine = {"classGroup": room.id("ClassGroup")}, {"student": room.id("Student")}
    assert await why(room, "beginStudentPage", STUDENT, **mine) == [("ALREADY_THERE", "")]
    taught = {"subject": room.id("Subject")}
    assert await why(room, "beginSubjectPage", TEACHER, **taught) == [("ALREADY_THERE", "")]
    assert await why(room, "beginSubjectPage", STUDENT, **taught) == [("FORBIDDEN", "subject")]
    assert await why(room, "beginStudentPage", GUARDIAN, **mine) == [("FORBIDDEN", "student")]
    assert await why(room, "beginStudentPage", CLASSMATE, **mine) == [("NOT_FOUND", "student")]
    assert await why(room, "beginClassPage", STUDENT, **group) == [("FORBIDDEN", "classGroup")]
    edit = {"id": pages["student"], "expectedVersion": 1, "reason": "Grown"}
    evil = "[me](javascript:alert(1)) <b onclick=a>"
    answer = await act(
        room, "changePage", "about html theme version", STUDENT, **edit, about=evil, theme="NIGHT"
    )
    assert answer["found"] == {
        "about": evil,
        "html": "<p>[me](javascript:alert(1)) &lt;b onclick=a&gt;</p>\n",
        "theme": "NIGHT",
        "version": 2,
    }
    edit["expectedVersion"] = 2
    none = {**edit, "avatar": [make("File", HERE, uuid7())]}
    assert await why(room, "changePage", STUDENT, **none) == [("NOT_FOUND", "avatar.0")]
    for who in (CLASSMATE, GUARDIAN, TEACHER):
        assert await why(room, "changePage", who, **edit, theme="SEA") == [("FORBIDDEN", "id")]
    assert await why(room, "changePage", OTHER_GUARDIAN, **edit, theme="SEA") == [
        ("NOT_FOUND", "id")
    ]
    assert await why(room, "writePost", CLASSMATE, page=pages["student"], text="Hi") == [
        ("FORBIDDEN", "page")
    ]
    assert await why(room, "writePost", STRANGER, page=pages["student"], text="Hi") == [
        ("NOT_FOUND", "page")
    ]


async def test_posts_have_pictures_comments_and_reactions_of_those_who_read_the_page(
    room: StaffRoom,
) -> None:
    await unrestricted(room)
    page = room.id("Page")
    author = room.small.accounts[STUDENT]
    picture = File(
        school_id=HERE, id=uuid7(), author_id=author, use="POST", name="cup.jpg",
        media_type="image/jpeg", size=3, digest=b"", thumbnail=True,
    )  # fmt: skip
    await room.add(picture)
    files = [room.id("File", picture.id)]
    post = await made(room, STUDENT, "writePost", page=page, text="**Won**", files=files)
    for who, reaction in ((GUARDIAN, "LIKE"), (CLASSMATE, "WOW"), (TEACHER, "LIKE")):
        await made(room, who, "reactToPost", post=post, reaction=reaction)
    await made(room, CLASSMATE, "reactToPost", post=post, reaction="LIKE")
    await made(room, TEACHER, "reactToPost", post=post, reaction=None)
    comment = await made(room, CLASSMATE, "commentOnPost", post=post, text="Bravo!")
    shown = (await ask(room, CLASSMATE, PAGE, id=page))["node"]
    assert (shown["kind"], shown["name"], shown["html"]) == (
        "STUDENT", "student Adler", "<p>Likes <strong>chess</strong></p>\n",
    )  # fmt: skip
    assert shown["posts"]["edges"][-1]["node"] == {
        "text": "**Won**",
        "html": "<p><strong>Won</strong></p>\n",
        "by": STUDENT,
        "files": [{"name": "cup.jpg"}],
        "reactions": [{"reaction": "LIKE", "count": 2, "mine": True}],
        "comments": {"totalCount": 1, "edges": [{"node": {"text": "Bravo!", "by": CLASSMATE}}]},
    }
    for who in (OTHER_GUARDIAN, STRANGER):
        for name, given in (
            ("commentOnPost", {"text": "Me too"}),
            ("reactToPost", {"reaction": "LIKE"}),
        ):
            assert await why(room, name, who, post=post, **given) == [("NOT_FOUND", "post")]
    edit = {"expectedVersion": 1, "reason": "A slip"}
    assert await why(room, "withdrawComment", GUARDIAN, id=comment, **edit) == [("FORBIDDEN", "id")]
    assert await why(room, "withdrawPost", CLASSMATE, id=post, **edit) == [("FORBIDDEN", "id")]
    await made(room, CLASSMATE, "withdrawComment", id=comment, **edit)
    second = await made(room, CLASSMATE, "commentOnPost", post=post, text="Rude")
    await made(room, STUDENT, "withdrawComment", id=second, **edit)
    shown = (await ask(room, CLASSMATE, PAGE, id=page))["node"]
    assert shown["posts"]["edges"][-1]["node"]["comments"]["totalCount"] == 0
    await made(room, STUDENT, "changePost", id=post, **edit, text="Won!")
    edit["expectedVersion"] = 2
    await made(room, HEAD, "withdrawPost", id=post, **edit)
    late = {"post": post, "text": "Late"}
    assert await why(room, "commentOnPost", CLASSMATE, **late) == [("WITHDRAWN", "post")]
    edit["expectedVersion"] = 3
    assert await why(room, "changePost", STUDENT, id=post, **edit, text="A") == [
        ("WITHDRAWN", "id")
    ]


async def test_what_moderation_hides_is_null_to_all_but_its_author_and_the_heads(
    room: StaffRoom,
) -> None:
    await unrestricted(room)
    page = room.id("Page")
    await act(room, "changeSchool", "id", school=SCHOOL, heldWords=["idiot"])
    held = await made(room, STUDENT, "writePost", page=page, text="What an idiot")
    query = "query ($id: ID!) { node(id: $id) { ... on %s { text } } }"
    assert await ask(room, GUARDIAN, query % "Post", id=held) == {"node": {"text": None}}
    about = {"id": page, "expectedVersion": 1, "reason": "Fun", "about": "An idiot"}
    assert await why(room, "changePage", STUDENT, **about) == [("BAD_INPUT", "about")]
    post = await made(room, STUDENT, "writePost", page=page, text="Bad")
    reported = {"id": post, "reason": "It is rude"}
    assert (await act(room, "reportPost", "id", CLASSMATE, **reported))["errors"] == []
    case = make("ModerationCase", HERE, read(post)[2])
    moderated = "query ($id: ID!) { node(id: $id) { ... on ModerationCase { text html } } }"
    assert await ask(room, HEAD, moderated, id=case) == {
        "node": {"text": "Bad", "html": "<p>Bad</p>\n"}
    }
    assert await why(room, "reportPost", OTHER_GUARDIAN, **reported) == [("NOT_FOUND", "id")]
    comment = await made(room, CLASSMATE, "commentOnPost", post=post, text="Worse")
    await room.store.pool.execute("UPDATE post SET hidden = true WHERE text = 'Bad'")
    for who, text in ((TEACHER, None), (CLASSMATE, "Worse")):  # which is hidden with its post
        assert await ask(room, who, query % "Comment", id=comment) == {"node": {"text": text}}
    await room.store.pool.execute("UPDATE comment SET hidden = true WHERE text = 'Worse'")
    for id_, of, author, text in (
        (post, "Post", STUDENT, "Bad"),
        (comment, "Comment", CLASSMATE, "Worse"),
    ):
        for who in (GUARDIAN, TEACHER):
            assert await ask(room, who, query % of, id=id_) == {"node": {"text": None}}
        for who in (author, HEAD):
            assert await ask(room, who, query % of, id=id_) == {"node": {"text": text}}
    assert await why(room, "reactToPost", GUARDIAN, post=post, reaction="LIKE") == [
        ("WITHDRAWN", "post")
    ]


async def test_the_feed_has_what_was_written_on_followed_pages_live_and_by_pages(
    room: StaffRoom,
) -> None:
    pages = await begun(room)
    for kind in ("class", "subject", "student"):
        await made(room, CLASSMATE, "followPage", page=pages[kind])
    assert await names(room, CLASSMATE, followed=True) == ["student Adler", "Mathematics", "7B"]
    assert await why(room, "followPage", OTHER_GUARDIAN, page=pages["class"]) == [
        ("NOT_FOUND", "page")
    ]
    async with AsyncExitStack() as stack:
        live = await stack.enter_async_context(at_work(room.store))
        ears = [
            await stack.enter_async_context(listening(room, live, who, LIVE))
            for who in (CLASSMATE, OTHER_GUARDIAN)
        ]
        for number in range(3):
            await made(room, CLASS_TEACHER, "writePost", page=pages["class"], text=f"Trip {number}")
        await made(room, TEACHER, "writePost", page=pages["subject"], text="Olympiad")
        await made(room, TEACHER, "writePost", page=pages["teacher"], text="Not followed")
        await delivered(room, live)
        heard = [[each["post"]["text"] for each in ear.events] for ear in ears]
    assert heard == [
        ["Trip 0", "Trip 1", "Trip 2", "Olympiad", "Not followed"], ["Olympiad"],
    ]  # fmt: skip
    newest = await feed(room, CLASSMATE, last=2)
    assert (texts(newest), newest["totalCount"]) == (["Trip 2", "Olympiad"], 5)
    before = newest["pageInfo"]["startCursor"]
    assert texts(await feed(room, CLASSMATE, last=2, before=before)) == ["Trip 0", "Trip 1"]
    assert "Not followed" in texts(await feed(room, CLASSMATE, everything=True))
    assert texts(await feed(room, OTHER_GUARDIAN, everything=True)) == ["Olympiad"]
    await made(room, CLASSMATE, "followPage", page=pages["class"], followed=False)
    assert texts(await feed(room, CLASSMATE, last=9)) == ["Won", "Olympiad"]
    await level(room, "STAFF")
    assert (await feed(room, CLASSMATE))["totalCount"] == 0


def test_pictures_of_posts_are_pictures_of_a_bounded_size() -> None:
    limits = LIMITS[FileUse.POST]
    huge, text = BytesIO(), BytesIO(b"no picture")
    Image.new("1", (10_001, 10_000)).save(huge, "PNG")
    for file, code in ((huge, Code.FILE_UNSAFE), (text, Code.FILE_TYPE_REFUSED)):
        with pytest.raises(Problem) as refusal:
            checked(file, len(file.getvalue()), "picture.png", limits)
        assert refusal.value.code is code
