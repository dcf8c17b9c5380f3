"""The diary's page for conversations: a family and a teacher who write to each other, and a class
teacher who writes to all families."""

import re
from typing import Any

from playwright.async_api import FilePayload, Locator, expect

from tests.gateway.diary import PHONE, Diary, Visitor

NAME = "SELECT display_name FROM account WHERE login = $1"
LEADER = """
  SELECT a.login, g.name FROM class_group g
  JOIN membership m ON m.school_id = g.school_id AND m.teacher_id = g.class_teacher_id
  JOIN account a ON a.id = m.account_id
  WHERE g.school_id = 1 AND a.login <> $1 ORDER BY g.name DESC, g.id LIMIT 1
"""
DRAFT = """
  SELECT p.draft FROM conversation_place p JOIN account a ON a.id = p.account_id
  WHERE a.login = $1 AND p.draft IS NOT NULL
"""
BEGUN = """
  SELECT d.text FROM conversation_draft d JOIN account a ON a.id = d.account_id WHERE a.login = $1
"""
READER = """
  SELECT r.login FROM conversation c JOIN account a ON a.id = c.author_id
  JOIN account r ON r.id = ANY(c.account_ids) AND r.id <> a.id
  WHERE a.login = $1 ORDER BY c.id DESC, r.login LIMIT 1
"""
REACHED = "SELECT cardinality(account_ids) FROM message WHERE text = $1"
HERE = """
  SELECT to_char(now() AT TIME ZONE time_zone + make_interval(hours => $1), 'HH24:MI')
  FROM school WHERE school_id = 1
"""
WAITING = """query { school { moderation(last: 1, waiting: true) { edges { node {
  id version text } } } } }"""
HIDE = """mutation ($input: HideReportedInput!) {
  hideReported(input: $input) { errors { code } } }"""
NOTE: FilePayload = {"name": "Записка.txt", "mimeType": "text/plain", "buffer": b"A blue cap"}
UNREAD = "{ viewer { schools { unreadMessages } } }"


async def unread(diary: Diary, login: str) -> int:
    async with diary.asking(login) as asking:
        schools = (await asking(UNREAD))["viewer"]["schools"]
    return sum(each["unreadMessages"] for each in schools)


def link_saying(visitor: Visitor, count: int) -> Locator:
    """The link to the messages, where it says that so many are not read."""
    name = re.compile(rf"^Messages\s+{count} unread$" if count else "^Messages$")
    return visitor.page.locator("header").get_by_role("link", name=name)


async def test_a_guardian_writes_to_a_teacher_who_sees_it_arrive_and_answers(
    diary: Diary, mark: Any
) -> None:
    name = await diary.connection.fetchval(NAME, mark["teacher"])
    before, theirs = [await unread(diary, mark[who]) for who in ("teacher", "parent")]
    async with (
        diary.visitor(mark["teacher"]) as teacher,
        diary.visitor(mark["parent"], **PHONE) as parent,
    ):
        there, here = teacher.page, parent.page
        await teacher.open("/diary/messages")
        await teacher.settled()
        await link_saying(parent, theirs).click()
        await here.get_by_text("New conversation").click()
        await here.get_by_label("To whom: a name").fill(name)
        await here.locator(".found").get_by_role("button", name=name, exact=True).click()
        await here.get_by_label("What it is about").fill("A lost cap")
        await here.get_by_label("Message").fill("Has he left it <b>in class</b>?")
        await diary.until_found(BEGUN, mark["parent"])
        await here.reload()
        await here.get_by_text("New conversation").click()
        kept = here.get_by_label("Message")
        await expect(kept).to_have_value("Has he left it <b>in class</b>?")
        await expect(here.get_by_label("What it is about")).to_have_value("A lost cap")
        await expect(here.get_by_role("button", name=f"Remove: {name}")).to_be_visible()
        await here.get_by_label("Files").set_input_files([NOTE])
        assert await parent.fits()
        assert await parent.found_by_axe() == []
        await here.get_by_role("button", name="Send").click()
        await expect(here.get_by_role("heading", name="A lost cap")).to_be_visible()
        assert await diary.connection.fetchval(BEGUN, mark["parent"]) is None

        await expect(link_saying(teacher, before + 1)).to_be_visible()
        assert await teacher.found_by_axe() == []
        await there.get_by_role("link", name="A lost cap").click()
        lines = there.get_by_role("log").locator(".messages > li")
        await expect(lines.locator("p")).to_have_text(["Has he left it <b>in class</b>?"])
        async with there.expect_download() as download:
            await lines.get_by_role("link", name="Записка.txt").click()
        assert (await (await download.value).path()).read_bytes() == b"A blue cap"
        await expect(link_saying(teacher, before)).to_be_visible()
        answer = there.get_by_label("Your answer")
        await answer.fill("I shall loo")
        await diary.until_found(DRAFT, mark["teacher"])
        await there.reload()
        await expect(answer).to_have_value("I shall loo")
        await answer.fill("I shall look.")
        await there.get_by_label("Files").set_input_files([NOTE])
        await there.get_by_role("button", name="Send").click()
        await expect(lines).to_have_count(2)
        await expect(answer).to_have_value("")
        assert await teacher.found_by_axe() == []

        received = here.get_by_role("log").locator(".messages > li")
        await expect(received).to_have_count(2)
        await expect(received.nth(1)).to_contain_text("I shall look.")
        await expect(received.nth(1).get_by_role("link", name="Записка.txt")).to_be_visible()
        await expect(received.nth(0)).to_contain_text(f"read: {name}")
        assert await diary.connection.fetchval(DRAFT, mark["teacher"]) is None
        assert await parent.fits()
        assert await parent.found_by_axe() == []

        mute = here.get_by_role("button", name="Mute")
        await mute.click()
        await expect(mute).to_have_attribute("aria-pressed", "true")
        await here.get_by_role("main").get_by_role("link", name="Messages").click()
        await expect(here.locator(".conversations li").first).to_contain_text("muted")
        await answer.fill("It is here.")
        await there.get_by_role("button", name="Send").click()
        await expect(here.locator(".conversations li").first).to_contain_text("It is here.")
        await expect(link_saying(parent, theirs)).to_be_visible()

        await there.get_by_role("link", name="Messages").first.click()
        await there.get_by_text("Hours of rest").click()
        await there.get_by_label("Quiet from").fill(await diary.connection.fetchval(HERE, -1))
        await there.get_by_label("Quiet until").fill(await diary.connection.fetchval(HERE, 2))
        await there.get_by_role("button", name="Save").click()
        await expect(there.get_by_text("You rest from")).to_be_visible()
        assert await teacher.found_by_axe() == []
        await here.locator(".conversations li").first.get_by_role("link").click()
        await here.get_by_label("Your answer").fill("Good night")
        await here.get_by_role("button", name="Send").click()
        await expect(received.last).to_contain_text("will be delivered at")
        await there.get_by_role("button", name="No rest").click()
        await expect(there.get_by_text("You rest from")).to_have_count(0)

        await received.last.get_by_role("button", name="Withdraw").click()
        await expect(received.last.locator("p")).to_have_text("taken back")
        line = received.nth(1)
        await line.get_by_role("button", name=f"Block {name}").click()
        await expect(here.get_by_role("alert")).to_contain_text("staff cannot be blocked")
        await line.get_by_role("button", name="Report").click()
        await line.get_by_label("What is wrong with it").fill("He never looks")
        await line.get_by_role("button", name="Report").click()
        await expect(line).to_contain_text("Thank you.")
        await there.locator(".conversations li").first.get_by_role("link").click()
        async with diary.asking("head") as head:
            (edge,) = (await head(WAITING))["school"]["moderation"]["edges"]
            case = {"id": edge["node"]["id"], "expectedVersion": edge["node"]["version"]}
            hidden = await head(HIDE, input={**case, "reason": "Kindly"})
        assert edge["node"]["text"] == "I shall look."
        assert hidden["hideReported"]["errors"] == []
        await expect(line.locator("p").first).to_have_text("(hidden by the moderators)")
        await expect(line.get_by_role("link")).to_have_count(0)
        await expect(lines.nth(1)).to_contain_text("I shall look.")
        await expect(lines.nth(1)).to_contain_text("hidden from others")
        await lines.nth(1).get_by_label("Why it should be decided otherwise").fill("I do look")
        await lines.nth(1).get_by_role("button", name="Appeal").click()
        await expect(lines.nth(1)).to_contain_text("appealed")
        assert await teacher.found_by_axe() == []
        assert await parent.fits()
        assert await parent.found_by_axe() == []

        await lines.first.get_by_role("button", name="Block").click()
        await expect(there.get_by_text("reaches you any more")).to_be_visible()
        await here.get_by_label("Your answer").fill("Hello?")
        await here.get_by_role("button", name="Send").click()
        await expect(here.get_by_role("main").get_by_role("alert").last).to_be_visible()
        await there.get_by_role("main").get_by_role("link", name="Messages").click()
        await there.get_by_text("Hours of rest").click()
        await there.get_by_role("button", name="Unblock").click()
        await expect(there.get_by_text("You have blocked nobody.")).to_be_visible()


async def test_a_class_teacher_writes_to_the_families_of_the_class(diary: Diary, mark: Any) -> None:
    leader = await diary.connection.fetchrow(LEADER, mark["teacher"])
    async with diary.visitor(leader["login"], **PHONE, locale="ru", color_scheme="dark") as teacher:
        page = teacher.page
        await teacher.open("/diary/messages")
        await page.get_by_text("Новая беседа").click()
        await page.get_by_role("button", name=f"Семьи класса {leader['name']}").click()
        await page.get_by_label("Сообщение").fill("Завтра экскурсия")
        await page.get_by_role("button", name="Отправить").click()
        await expect(page.get_by_role("heading", name=leader["name"])).to_be_visible()
        await expect(page.get_by_text("Ответы получает только")).to_be_visible()
        await expect(page.get_by_role("log")).to_contain_text("Завтра экскурсия")
        await expect(page.get_by_label("Сообщение всем")).to_be_visible()
        family = await diary.connection.fetchval(READER, leader["login"])
        async with diary.visitor(family) as parent:
            await parent.open(page.url.removeprefix(diary.address))
            await parent.page.get_by_label("Your answer").fill("May I come along?")
            await parent.page.get_by_role("button", name="Send").click()
            line = page.get_by_role("log").locator("li", has_text="May I come along?")
            await line.get_by_role("button", name="Ответить только").click()
            await page.get_by_label("Ответить только").fill("Конечно!")
            await page.get_by_role("button", name="Отправить").click()
            await expect(parent.page.get_by_role("log")).to_contain_text("Конечно!")
        sent = await diary.connection.fetchval(REACHED, "Конечно!")
        assert sent == 2
        assert await teacher.fits()
        assert await teacher.found_by_axe() == []
