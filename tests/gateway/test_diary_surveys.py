"""The diary's page for surveys, quizzes and materials: one story of a teacher and their course."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from playwright.async_api import FilePayload, expect

from domain import clock
from tests.gateway.diary import PHONE, Diary, Visitor, record_id, step
from tests.gateway.uploads import jpeg

COURSE = """
  SELECT c.id FROM lesson l JOIN course c ON c.school_id = l.school_id AND c.id = l.course_id
  WHERE l.school_id = 1 AND l.id = $1
"""
GROUP = "SELECT class_group_id FROM course WHERE school_id = 1 AND id = $1"
GRADED = """
  SELECT g.value, g.lesson_id, t.points::text FROM quiz_try t
  JOIN quiz q ON q.school_id = t.school_id AND q.id = t.quiz_id
  JOIN grade g ON g.school_id = t.school_id AND g.id = t.grade_id
  WHERE q.title = $1 AND t.student_id = $2
"""
REFERS = """
  SELECT h.id, h.version, h.due_on, m.id AS material, m.title FROM homework h
  JOIN material m ON m.school_id = h.school_id AND m.course_id = h.course_id
  WHERE h.school_id = 1 AND h.course_id = $1 AND m.lesson_id IS NULL AND m.link IS NOT NULL
    AND NOT h.withdrawn AND h.student_ids IS NULL ORDER BY h.due_on DESC, h.id LIMIT 1
"""
LOADED = (
    """of => { const found = document.querySelector(of); return found && found.naturalWidth > 0 }"""
)
ASK = """
  mutation ($input: AskCourseInput!) { askCourse(input: $input) { survey { id } errors { code } } }
"""
REFER = """
  mutation ($input: ChangeHomeworkInput!) { changeHomework(input: $input) { errors { code } } }
"""


async def test_a_course_is_asked_tested_and_given_materials(diary: Diary, mark: Any) -> None:
    number = await diary.connection.fetchval(COURSE, mark["lesson_id"])
    course = record_id("Course", 1, number)
    name = f"{mark['given_name']} {mark['family_name']}"
    async with (
        diary.visitor(mark["teacher"]) as teacher,
        diary.visitor(mark["student"], **PHONE) as student,
    ):
        await is_asked(teacher, student, course)
        async with diary.asking(mark["teacher"]) as asking:
            question = {"kind": "TEXT", "text": "Why?"}
            few = {"course": course, "title": "?", "toStudents": True, "questions": [question]}
            asked = (await asking(ASK, input=few))["askCourse"]
        await teacher.open(f"/diary/survey/{quote(asked['survey']['id'])}")
        await expect(teacher.page.get_by_text("Anonymous: nobody can tell")).to_be_visible()
        await expect(teacher.page.get_by_text("Too few answers: of fewer than")).to_be_visible()
        await is_tested(teacher, student, course, name)
        graded = await diary.connection.fetchrow(GRADED, "Times tables", mark["student_id"])
        assert (graded["value"], graded["points"]) == ("5", "2.00")
        await is_given_materials(teacher, student, course, name)
        refers = await diary.connection.fetchrow(REFERS, number)
        new = {
            "id": record_id("Homework", 1, refers["id"]),
            "expectedVersion": refers["version"],
            "reason": "So",
            "materials": [record_id("Material", 1, refers["material"])],
        }
        async with diary.asking(mark["teacher"]) as asking:
            assert (await asking(REFER, input=new))["changeHomework"]["errors"] == []
        await student.open(f"/diary/homework?date={refers['due_on']}")
        item = student.page.locator(".homework-list li", has_text=refers["title"]).first
        await expect(item.get_by_role("link", name="Open the link")).to_be_visible()
    async with diary.visitor("head") as head:  # who teaches nothing
        group = await diary.connection.fetchval(GROUP, number)
        at = f"?class={quote(record_id('ClassGroup', 1, group))}&course={quote(course)}"
        await head.open(f"/diary/quizzes{at}")
        await head.page.get_by_role("link", name="Times tables").click()
        await expect(head.page.get_by_role("row", name=name)).to_contain_text("2 / 2")
        await head.open(f"/diary/materials{at}")
        await expect(head.page.get_by_text("The way to the sea").first).to_be_visible()
        await expect(head.page.get_by_text("New material")).to_be_visible()
        assert await head.found_by_axe() == []
    async with diary.visitor(mark["parent"], locale="ru", color_scheme="dark") as parent:
        await parent.open("/diary/surveys")
        await parent.page.get_by_role("link", name="Lunch at school").click()
        await expect(parent.page.get_by_text("Анонимно: никто не узнает")).to_be_visible()
        bars = parent.page.get_by_role("table", name="Is lunch at school good?")
        await expect(bars.get_by_role("row", name="Mostly")).to_contain_text("%")
        assert await parent.found_by_axe() == []
        await parent.open("/diary/quizzes")
        line = parent.page.locator(".notices > li", has_text="Times tables")
        await expect(line).to_contain_text("баллов: 2 · отметка: 5")


async def is_asked(teacher: Visitor, student: Visitor, course: str) -> None:
    page, reader = teacher.page, student.page
    await teacher.open("/diary/surveys")
    await page.get_by_text("New survey").click()
    await page.get_by_label("To", exact=True).first.select_option(course)
    await page.get_by_label("families", exact=True).uncheck()
    await page.get_by_label("What it is about").fill("The trip")
    await page.get_by_label("Anonymous").uncheck()
    await page.get_by_label("What is asked").fill("Where to?")
    await page.get_by_label("Choices").fill("Sea\nForest")
    await page.get_by_role("button", name="One more question").click()
    second = page.get_by_role("group", name="Question 2")
    await second.get_by_label("How it is answered").select_option("SCALE")
    await second.get_by_label("What is asked").fill("How tired are you?")
    assert await teacher.found_by_axe() == []
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_text("It is asked.")).to_be_visible()
    await page.get_by_role("link", name="The trip").click()
    await expect(page.get_by_text("Nobody has answered.")).to_be_visible()

    await student.open("/diary/surveys")
    waiting = reader.get_by_role("region", name="Waiting for your answer")
    await waiting.get_by_role("link", name="The trip").click()
    await expect(reader.get_by_text("By name: whoever asks")).to_be_visible()
    await reader.get_by_role("radio", name="Forest").check()
    await reader.get_by_role("button", name="Send").click()
    await expect(reader.get_by_role("alert")).to_contain_text("Answer all questions")
    await reader.get_by_role("radio", name="4").check()
    assert await student.found_by_axe() == []
    await reader.get_by_role("button", name="Send").click()
    await expect(reader.get_by_text("You have answered.")).to_be_visible()
    assert await student.fits()

    bars = page.get_by_role("table", name="Where to?")  # comes by itself
    await expect(bars.get_by_role("row", name="Forest")).to_contain_text("1 100 %")
    await page.get_by_label("As a picture: Where to?").click()
    await page.wait_for_function(LOADED, arg="figure.chart img")
    await page.get_by_text("Who has answered what", exact=True).click()
    await expect(page.locator("dd").first).to_have_text("Forest")
    assert await teacher.found_by_axe() == []
    await step(page, "Close the survey", "The trip")
    await expect(reader.locator(".state")).to_contain_text("closed")


async def is_tested(teacher: Visitor, student: Visitor, course: str, name: str) -> None:
    page, reader = teacher.page, student.page
    await teacher.open(f"/diary/questions/{quote(course)}")
    await page.get_by_text("New question").click()
    form = page.locator("details", has=page.get_by_label("How it is answered"))
    await form.get_by_label("What is asked").fill("Which is odd?")
    for place, choice in enumerate(("22", "23"), 1):
        await form.get_by_label(f"Choice {place}", exact=True).fill(choice)
    await form.get_by_label("Choice 2 is right").check()
    await form.get_by_role("button", name="Add").click()
    await page.get_by_label("Which is odd?", exact=True).check()
    await form.get_by_label("How it is answered").select_option("NUMBER")
    await form.get_by_label("What is asked").fill("7 × 9?")
    await form.get_by_label("What is right").fill("63")
    await form.get_by_role("button", name="Add").click()
    await page.get_by_label("7 × 9?", exact=True).check()
    today = clock.today("UTC")
    await page.get_by_label("What it is called").fill("Times tables")
    await page.get_by_label("Opens").fill(f"{today - timedelta(days=2)}T12:00")
    await page.get_by_label("Ends for everybody").fill(f"{today + timedelta(days=2)}T12:00")
    await page.get_by_label("Minutes of a try").fill("20")
    await page.get_by_label("Points are told on handing in").check()
    for mark, percent in (("5", "80"), ("2", "0")):
        await page.get_by_label(mark, exact=True).fill(percent)
    assert await teacher.found_by_axe() == []
    await page.get_by_role("button", name="Make the quiz").click()
    await expect(page.get_by_text("The quiz is made.")).to_be_visible()
    await page.get_by_role("link", name="Quizzes").first.click()
    await page.get_by_role("link", name="Times tables").click()
    await expect(page.get_by_text("Nobody yet.")).to_be_visible()

    await student.open("/diary/quizzes")
    await reader.get_by_role("link", name="Times tables").click()
    await reader.get_by_role("button", name="Begin").click()
    await expect(reader.get_by_role("timer")).to_have_text(re.compile(r"Time left: (20:00|1\d:)"))
    await expect(page.locator(".notices > li", has_text=name)).to_be_visible()  # under way
    await reader.get_by_label("7 × 9?").fill("63")
    await reader.context.set_offline(True)
    await reader.get_by_role("radio", name="23").check()
    kept = reader.locator(".tools [role=status]")
    await expect(kept).to_have_text("to be sent")
    await reader.context.set_offline(False)
    await expect(kept).to_have_text("Answers are kept as you give them.")
    await expect(reader.get_by_role("radio", name="23")).to_be_checked()
    assert await student.fits()
    assert await student.found_by_axe() == []
    await reader.get_by_role("button", name="Hand in").click()
    await expect(reader.get_by_text("2 of 2 points")).to_be_visible()
    await expect(reader.get_by_text("right: 23")).to_have_count(0)  # until it is over for all

    row = page.get_by_role("row", name=name)
    await expect(row).to_contain_text("2 / 2")
    await expect(row.get_by_role("combobox")).to_have_value("5")
    assert await teacher.found_by_axe() == []
    await page.get_by_role("button", name="Give the marks").click()
    await expect(page.get_by_text("The marks are given.")).to_be_visible()


async def is_given_materials(teacher: Visitor, student: Visitor, course: str, name: str) -> None:
    page, reader = teacher.page, student.page
    picture: FilePayload = {"name": "map.jpg", "mimeType": "image/jpeg", "buffer": jpeg(40, 30)}
    await teacher.open(f"/diary/materials?course={quote(course)}")
    await page.get_by_text("New material").click()
    await page.get_by_label("Kind").select_option("FILES")
    await page.get_by_label("What it is called").fill("A map of the trip")
    await page.get_by_label("Files").set_input_files([picture])
    assert await teacher.found_by_axe() == []
    await page.get_by_role("button", name="Add").click()
    await expect(page.get_by_text("The material is added.")).to_be_visible()

    await student.open("/diary/materials")
    await reader.get_by_label("Search").fill("map tri")
    line = reader.locator(".notices > li", has_text="A map of the trip")
    async with reader.expect_download():
        await line.get_by_role("link", name="map.jpg").click()
    assert await student.fits()
    assert await student.found_by_axe() == []

    await step(page, "Change it", "A map of the trip", {"What it is called": "The way to the sea"})
    await page.get_by_label("Who has opened it: The way to the sea").click()
    await expect(page.locator("ol li", has_text=name)).to_be_visible()
    await step(page, "Withdraw", "The way to the sea")
    await expect(reader.get_by_text("There is nothing here.")).to_be_visible()
    await step(page, "Restore", "It is taken back.")
    await expect(page.get_by_text("The way to the sea").first).to_be_visible()
