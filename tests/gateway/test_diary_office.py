"""The diary's page for the office: people and codes, classes, substitutions, periods."""

from typing import Any
from urllib.parse import quote

from playwright.async_api import expect

from tests.gateway.diary import PHONE, Diary, record_id

COMING = """
  SELECT l.id, l.day, l.teacher_id, t.family_name FROM lesson l
  JOIN teacher t ON t.school_id = l.school_id AND t.id = l.teacher_id
  WHERE l.school_id = 1 AND l.day > $1 AND l.status = 'PLANNED' ORDER BY l.day, l.slot LIMIT 1
"""
ANOTHER = """
  SELECT id, given_name, family_name FROM student
  WHERE school_id = 1 AND id <> $1 ORDER BY id DESC LIMIT 1
"""


async def test_the_office_finds_people_and_makes_codes_for_those_without_an_account(
    diary: Diary, mark: Any
) -> None:
    student = await diary.connection.fetchrow(ANOTHER, mark["student_id"])
    await diary.connection.execute(
        "DELETE FROM membership WHERE school_id = 1 AND student_id = $1", student["id"]
    )
    async with diary.visitor("head") as head:
        page = head.page
        await page.get_by_label("Name").fill(student["family_name"])
        name = f"{student['given_name']} {student['family_name']}"
        row = page.locator(".notices > li", has=page.get_by_text(name, exact=True)).first
        await row.get_by_role("button", name="Make access codes").click()
        await expect(row.locator("code")).to_have_count(1)
        async with page.expect_download() as downloading:
            await row.get_by_role("button", name="Sheet (PDF)").click()
        sheet = await (await downloading.value).path()
        assert sheet.read_bytes().startswith(b"%PDF")
        assert await head.found_by_axe() == []

        await head.open("/diary/classes")
        await page.locator(".notices > li > button").first.click()
        await expect(page.locator(".notices ol li").first).to_be_visible()
        assert await head.found_by_axe() == []
        await head.open("/diary/open-lessons")
        await expect(page.locator("main h1")).to_be_visible()
        assert await head.found_by_axe() == []


async def test_the_office_finds_somebody_for_the_lesson_of_who_is_away(
    diary: Diary, mark: Any
) -> None:
    lesson = await diary.connection.fetchrow(COMING, mark["day"])
    teacher = record_id("Teacher", 1, lesson["teacher_id"])
    async with diary.visitor("head") as head:
        page = head.page
        await head.open(f"/diary/substitutions?date={lesson['day']}&teacher={quote(teacher)}")
        await page.get_by_role("button", name="Find somebody").first.click()
        free = page.locator(".free li button").first
        found = await free.inner_text()
        assert await head.found_by_axe() == []
        await free.click()
        await expect(page.locator(".lessons .state", has_text=f"replaced: {found}")).to_be_visible()


async def test_the_head_opens_and_closes_a_period(diary: Diary) -> None:
    async with diary.visitor("head", **PHONE) as head:
        page = head.page
        await head.open("/diary/periods")
        button = page.get_by_role("button", name="Unlock: Quarter 1")
        await button.click()
        await page.get_by_role("button", name="Lock: Quarter 1", exact=True).click()
        await expect(button).to_be_visible()
        assert await head.fits()
        assert await head.found_by_axe() == []
