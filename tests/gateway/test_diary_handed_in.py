"""Homework handed in with a file on the diary's page, and accepted on its teacher's."""

from typing import Any
from urllib.parse import quote

from playwright.async_api import FilePayload, expect

from tests.gateway.diary import Diary, record_id, week_of
from tests.gateway.uploads import jpeg

HANDED_IN = """
  SELECT h.due_lesson_id, h.id, s.version, a.login FROM homework_status s
  JOIN homework h ON h.school_id = s.school_id AND h.id = s.homework_id
  JOIN membership m ON m.school_id = h.school_id AND m.teacher_id = h.teacher_id
  JOIN account a ON a.id = m.account_id
  WHERE s.text = 'All of page nine' AND s.state = 'HANDED_IN'
"""
AGAIN = """
  mutation ($input: HandInHomeworkInput!) { handInHomework(input: $input) { errors { code } } }
"""


async def test_a_student_hands_in_a_file_and_the_teacher_reads_and_accepts_it(
    diary: Diary, mark: Any
) -> None:
    picture: FilePayload = {
        "name": "Тетрадь 9.jpg", "mimeType": "image/jpeg", "buffer": jpeg(40, 30),
    }  # fmt: skip
    name = f"{mark['given_name']} {mark['family_name']}"
    async with diary.visitor(mark["student"]) as student:
        page = student.page
        await student.open(week_of(mark).replace("/week", "/homework"))
        item = page.locator(
            ".homework-list li", has=page.get_by_role("button", name="Hand in")
        ).first
        of = await item.locator(".homework").inner_text()
        await item.get_by_role("button", name="Hand in").click()
        item = page.locator(".homework-list li", has=page.locator("form"))
        await item.get_by_label("Answer").fill("All of page nine")
        wrong: FilePayload = {
            "name": "run.exe",
            "mimeType": "text/plain",
            "buffer": b"MZ\x90\x00" * 20,
        }
        await item.get_by_label("Files").set_input_files([picture, wrong])
        assert await student.found_by_axe() == []
        await item.get_by_role("button", name="Hand in").click()
        await expect(item.get_by_role("alert")).to_be_visible()
        student.complaints.clear()  # the browser tells of the refused upload
        await item.get_by_label("Files").set_input_files([picture])
        await item.get_by_role("button", name="Hand in").click()
        item = page.locator(".homework-list li", has_text="All of page nine")
        await expect(item.locator(".state")).to_have_text("handed in")
        await expect(item.locator(".homework")).to_have_text(of)
        await expect(item.get_by_role("link", name="Тетрадь 9.jpg")).to_be_visible()
    found = await diary.connection.fetchrow(HANDED_IN)
    async with diary.visitor(found["login"]) as teacher:
        page = teacher.page
        lesson = quote(record_id("Lesson", 1, found["due_lesson_id"]))
        await teacher.open(f"/diary/lesson/{lesson}")
        await page.get_by_text("Due at this lesson").click()
        await page.get_by_text("Who has handed in").first.click()
        row = page.locator(".handed-in li", has_text="All of page nine")
        await expect(row.locator("strong")).to_have_text(name)
        async with page.expect_download() as downloading:
            await row.get_by_role("link", name="Тетрадь 9.jpg").click()
        kept = await (await downloading.value).path()
        assert kept.read_bytes().startswith(b"\xff\xd8")
        await row.get_by_role("button", name=f"Return: {name}").click()
        await row.get_by_label("Why, and what to do about it").fill("Page ten is missing")
        await row.get_by_role("button", name="Return").click()
        await expect(row.locator(".state")).to_contain_text("returned")
        await expect(row.locator(".comment")).to_have_text("Page ten is missing")
        async with diary.asking(mark["student"]) as again:
            answer = {
                "homework": record_id("Homework", 1, found["id"]),
                "student": record_id("Student", 1, mark["student_id"]),
                "text": "All of page nine, and ten",
                "expectedVersion": found["version"] + 1,
            }
            assert (await again(AGAIN, input=answer))["handInHomework"]["errors"] == []
        await page.reload()
        await page.get_by_text("Due at this lesson").click()
        await page.get_by_text("Who has handed in").first.click()
        await row.get_by_role("button", name=f"Accept: {name}").click()
        await expect(row.locator(".state")).to_have_text("accepted")
        assert await teacher.found_by_axe() == []
