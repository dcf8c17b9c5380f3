"""Pages of a school's site: written by the office, read by members, and some by whoever asks."""

from typing import Any

from domain.errors import Code
from resolvers import global_id
from resolvers.context import Context
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import ELSEWHERE
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.staff_room import GUARDIAN, SECRETARY, STRANGER, TEACHER, StaffRoom

NOBODY = None
PAGE = """query ($id: ID!) { node(id: $id) { ... on SitePage { title text html } } }"""
PAGES = "{ school { sitePages { slug title html } } }"
PREVIEW = "query ($text: String!) { previewMarkdown(text: $text) }"
PUBLIC = """query ($school: ID!, $slug: String) {
  publicPages(school: $school, slug: $slug) { school slug title html } }"""
NEW = {
    "school": SCHOOL,
    "slug": "open-day",
    "title": "Open day",
    "text": "**Come** [here](https://map.example)",
}
HTML = (
    '<p><strong>Come</strong> <a href="https://map.example" rel="nofollow noopener noreferrer">'
    "here</a></p>\n"
)
OTHER_SCHOOL = global_id.make("School", ELSEWHERE, global_id.NIL)
STEPS = "version history { change by textBefore }"


async def slugs(room: StaffRoom) -> list[str]:
    pages = (await ask(room, GUARDIAN, PAGES))["school"]["sitePages"]
    return [each["slug"] for each in pages]


async def public(room: StaffRoom, slug: str | None = None) -> list[Any]:
    found = await ask(room, NOBODY, PUBLIC, school=SCHOOL, slug=slug)
    return list(found["publicPages"])


async def refused(room: StaffRoom, who: str | None, text: str, query: str = PREVIEW) -> list[Any]:
    """The codes with which a preview is refused."""
    context = Context(room.store, await room.viewer(who) if who else None)
    of = {"context_value": context, "variable_values": {"text": text}}
    answer = await graphql(schema._schema, query, **of)
    return [getattr(error.original_error, "code", None) for error in answer.errors or []]


async def test_the_office_writes_pages_for_members_and_those_that_are_marked_for_all(
    room: StaffRoom,
) -> None:
    before = await slugs(room)
    inside = await act(room, "createSitePage", "id slug public rank", SECRETARY, **NEW)
    assert inside["errors"] == []
    about = {**NEW, "slug": "about", "title": "About", "text": "Us", "public": True, "rank": 900}
    await done(room, "createSitePage", **about)
    id_ = inside["found"]["id"]

    pages = (await ask(room, GUARDIAN, PAGES))["school"]["sitePages"]
    assert [each["slug"] for each in pages] == [*before, "open-day", "about"]
    assert pages[-2] == {"slug": "open-day", "title": "Open day", "html": HTML}
    name = (await ask(room, GUARDIAN, "{ school { name } }"))["school"]["name"]
    shown = {"school": name, "slug": "about", "title": "About", "html": "<p>Us</p>\n"}
    assert await public(room, "about") == [shown]
    assert (await public(room))[-1]["slug"] == "about"
    assert await public(room, "open-day") == []
    assert await ask(room, STRANGER, PAGE, id=id_) == {"node": None}
    elsewhere = await ask(room, NOBODY, PUBLIC, school=OTHER_SCHOOL, slug="about")
    assert elsewhere == {"publicPages": []}

    edit = {"id": id_, "reason": "Corrected"}
    changed = await done(
        room, "changeSitePage", STEPS, **edit, expectedVersion=1, public=True, rank=0
    )
    assert [each["change"] for each in changed["history"]] == ["CREATED", "CHANGED"]
    assert (await public(room))[0]["slug"] == "open-day"
    await done(room, "putAwaySitePage", **edit, expectedVersion=2)
    gone = {"title": None, "text": None, "html": None}
    assert await ask(room, GUARDIAN, PAGE, id=id_) == {"node": gone}
    assert (await slugs(room), await public(room, "open-day")) == ([*before, "about"], [])
    await done(room, "changeSitePage", **edit, expectedVersion=3, active=True)
    assert [each["html"] for each in await public(room, "open-day")] == [HTML]


async def test_what_is_no_page_is_refused_and_nobody_else_writes_any(room: StaffRoom) -> None:
    id_ = (await done(room, "createSitePage", **NEW))["id"]
    other = (await done(room, "createSitePage", **{**NEW, "slug": "other"}))["id"]
    edit = {"id": other, "expectedVersion": 1, "reason": "Corrected"}
    assert await why(room, "createSitePage", **NEW) == [("ALREADY_THERE", "slug")]
    assert await why(room, "changeSitePage", **edit, slug="open-day") == [("ALREADY_THERE", "slug")]
    for wrong in ("Open Day", "../secret", "a--b", "-a", "ä", "a" * 61):
        assert await why(room, "createSitePage", **{**NEW, "slug": wrong}) == [
            ("BAD_INPUT", "slug")
        ], wrong
    evil = "*a* <script>b</script> [c](javascript:d)"
    for who, text, shown in (
        (GUARDIAN, NEW["text"], HTML),
        (GUARDIAN, evil, "<p><em>a</em> &lt;script&gt;b&lt;/script&gt; [c](javascript:d)</p>\n"),
    ):
        assert await ask(room, who, PREVIEW, text=text) == {"previewMarkdown": shown}
    assert await refused(room, GUARDIAN, "a" * 40_001) == [Code.BAD_INPUT]
    assert await refused(room, NOBODY, "a") == [Code.UNAUTHENTICATED]
    many = " ".join(f"p{each}: previewMarkdown(text: $text)" for each in range(5))
    many = f"query ($text: String!) {{ {many} }}"
    assert await refused(room, GUARDIAN, "a", many) == [Code.LIMIT_EXCEEDED]
    new = {**NEW, "slug": "b"}
    assert await why(room, "createSitePage", **new, rank=-1) == [("BAD_INPUT", "rank")]
    long = {**new, "text": "a" * 40_001}
    assert await why(room, "createSitePage", **long) == [("BAD_INPUT", "text")]
    edit["id"] = id_
    for who in (TEACHER, GUARDIAN):
        assert await why(room, "createSitePage", who, **new) == [("FORBIDDEN", "school")]
        assert await why(room, "changeSitePage", who, **edit, title="Mine") == [("FORBIDDEN", "id")]
    assert await why(room, "createSitePage", STRANGER, **new) == [("NOT_FOUND", "school")]
    late = {**edit, "expectedVersion": 7}
    assert await why(room, "changeSitePage", **late, title="Late") == [
        ("CONFLICT", "expectedVersion")
    ]
