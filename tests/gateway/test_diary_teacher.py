"""The diary's page for teachers: a lesson by keyboard, conflicts, a network that goes away, the
journal and the grades of a period."""

import asyncio
import re
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from playwright.async_api import Error, FilePayload, Locator, Route, expect
from pypdfium2 import PdfDocument

from tests.gateway.diary import PHONE, Diary, Visitor, give, record_id, step, week_of

REMARKS = """
  query ($student: ID!, $day: Date!) {
    student(id: $student) { remarks(from: $day, to: $day) { id text } } }
"""
REPLY = """
  mutation ($input: ReplyToRemarkInput!) { replyToRemark(input: $input) { errors { code } } }
"""
WITHDRAW = """
  mutation ($input: WithdrawGradeInput!) { withdrawGrade(input: $input) { errors { code } } }
"""
REVISE = """
  mutation ($input: ReviseGradeInput!) { reviseGrade(input: $input) { errors { code } } }
"""
TOPIC = """
  mutation ($input: SetLessonTopicInput!) { setLessonTopic(input: $input) { errors { code } } }
"""
LOCK = "mutation ($input: LockPeriodInput!) { lockPeriod(input: $input) { errors { code } } }"
UNLOCK = "mutation ($input: UnlockPeriodInput!) { unlockPeriod(input: $input) { errors { code } } }"
PERIOD = """
  SELECT id, version FROM period WHERE school_id = 1 AND active AND kind <> 'YEAR'
    AND $1::date BETWEEN starts_on AND ends_on
"""
ADD_MATERIAL = """
  mutation ($input: AddCourseMaterialInput!) {
    addCourseMaterial(input: $input) { errors { code } }
  }
"""
WHOLE_CLASS = """
  query ($lesson: ID!) { lesson(id: $lesson) { rows { student { displayName } } } }
"""
COURSE = "SELECT course_id FROM lesson WHERE school_id = 1 AND id = $1"
YEAR = """
  SELECT p.name, p.starts_on, p.ends_on, count(l.id) AS lessons FROM period p
  JOIN lesson l ON l.school_id = p.school_id AND l.day BETWEEN p.starts_on AND p.ends_on
  WHERE p.school_id = 1 AND p.kind = 'YEAR' AND l.course_id = $1 GROUP BY 1, 2, 3
"""
BEFORE = """
  SELECT count(*) FROM lesson l JOIN lesson o ON o.school_id = l.school_id
    AND o.course_id = l.course_id AND (o.day, o.slot) < (l.day, l.slot) AND o.day >= $2
  WHERE l.school_id = 1 AND l.id = $1
"""
LED = """
  SELECT a.login, c.id AS course FROM course c
  JOIN class_group g ON g.school_id = c.school_id AND g.id = c.class_group_id
  JOIN membership m ON m.school_id = g.school_id AND m.teacher_id = g.class_teacher_id
  JOIN account a ON a.id = m.account_id
  WHERE c.school_id = 1 AND c.active AND NOT EXISTS (
    SELECT 1 FROM teaching t
    WHERE t.school_id = 1 AND t.course_id = c.id AND t.teacher_id = m.teacher_id
  ) ORDER BY c.title LIMIT 1
"""
"""A course of a class whose class teacher does not teach it."""
WIDTH = 58
"""Of a lesson's column, in pixels."""
IN_VIEW = 5
"""The parts of a large journal that are in view at once, or just beside it."""
MATERIALS = """
  SELECT m.title FROM homework h JOIN material m ON m.school_id = h.school_id
    AND m.id = ANY (h.material_ids)
  WHERE h.school_id = 1 AND h.text = 'Exercise 7' AND h.course_id = $1
"""
SHEET: FilePayload = {"name": "sheet.txt", "mimeType": "text/plain", "buffer": b"9, 10"}


def lesson_of(mark: Any) -> str:
    return f"/diary/lesson/{quote(record_id('Lesson', 1, mark['lesson_id']))}"


async def marks_of(diary: Diary, mark: Any) -> list[Any]:
    found: list[Any] = await diary.connection.fetch(
        "SELECT id, student_id, value, state::text, version FROM grade"
        " WHERE school_id = 1 AND lesson_id = $1 ORDER BY given_at, id",
        mark["lesson_id"],
    )
    return found


def words_on(paper: Any) -> str:
    """What is printed, without spaces, which stand where letters are set apart too."""
    return "".join(paper.get_textpage().get_text_range().split())


async def empty_cells(visitor: Visitor, count: int) -> list[Locator]:
    """Cells of one column of marks, one below the other, in which nothing stands."""
    cells = visitor.page.locator('[role="gridcell"][data-at$=":1"]')
    await expect(cells.first).to_be_visible()
    empty = [not (await cell.inner_text()).strip() for cell in await cells.all()]
    first = next(at for at in range(len(empty)) if all(empty[at : at + count]))
    return [cells.nth(at) for at in range(first, first + count)]


async def test_a_lesson_is_written_by_keyboard_and_the_family_sees_it(
    diary: Diary, mark: Any
) -> None:
    course = await diary.connection.fetchval(COURSE, mark["lesson_id"])
    title = "Sums of angles"
    async with diary.asking(mark["teacher"]) as asking:
        of_course = record_id("Course", 1, course)
        material = {"course": of_course, "kind": "LITERATURE", "title": title}
        added = await asking(ADD_MATERIAL, input=material)
        assert added["addCourseMaterial"]["errors"] == []
    async with diary.visitor(mark["teacher"]) as teacher:
        page = teacher.page
        await teacher.open(lesson_of(mark))
        one, two, three = await empty_cells(teacher, 3)
        before = len(await marks_of(diary, mark))
        await one.click()
        for key in ("5", "4", "+", "3", "ArrowDown"):
            await page.keyboard.press(key)
        for cell, value in ((one, "5"), (two, "4+"), (three, "3")):
            await expect(cell.locator(".mark")).to_contain_text(value)
        await expect(page.locator(".unsent")).to_have_count(0)
        given = (await marks_of(diary, mark))[before:]
        assert sorted((each["value"], each["state"]) for each in given) == [
            ("3", "GIVEN"), ("4+", "GIVEN"), ("5", "GIVEN"),
        ]  # fmt: skip
        await page.keyboard.press("Control+z")
        await expect(three.locator(".mark")).to_have_count(0)
        await one.click()
        await page.keyboard.press("2")
        await page.keyboard.press("Enter")
        await expect(one.locator(".mark")).to_contain_text("2")
        await page.keyboard.press("Control+z")
        await expect(one.locator(".mark")).to_contain_text("5")

        await page.locator('[role="gridcell"][data-at="0:0"]').click()
        await page.keyboard.press("a")
        await expect(page.locator('[data-at="0:0"] .attendance')).to_contain_text("absent")
        await page.get_by_label("Topic").fill("The sum of angles")
        await page.get_by_label("Topic").press("Enter")
        await page.get_by_label("Homework to set").fill("Exercise 7")
        await page.locator(".lesson-form summary", has_text="Materials").click()
        await page.get_by_role("checkbox", name=title).check()
        await page.get_by_role("button", name="Set").click()
        own = page.locator(".lesson-form .set", has_text="Exercise 7")
        await expect(own).to_contain_text(title)
        referred = await diary.connection.fetch(MATERIALS, course)
        assert [each["title"] for each in referred] == [title]
        await step(page, "Withdraw", "Exercise 7")
        await expect(own).to_have_count(0)
        await step(page, "Restore", "It is taken back.")
        await expect(own).to_contain_text(title)

        await page.get_by_text("Remarks", exact=True).click()
        name = f"{mark['given_name']} {mark['family_name']}"
        await page.get_by_label("Student").select_option(name)
        await page.get_by_label("What is remarked").fill("Helped others")
        await page.get_by_role("button", name="Add the remark").click()
        remark = page.locator(".remarks section", has_text="Helped others")
        await expect(remark).to_contain_text(name)
        student = record_id("Student", 1, mark["student_id"])
        async with diary.asking(mark["parent"]) as parent:
            found = await parent(REMARKS, student=student, day=str(mark["day"]))
            (one,) = (
                each for each in found["student"]["remarks"] if each["text"] == "Helped others"
            )
            reply = {"remark": one["id"], "text": "Thank you"}
            assert (await parent(REPLY, input=reply))["replyToRemark"]["errors"] == []
        await expect(remark.locator(".reply")).to_contain_text("Thank you")
        await step(page, "Change it", name, {"What is remarked": "Helped others twice"})
        await expect(remark).to_contain_text("Helped others twice")

        of_all = page.get_by_role("form", name="To all without a mark")
        before = len(await marks_of(diary, mark))
        await of_all.get_by_label("Mark").select_option("3")
        count = int(
            re.findall(r"\((\d+)\)", await of_all.get_by_label("Kind of work").inner_text())[0]
        )
        await of_all.get_by_role("button", name="Give").click()
        await expect(of_all.get_by_label("Kind of work")).to_contain_text("(0)")
        given = (await marks_of(diary, mark))[before:]
        assert [each["value"] for each in given] == ["3"] * count
        async with diary.asking(mark["teacher"]) as elsewhere:  # others need empty cells
            for each in given:
                id_ = record_id("Grade", 1, each["id"])
                asked = {"id": id_, "expectedVersion": each["version"], "reason": "Not meant"}
                assert (await elsewhere(WITHDRAW, input=asked))["withdrawGrade"]["errors"] == []
        await expect(of_all.get_by_label("Kind of work")).to_contain_text(f"({count})")
        assert await teacher.found_by_axe() == []
        async with diary.asking(mark["teacher"]) as elsewhere:
            of_lesson = record_id("Lesson", 1, mark["lesson_id"])
            rows = (await elsewhere(WHOLE_CLASS, lesson=of_lesson))["lesson"]["rows"]
        names = [row["student"]["displayName"] for row in rows]
        assert 0 < await page.locator('[role="rowheader"]').count() < len(names)
        await page.emulate_media(media="print")
        printed = "".join(map(words_on, PdfDocument(await page.pdf(prefer_css_page_size=True))))
        for words in ("The sum of angles", *names):
            assert "".join(words.split()) in printed, words
        assert "Arrowsmove" not in printed
    topic = "SELECT topic FROM lesson WHERE school_id = 1 AND id = $1"
    assert await diary.connection.fetchval(topic, mark["lesson_id"]) == "The sum of angles"


async def test_what_two_have_entered_is_shown_side_by_side(diary: Diary, mark: Any) -> None:
    async with diary.visitor(mark["teacher"]) as teacher:
        page = teacher.page
        await teacher.open(lesson_of(mark))
        marked = page.locator('[role="gridcell"]').filter(has=page.locator(".mark"))
        place = await marked.first.get_attribute("data-at")
        cell = page.locator(f'[data-at="{place}"]')
        name = await cell.locator("xpath=..").get_by_role("rowheader").inner_text()
        value = (await cell.locator(".mark").inner_text()).split()[0]
        grade = await diary.connection.fetchrow(
            "SELECT g.id, g.version FROM grade g JOIN student s"
            " ON s.school_id = g.school_id AND s.id = g.student_id"
            " WHERE g.school_id = 1 AND g.lesson_id = $1 AND g.state = 'GIVEN' AND g.value = $3"
            " AND s.given_name || ' ' || s.family_name = $2",
            mark["lesson_id"],
            name.strip(),
            value,
        )
        await page.context.set_offline(True)
        await cell.click()
        await page.keyboard.press("1")
        await page.keyboard.press("Enter")
        await expect(page.locator(".banner")).to_contain_text("To be sent: 1")
        asked = {
            "id": record_id("Grade", 1, grade["id"]), "expectedVersion": grade["version"],
            "value": "2+", "reason": "Counted again",
        }  # fmt: skip
        async with diary.asking(mark["teacher"]) as elsewhere:
            assert (await elsewhere(REVISE, input=asked))["reviseGrade"]["errors"] == []
        await page.context.set_offline(False)
        await expect(page.locator(".sides")).to_have_text("There: 2+ · Mine: 1")
        await page.get_by_role("button", name="Enter mine").click()
        await expect(cell.locator(".mark")).to_contain_text("1")
        await expect(page.locator(".refusals")).to_have_count(0)

        version = "SELECT version FROM lesson WHERE school_id = 1 AND id = $1"
        before = await diary.connection.fetchval(version, mark["lesson_id"])
        lesson = record_id("Lesson", 1, mark["lesson_id"])
        topic = page.get_by_label("Topic")
        await page.context.set_offline(True)
        await topic.fill("Angles of mine")
        await topic.press("Enter")
        await expect(page.locator(".banner")).to_contain_text("To be sent: 1")
        async with diary.asking(mark["teacher"]) as elsewhere:
            theirs = {"lesson": lesson, "expectedVersion": before, "topic": "Angles of theirs"}
            assert (await elsewhere(TOPIC, input=theirs))["setLessonTopic"]["errors"] == []
        await page.context.set_offline(False)
        sides = page.locator(".sides")
        await expect(sides).to_have_text("There: Angles of theirs · Mine: Angles of mine")
        await page.get_by_role("button", name="Enter mine").click()
        await expect(sides).to_have_count(0)
        await expect(topic).to_have_value("Angles of mine")
    stands = "SELECT value FROM grade WHERE school_id = 1 AND id = $1"
    assert await diary.connection.fetchval(stands, grade["id"]) == "1"


async def test_marks_that_are_entered_without_a_network_arrive_once(
    diary: Diary, mark: Any
) -> None:
    async with (
        diary.visitor(mark["teacher"]) as teacher,
        diary.visitor(mark["parent"]) as parent,
    ):
        page = teacher.page
        await parent.open(week_of(mark))
        await teacher.open(lesson_of(mark))
        one, two, three = await empty_cells(teacher, 3)
        before = len(await marks_of(diary, mark))
        await teacher.settled()
        await page.context.set_offline(True)
        await one.click()
        for key in ("4", "4", "ArrowDown"):
            await page.keyboard.press(key)
        await expect(page.locator(".grid .unsent")).to_have_count(2)
        await expect(page.locator(".banner")).to_contain_text("To be sent: 2")
        assert len(await marks_of(diary, mark)) == before
        await page.context.set_offline(False)
        await expect(page.locator(".banner")).to_have_count(0)
        for cell in (one, two):
            await expect(cell.locator(".mark")).to_contain_text("4")
        assert len(await marks_of(diary, mark)) == before + 2

        lost = list[str]()

        async def lose(route: Route) -> None:
            """The gateway does it, and its answer never arrives."""
            if (route.request.post_data_json or {}).get("operationName") == "GiveGrade":
                with suppress(Error):  # the page has been left meanwhile
                    lost.append((await route.fetch()).status_text)
                    await route.abort("internetdisconnected")
            else:
                await route.continue_()

        await page.route("**/graphql", lose)
        await three.click()
        for key in ("4", "Enter"):
            await page.keyboard.press(key)
        await expect(page.locator(".banner")).to_contain_text("To be sent: 1")
        await three.click()
        for key in ("5", "Enter"):
            await page.keyboard.press(key)
        await expect(three).to_contain_text("5")
        await page.reload()  # what was typed over a mark of which nothing is known stays too
        await expect(three).to_contain_text("5")
        assert lost
        await page.unroute_all(behavior="wait")
        await expect(page.locator(".grid .unsent")).to_have_count(0)
        given = (await marks_of(diary, mark))[before + 2 :]
        assert [(each["value"], each["version"]) for each in given] == [("5", 2)]

        await parent.open(week_of(mark).replace("/week", "/homework"))
        listed = parent.page.locator(".homework-list li", has_text="Exercise 9")
        await parent.settled()
        await page.get_by_label("Homework to set").fill("Exercise 9")
        await page.get_by_label("Files", exact=True).set_input_files([SHEET])
        await page.get_by_role("button", name="Set", exact=True).click()
        async with (
            parent.page.expect_download() as downloading
        ):  # it comes by itself, with its file
            await listed.get_by_role("link", name="sheet.txt").click()
        assert (await (await downloading.value).path()).read_bytes() == b"9, 10"
        await step(page, "Change it", "Exercise 9", {"Text": "Exercise 9 and 10"})
        await expect(listed).to_contain_text("Exercise 9 and 10")
        await step(page, "Withdraw", "Exercise 9 and 10")
        await expect(listed).to_have_count(0)
        assert await teacher.found_by_axe() == []
    assert len(await marks_of(diary, mark)) == before + 3


async def test_a_period_that_is_closed_meanwhile_is_said_and_what_was_typed_is_shown(
    diary: Diary, mark: Any
) -> None:
    period = await diary.connection.fetchrow(PERIOD, mark["day"])
    asked = {"id": record_id("Period", 1, period["id"]), "reason": "The quarter is over"}
    before = len(await marks_of(diary, mark))
    async with diary.visitor(mark["teacher"]) as teacher, diary.asking("head") as head:
        page = teacher.page
        await teacher.open(lesson_of(mark))
        (cell,) = await empty_cells(teacher, 1)
        name = await cell.locator("xpath=..").get_by_role("rowheader").inner_text()
        await teacher.settled()
        await page.context.set_offline(True)
        await cell.click()
        for key in ("3", "Enter"):
            await page.keyboard.press(key)
        await expect(page.locator(".banner")).to_contain_text("To be sent: 1")
        locked = await head(LOCK, input={**asked, "expectedVersion": period["version"]})
        assert locked["lockPeriod"]["errors"] == []
        await page.context.set_offline(False)
        refused = page.locator(".refusals li")
        await expect(refused).to_contain_text(f"{name.strip()}: The period is closed. Mine: 3")
        await expect(cell).to_have_attribute("aria-readonly", "true")  # by itself
        await expect(page.get_by_role("form", name="To all without a mark")).to_have_count(0)
        assert await teacher.found_by_axe() == []
        await teacher.open("/diary/journals")
        await expect(refused).to_contain_text("Mine: 3")
        await refused.get_by_role("link").click()
        await page.get_by_role("button", name="Leave as it is").click()
        await expect(refused).to_have_count(0)
        await expect(cell).to_have_attribute("aria-readonly", "true")
        opened = await head(UNLOCK, input={**asked, "expectedVersion": period["version"] + 1})
        assert opened["unlockPeriod"]["errors"] == []
        await expect(cell).to_have_attribute("aria-readonly", "false")
    assert len(await marks_of(diary, mark)) == before


async def test_what_waits_when_a_session_is_ended_is_sent_once_its_author_is_back(
    diary: Diary, mark: Any
) -> None:
    before = len(await marks_of(diary, mark))
    async with diary.visitor(mark["teacher"]) as teacher:
        page = teacher.page
        await teacher.open(lesson_of(mark))
        (cell,) = await empty_cells(teacher, 1)
        await teacher.settled()
        await page.context.set_offline(True)
        await cell.click()
        for key in ("3", "Enter"):
            await page.keyboard.press(key)
        await expect(page.locator(".banner")).to_contain_text("To be sent: 1")
        async with diary.asking(mark["teacher"]) as elsewhere:
            await elsewhere("mutation { endOtherSessions { errors { code } } }")
        signed_in, held = asyncio.Event(), list[str]()

        async def late(route: Route) -> None:
            """What was asked in the session that is over is answered in the next one."""
            if held or (route.request.post_data_json or {}).get("operationName") != "GiveGrade":
                await route.continue_()
                return
            held.append("GiveGrade")
            answer = await route.fetch()
            await signed_in.wait()
            await route.fulfill(response=answer)

        await page.route("**/graphql", late)
        await page.context.set_offline(False)
        await expect(page.get_by_text("Your session has ended.")).to_be_visible()
        assert len(await marks_of(diary, mark)) == before
        await page.locator("#login").fill(mark["teacher"])
        await page.locator("#password").fill("demo")
        await page.locator("form button").first.click()
        await expect(page.locator("header .account")).to_be_visible()
        signed_in.set()
        await expect(cell.locator(".mark")).to_contain_text("3")
        await expect(page.locator(".grid .unsent")).to_have_count(0)
        assert held == ["GiveGrade"]
        # Each answer that says so is an error.
        said = teacher.complaints
        teacher.complaints = [each for each in said if "UNAUTHENTICATED" not in each]
    assert len(await marks_of(diary, mark)) == before + 1


async def test_a_journal_draws_what_is_in_view_and_a_period_s_grades_take_the_proposals(
    diary: Diary, mark: Any
) -> None:
    course = await diary.connection.fetchval(COURSE, mark["lesson_id"])
    year = await diary.connection.fetchrow(YEAR, course)
    path = quote(record_id("Course", 1, course))
    async with diary.visitor(mark["teacher"]) as teacher:
        page = teacher.page
        await teacher.open(f"/diary/journal/{path}")
        grid = page.get_by_role("grid")
        await expect(grid.locator(".mark").first).to_be_visible()
        newest = grid.locator('[data-at^="0:"][aria-readonly="false"]').last
        await expect(newest).to_be_in_viewport()  # from the beginning
        columns = int(await grid.get_attribute("aria-colcount") or 0)
        rows = int(await grid.get_attribute("aria-rowcount") or 0)
        await page.locator('[data-at^="0:"]').first.click()
        await page.keyboard.press("End")
        last = page.locator(f'[data-at="0:{columns - 2}"]')
        await expect(last).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await expect(page.locator(f'[data-at="1:{columns - 2}"]')).to_be_focused()
        assert await page.locator('[role="gridcell"]').count() <= rows * columns
        await page.emulate_media(media="print")
        pages = PdfDocument(await page.pdf(prefer_css_page_size=True))
        assert len(pages) == -(-(columns - 1) // 24)
        for paper in pages:
            assert paper.get_width() > paper.get_height()
            text = words_on(paper)
            assert "Student" in text
            assert all(words not in text for words in ("Print", "Undo", "Kindofwork"))
        await page.emulate_media(media="screen")
        await page.get_by_role("button", name=year["name"], exact=True).click()
        await expect(grid).to_have_attribute("aria-colcount", str(year["lessons"] + 1))
        await expect(grid.locator(".mark").first).to_be_visible()
        await expect(grid.locator('[role="rowheader"] b').first).to_contain_text(re.compile(r"\d"))
        assert 1 <= teacher.operations.count("JournalPart") <= IN_VIEW < year["lessons"] / 10
        await page.locator('[data-at^="0:"]').first.click()
        await page.keyboard.press("End")
        last = page.locator(f'[data-at="0:{year["lessons"] - 1}"]')
        await expect(last).to_be_focused()
        await teacher.settled()
        assert await teacher.found_by_axe() == []
        place = await diary.connection.fetchval(BEFORE, mark["lesson_id"], year["starts_on"])
        await page.evaluate(f"document.querySelector('.grid').scrollLeft = {place * WIDTH}")
        cell = page.locator(f'[data-at="0:{place}"]')
        await expect(cell).to_have_attribute("aria-readonly", "false")
        await teacher.settled()  # what is in view is there
        stood = await cell.text_content() or ""
        await cell.click()
        await page.keyboard.press("2" if "3" in stood else "3")
        await page.keyboard.press("ArrowDown")
        await expect(cell.locator(".mark").last).to_contain_text("2" if "3" in stood else "3")
        await expect(page.locator(".grid .unsent")).to_have_count(0)
        await page.keyboard.press("Control+z")
        await expect(cell).to_have_text(stood)
        await expect(page.locator(".grid .unsent")).to_have_count(0)
        name = f"{mark['given_name']} {mark['family_name']}"
        row = grid.get_by_role("row").filter(has=page.get_by_text(name, exact=True))
        if await row.count() == 0:
            await page.evaluate("document.querySelector('.grid').scrollTop = 10000")
        cell = row.locator(f'[data-at$=":{place}"]')
        before = await cell.text_content() or ""
        value = next(each for each in ("2+", "3-", "4-") if each not in before)
        await give(diary, mark, value)
        await expect(cell.locator(".unseen")).to_contain_text(f"{value} ")

        await teacher.open(f"/diary/period-grades/{path}")
        await page.get_by_role("button", name="Accept all proposals").click()
        await expect(page.locator("tbody select").first).not_to_have_value("")
        assert await teacher.found_by_axe() == []
        decided = await page.locator("tbody select").first.input_value()
        await page.emulate_media(media="print")
        pages = PdfDocument(await page.pdf(prefer_css_page_size=True))
        for paper in pages:
            assert paper.get_width() > paper.get_height()
            text = words_on(paper)
            assert text.startswith("Periodgrades:"), text  # above each page
            assert decided in text.split("Decision")[1]
            assert "Accept" not in text
    led = await diary.connection.fetchrow(LED)
    async with diary.visitor(led["login"]) as leader:  # reads what others write
        page, path = leader.page, quote(record_id("Course", 1, led["course"]))
        await leader.open(f"/diary/period-grades/{path}")
        await expect(page.locator(".decisions tbody tr").first).to_be_visible()
        await expect(page.locator("tbody select")).to_have_count(0)
        await expect(page.get_by_role("button", name="Accept all proposals")).to_have_count(0)
        await leader.open(f"/diary/journal/{path}")
        await expect(page.get_by_role("gridcell").first).to_be_visible()
        await expect(page.locator('[aria-readonly="false"]')).to_have_count(0)
    decided = "SELECT count(*) FROM period_grade WHERE school_id = 1 AND course_id = $1"
    assert await diary.connection.fetchval(decided, course) > 0


async def test_the_screens_of_a_teacher_fit_a_telephone(diary: Diary, mark: Any) -> None:
    small = {**PHONE, "color_scheme": "dark"}
    async with diary.visitor(mark["teacher"], **small) as visitor:
        for path in (
            f"/diary/lessons?date={mark['day']}",
            lesson_of(mark),
            "/diary/journals",
            "/diary/today",  # to these two notices lead
            "/diary/week",
        ):
            await visitor.open(path)
            await expect(visitor.page.locator("main h1")).to_be_visible()
            await expect(visitor.page.get_by_text("Loading…")).to_have_count(0)
            assert await visitor.fits(), path
            assert await visitor.found_by_axe() == [], path
