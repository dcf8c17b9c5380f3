"""The diary's page sets up a school: from an empty one to a lesson of today and its first mark."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from db.tables.accounts import Account, Membership
from domain import clock
from gateway.settings import Settings
from resolvers.passwords import hash_password
from tests.conftest import Server
from tests.gateway.diary import PHONE, Diary, Visitor, opened, step
from tests.gateway.small_school import insert

PASSWORD = "a long walk by the sea"
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture
async def empty(server: Server, empty_template: str, browser: Browser) -> AsyncIterator[Diary]:
    """A school of which there is nothing but its name, and the account of its head."""
    async with server.copy(empty_template) as url, opened(url, Settings(), browser) as diary:
        await diary.connection.execute(
            "INSERT INTO school (name, time_zone, language) VALUES ('Hill School', 'UTC', 'en')"
        )
        head = Account(
            login="head", password_hash=await hash_password(PASSWORD), display_name="Head"
        )
        await insert(diary.connection, head)
        held = Membership(school_id=1, account_id=head.id, role="HEAD")
        await insert(diary.connection, held)
        yield diary


async def made(page: Page, name: str, fields: Mapping[str, str], button: str = "Add") -> Locator:
    """Opens the form of something new, fills it in and sends it."""
    await page.locator("summary", has_text=name).click()
    form = page.get_by_role("form", name=name, exact=True)
    await filled(form, fields)
    await form.get_by_role("button", name=button, exact=True).click()
    return form


async def filled(form: Locator, fields: Mapping[str, str]) -> None:
    for label, text in fields.items():
        field = form.get_by_label(label, exact=True)
        if await field.evaluate("one => one.tagName") == "SELECT":
            await field.select_option(text)
        else:
            await field.fill(text)


async def sound(visitor: Visitor) -> None:
    assert await visitor.found_by_axe() == []
    assert await visitor.fits()


async def test_an_office_sets_up_a_school_until_a_teacher_gives_the_first_mark(
    empty: Diary,
) -> None:
    today = clock.today("UTC")
    day = WEEK[today.weekday()]
    starts, ends = f"{today - timedelta(days=30)}", f"{today + timedelta(days=60)}"
    async with empty.visitor() as head:
        page = head.page
        await head.sign_in("head", PASSWORD)
        await page.get_by_role("link", name="School", exact=True).click()
        parts = page.locator(".parts li")
        await expect(parts.filter(has_text="Years and periods")).to_contain_text("still missing")
        await sound(head)

        await page.get_by_role("link", name="The school itself").click()
        await page.get_by_label("Change it: Hill School").click()
        for one in WEEK[5:]:
            await page.get_by_label(one).check()
        await page.get_by_label("Time zone").fill("Mars/Olympus")
        form = page.get_by_role("form", name="Change it: Hill School")
        await form.get_by_role("button", name="Change it").click()
        zone = form.get_by_label("Time zone")
        await expect(zone).to_be_focused()
        await expect(zone).to_have_attribute("aria-invalid", "true")
        await expect(form.get_by_role("alert")).to_contain_text("'Mars/Olympus' is not a time zone")
        await sound(head)
        await zone.fill("UTC")
        await form.get_by_role("button", name="Change it").press("Enter")
        await expect(page.locator("dl")).to_contain_text("Sunday")

        await head.open("/diary/periods")
        year = {"What it is called": "2026/27", "First day": starts, "Last day": ends}
        await made(page, "New academic year", year)
        years = page.get_by_role("region", name="Academic years")
        await expect(years.locator("strong")).to_have_text(["2026/27"])
        quarter = {"What it is called": "Q1", "Kind": "QUARTER"}
        days = {"First day": starts, "Last day": f"{today + timedelta(days=90)}"}
        form = await made(page, "New periods", quarter | days)
        await expect(form.get_by_role("alert")).to_have_text("This is outside the academic year.")
        await filled(form, {"Last day": ends})
        await form.get_by_role("button", name="Add", exact=True).click()
        row = page.get_by_role("row", name="Q1 quarter")
        await expect(row).to_be_visible()
        await step(page, "Change it", "Q1", {"What it is called": "First quarter"})
        await expect(page.get_by_role("row", name="First quarter")).to_be_visible()
        await sound(head)

        await head.open("/diary/setup/bells")
        await page.locator("summary", has_text="New bell schedule").click()
        form = page.get_by_role("form", name="New bell schedule")
        await form.get_by_label("Name, such as Usual day").fill("Usual day")
        for number in range(6, 2, -1):
            await form.get_by_label(f"Remove line {number}").click()
        for number, starts_at in enumerate(("00:01", "00:50"), 1):
            line = form.get_by_role("group", name=f"{number}", exact=True)
            await line.get_by_label("Begins").fill(starts_at)
            await line.get_by_label("Ends").fill("00:00" if number == 2 else "00:45")
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(form.get_by_role("alert")).to_be_visible()
        await form.get_by_label("Ends").nth(1).fill("01:35")
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(page.locator(".bells")).to_contain_text("1. 00:01–00:45 2. 00:50–01:35")
        await sound(head)

        await head.open("/diary/setup/subjects")
        await made(page, "New subjects", {"One a line": "Mathematics\n\nHistory"})
        named = page.locator(".notices strong")
        await expect(named).to_have_text(["History", "Mathematics"])
        await step(page, "Put away", "History")
        await expect(named).to_have_text(["Mathematics"])
        await page.reload()
        switch = page.get_by_label("Show what was put away: Subjects")
        await switch.press("Enter")
        await expect(page.get_by_role("list", name="Put away: Subjects")).to_contain_text("History")
        await sound(head)
        await step(page, "Take back", "History")
        await expect(page.get_by_role("list", name="Put away: Subjects")).to_have_count(0)
        await switch.press("Enter")
        await expect(named).to_have_text(["History", "Mathematics"])
        await sound(head)

        await head.open("/diary/setup/rooms")
        await made(page, "New room", {"Name": "214", "Places": "30"})
        await expect(named).to_have_text(["214"])
        await sound(head)
        await head.open("/diary/setup/work-types")
        await made(page, "New kind of work", {"Name": "Oral", "What it is": "ORAL", "Weight": "1"})
        await expect(named).to_have_text(["Oral"])
        await sound(head)

        await head.open("/diary/setup/attendance")
        token = {"What is written": "A", "What it stands for": "Away", "What it is": "ABSENT"}
        await made(page, "New token", token)
        await expect(named).to_have_text(["A"])
        await sound(head)

        await head.open("/diary/setup/grading")
        await page.locator("summary", has_text="New scale").click()
        form = page.get_by_role("form", name="New scale")
        await form.get_by_label("Name").fill("Letters")
        for number, (mark, worth) in enumerate((("A", "3"), ("B", "2"), ("C", "1"), ("F", "0")), 1):
            line = form.get_by_role("group", name=f"Mark {number}", exact=True)
            await filled(
                line,
                {"Mark": mark, "Worth": worth, "Passes or not": "no" if mark == "F" else "yes"},
            )
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(named).to_have_text(["Letters"])
        await expect(page.locator(".notices small").first).to_have_text("A, B, C, F")
        await form.get_by_label("Name").fill("Points")
        await form.get_by_label("What it is made of").select_option("POINTS")
        await form.get_by_label("Passes from").fill("40")
        await form.get_by_label("Points above the highest").select_option("CAPPED")
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(named).to_have_text(["Letters", "Points"])
        await page.get_by_label("Change its points: Points").click()
        form = page.get_by_role("form", name="Change its points: Points")
        await expect(form.get_by_label("Passes from")).to_have_value("40")
        await filled(form, {"Highest": "50", "Passes from": "60"})
        await form.get_by_role("button", name="Change its points").click()
        await expect(form.get_by_role("alert")).to_be_visible()
        await filled(form, {"Passes from": "25"})
        await form.get_by_role("button", name="Change its points").click()
        await expect(page.locator(".notices small").nth(1)).to_have_text("0 to 50")
        kept = "SELECT definition->>'above' FROM grade_scale WHERE name = 'Points'"
        assert await empty.connection.fetchval(kept) == "CAPPED"
        await step(page, "Put away", "Points")
        await expect(named).to_have_text(["Letters"])
        await page.locator("summary", has_text="New rule").click()
        form = page.get_by_role("form", name="New rule")
        await form.get_by_label("Name").fill("Usual")
        await form.get_by_text("What there has to be").click()
        await form.get_by_label("Fewest marks").fill("3")
        await form.get_by_text("Grade of the year").click()
        await form.get_by_label("Exams", exact=True).select_option("SHARE")
        await form.get_by_label("Share of exams").fill("7")
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(form.get_by_role("alert")).to_be_visible()
        await form.get_by_label("Share of exams").fill("0.2")
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(named).to_have_text(["Letters", "Usual"])
        await sound(head)
        await page.get_by_label("Change it: Usual").click()
        form = page.get_by_role("form", name="Change it: Usual")
        await expect(form.get_by_label("Share of exams")).to_have_value("0.2")
        await expect(form.get_by_label("Fewest marks")).to_have_value("3")

        await head.open("/diary/setup/days")
        later = f"{today + timedelta(days=14)}"
        holiday = {"Why, such as autumn holidays": "Autumn", "First day": later, "Last day": later}
        await made(page, "New days off", holiday)
        await expect(named).to_have_text(["Autumn"])
        swap = {"Day": f"{today + timedelta(days=10)}", "It is taught as": day.upper()}
        await made(page, "Swap a day", swap)
        await expect(named.nth(1)).to_contain_text(f"as {day}")
        await sound(head)

        await head.open("/diary/people")
        await made(page, "New teacher", {"Family name": "Reed", "Given name": "Ann"})
        await expect(
            page.get_by_role("form", name="New teacher").get_by_role("status")
        ).to_be_visible()
        await head.open("/diary/classes")
        await made(
            page,
            "New class",
            {"What it is called": "5A", "Year of school": "5", "Class teacher": "Ann Reed"},
        )
        await page.get_by_role("button", name="5A").click()
        await page.get_by_label("New students: 5A").click()
        form = page.get_by_role("form", name="New students: 5A")
        await form.get_by_label("Students").fill("Fox\tBen\nOwl")
        await form.get_by_role("button", name="Add").click()
        await expect(form.get_by_role("alert")).to_contain_text("Line 2: ")
        await form.get_by_label("Students").fill("Fox\tBen\nOwl\tMia\t\t2015-01-31")
        await form.get_by_role("button", name="Add").click()
        await expect(page.locator(".notices ol li")).to_have_count(2)
        await sound(head)

        await page.get_by_role("link", name="New course").click()
        await page.get_by_label("Courses", exact=True).wait_for()
        await made(page, "New course", {"Subject": "Mathematics"})
        await page.get_by_role("link", name="Mathematics").click()
        await expect(page.get_by_text("There is nothing yet.")).to_be_visible()
        await page.get_by_label("Add a teacher: ").click()
        await page.get_by_role("button", name="Add a teacher").click()
        await expect(page.get_by_role("region", name="Teachers")).to_contain_text("main teacher")
        await page.get_by_label("Set the hours of the week: ").click()
        form = page.get_by_role("form", name="Set the hours of the week: ")
        await filled(form, {"Day": day.upper(), "Lesson": "1", "Room": "214"})
        await form.get_by_role("button", name="Set the hours of the week").click()
        await expect(page.get_by_role("region", name="Hours of the week")).to_contain_text(
            f"{day}, 1."
        )
        await sound(head)
        await made(page, "New rule for this course", {"Name": "Strict"})
        rules = page.get_by_role("region", name="Rule of grading")
        await expect(rules.locator("strong")).to_have_text(["Strict"])
        await sound(head)
        await step(page, "Put the course away", "Mathematics 5A")
        await step(page, "Take back", "Mathematics 5A")
        await head.open("/diary/setup/courses")
        await page.locator("summary", has_text="New course").click()
        form = page.get_by_role("form", name="New course")
        await filled(form, {"Subject": "History", "Class; empty for several": ""})
        await form.get_by_label("5A").check()
        await form.get_by_role("button", name="Add", exact=True).click()
        await page.get_by_role("link", name="History").click()
        await page.get_by_label("Set the hours of the week: ").click()
        form = page.get_by_role("form", name="Set the hours of the week: ")
        await filled(form, {"Day": day.upper(), "Lesson": "2"})
        await form.get_by_role("button", name="Set the hours of the week").click()
        await expect(page.get_by_role("region", name="Hours of the week")).to_contain_text("2.")
        await page.get_by_role("link", name="Timetable and lessons").click()
        await expect(page.get_by_role("table")).to_contain_text("Mathematics 214")
        await expect(page.get_by_role("table")).to_contain_text("History of several classes")
        await page.get_by_role("button", name="Generate the lessons").click()
        await expect(page.get_by_text("Lessons added: 18, changed: 0")).to_be_visible()
        await sound(head)
        await page.get_by_role("link", name="School", exact=True).first.click()
        await expect(parts.filter(has_text="still missing")).to_have_count(0)

        account = "SELECT id FROM teacher WHERE family_name = 'Reed'"
        reed = Account(
            login="reed", password_hash=await hash_password(PASSWORD), display_name="Ann Reed"
        )
        await insert(empty.connection, reed)
        teacher_id = await empty.connection.fetchval(account)
        held = Membership(school_id=1, account_id=reed.id, role="TEACHER", teacher_id=teacher_id)
        await insert(empty.connection, held)

    async with empty.visitor(**PHONE, locale="ru", color_scheme="dark") as teacher:
        page = teacher.page
        await teacher.sign_in("reed", PASSWORD)
        await page.locator('main a[href*="/diary/lesson/"]').first.click()
        await page.locator('[role="gridcell"][data-at="0:1"]').click()
        await page.keyboard.press("5")
        await page.keyboard.press("Enter")
        given = "SELECT value FROM grade WHERE school_id = 1 AND state = 'GIVEN'"
        await empty.until_found(given)
        assert await empty.connection.fetchval(given) == "5"
        await sound(teacher)
