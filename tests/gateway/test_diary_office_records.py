"""The diary's page for records of people: made one, erased and exported; webhooks; lessons opened
again; and what guardians keep a child from."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zipfile import ZipFile

from playwright.async_api import expect

from resolvers import global_id
from tests.gateway.diary import Asking, Diary, Visitor, give, record_id, step

ENROL = """
  mutation ($input: EnrolStudentsInput!) {
    enrolStudents(input: $input) { students { id } errors { code message } }
  }
"""
GUARDIAN = """
  mutation ($input: CreateGuardiansInput!) {
    createGuardians(input: $input) { guardians { id } errors { code message } }
  }
"""
GROUPS = """
  SELECT g.id FROM class_group g JOIN academic_year y
    ON y.school_id = g.school_id AND y.id = g.academic_year_id
  WHERE g.school_id = 1 AND $1::date BETWEEN y.starts_on AND y.ends_on AND g.active
  ORDER BY g.name LIMIT 2
"""
OPEN = """
  SELECT l.id, l.day, l.teacher_id, c.title, a.login AS teacher FROM lesson l
  JOIN course c ON c.school_id = l.school_id AND c.id = l.course_id
  JOIN membership m ON m.school_id = l.school_id AND m.teacher_id = l.teacher_id
  JOIN account a ON a.id = m.account_id
  JOIN period q ON q.school_id = l.school_id AND l.day BETWEEN q.starts_on AND q.ends_on
  WHERE l.school_id = 1 AND NOT l.closed AND l.status = 'PLANNED' AND l.day < $1
  GROUP BY 1, 2, 3, 4, 5, l.slot HAVING NOT bool_or(q.locked) ORDER BY l.day DESC, l.slot LIMIT 1
"""
YOUNG = """
  SELECT sa.login AS student, pa.login AS parent, p.id, p.given_name || ' ' || p.family_name AS name
  FROM student p
  JOIN membership sm ON sm.school_id = p.school_id AND sm.student_id = p.id
  JOIN account sa ON sa.id = sm.account_id
  JOIN guardianship t ON t.school_id = p.school_id AND t.student_id = p.id AND t.restriction IS NULL
  JOIN membership pm ON pm.school_id = p.school_id AND pm.guardian_id = t.guardian_id
  JOIN account pa ON pa.id = pm.account_id
  WHERE p.school_id = 1 AND p.id <> $1 ORDER BY p.born_on DESC, pa.login LIMIT 1
"""
BOARD = "{ school { forumBoards { id } } }"
TOPIC = """
  mutation ($input: AddForumTopicInput!) { addForumTopic(input: $input) { errors { code } } }
"""
SCHOOL = record_id("School", 1, UUID(int=0))


async def looked_at(visitor: Visitor) -> None:
    """Nothing is wrong for who uses a screen reader, nor at the width of a telephone."""
    assert await visitor.found_by_axe() == []
    wide = visitor.page.viewport_size
    await visitor.page.set_viewport_size({"width": 360, "height": 700})
    assert await visitor.fits()
    assert wide is not None
    await visitor.page.set_viewport_size(wide)


async def enrolled(head: Asking, given: str, family: str, **more: object) -> str:
    """A student who was not there before."""
    row = {"givenName": given, "familyName": family, **more}
    made = (await head(ENROL, input={"school": SCHOOL, "rows": [row]}))["enrolStudents"]
    assert made["errors"] == []
    return str(made["students"][0]["id"])


def uuid_of(id_: str) -> UUID:
    return global_id.read(id_)[2]


async def test_two_records_of_a_student_become_one_after_what_moves_was_seen(
    diary: Diary, mark: Any
) -> None:
    groups = await diary.connection.fetch(GROUPS, mark["day"])
    first, second = (record_id("ClassGroup", 1, row["id"]) for row in groups)
    async with diary.asking("head") as asking:
        kept = await enrolled(asking, "Twyla", "Twofold", classGroup=first)
        await enrolled(asking, "Rival", "Twofold", classGroup=second)
        twin = await enrolled(asking, "Twila", "Twofold", phone="+371 7")
        row = {"givenName": "Gwen", "familyName": "Twofold", "children": [twin]}
        made = await asking(GUARDIAN, input={"school": SCHOOL, "rows": [row]})
        assert made["createGuardians"]["errors"] == []
    async with diary.visitor("head") as head:
        page = head.page
        await head.open(f"/diary/person/student/{quote(kept)}")
        await page.get_by_label("The same person twice: Twyla Twofold").click()
        compared = page.locator("main")
        make_one = page.get_by_label(re.compile("^Make them one: "))
        await page.get_by_role("button", name="Compare: Rival Twofold").click()
        await expect(compared).to_contain_text("They are in two classes on one day")
        await expect(make_one).to_have_count(0)
        await looked_at(head)

        await page.get_by_role("button", name="Compare: Twila Twofold").click()
        await expect(compared).to_contain_text("+371 7")
        await expect(compared.get_by_text("guardianship: 1")).to_be_visible()
        await make_one.click()
        form = page.get_by_role("form", name="Make them one: Twila Twofold")
        await form.get_by_label("To be sure, write: Twila Twofold").fill("Twyla Twofold")
        await form.get_by_role("button").click()
        assert "MergeStudents" not in head.operations
        await looked_at(head)
        await form.get_by_label("To be sure, write: Twila Twofold").fill("Twila Twofold")
        await form.get_by_role("button").click()
        await expect(page.locator("#guardianships ~ ul")).to_contain_text("Gwen Twofold")
        await expect(page.locator("dl").first).to_contain_text("+371 7")
    stands = (
        "SELECT id FROM student WHERE family_name = 'Twofold' AND given_name <> 'Rival' AND active"
    )
    assert [row["id"] for row in await diary.connection.fetch(stands)] == [uuid_of(kept)]


async def test_the_head_exports_and_erases_what_is_kept_of_who_has_left(
    diary: Diary, mark: Any
) -> None:
    async with diary.asking("head") as asking:
        gone = await enrolled(asking, "Gerda", "Gonealong", phone="+371 8")
    async with diary.visitor("head") as head:
        page = head.page
        await head.open(f"/diary/person/student/{quote(gone)}")
        await head.settled()
        exports = page.get_by_role("region", name="Export of all data: Gerda Gonealong")
        await exports.get_by_role("button", name="Have it made").click()
        await expect(exports.get_by_text("ready", exact=True)).to_be_visible()  # by itself
        await looked_at(head)
        async with page.expect_download() as downloading:
            await exports.get_by_role("link", name="Download").click()
        assert (await (await downloading.value).path()).read_bytes().startswith(b"PK")
        await expect(exports.get_by_text("downloaded", exact=True)).to_be_visible()

        unfold = page.get_by_label("Erase personal data: Gerda Gonealong")
        await unfold.click()
        await expect(page.get_by_text("Nothing can be erased: they have not left")).to_be_visible()
        left = "UPDATE student SET begins_on = '2000-01-01', ends_on = '2001-01-01' WHERE id = $1"
        await diary.connection.execute(left, uuid_of(gone))
        await page.reload()
        await unfold.click()
        plan = page.get_by_role("region", name="Erase personal data")
        await expect(plan.get_by_role("row", name="Name, birth date and numbers 1")).to_be_visible()
        await looked_at(head)
        sure = {
            "To be sure, write: Gerda Gonealong": "Gerda Gonealong",
            "Why, such as": "Asked for",
        }
        await step(page, "Erase for good", "Gerda Gonealong", sure)
        await expect(page.get_by_text("Asked for")).to_be_visible()
        await looked_at(head)
    kept = "SELECT given_name, phone FROM student WHERE id = $1"
    assert tuple(await diary.connection.fetchrow(kept, uuid_of(gone))) == ("", None)


async def test_the_head_has_events_sent_to_another_system(diary: Diary, mark: Any) -> None:
    url = "https://hooks.example.invalid/in"
    async with diary.visitor("head") as head:
        page = head.page
        await head.open("/diary/webhooks")
        await page.get_by_label(re.compile("^New webhook: ")).click()
        form = page.get_by_role("form", name=re.compile("^New webhook: "))
        await form.get_by_label("Address, with https://").fill("http://hooks.example.invalid/in")
        await form.get_by_label("What it is for").fill("The library")
        await form.get_by_label("mark", exact=True).check()
        await form.get_by_role("button").click()
        await expect(form.get_by_role("alert")).to_contain_text("https")
        address = form.get_by_label("Address, with https://")
        await expect(address).to_have_attribute("aria-invalid", "true")
        await expect(address).to_be_focused()
        await looked_at(head)
        await address.fill(url)
        await form.get_by_role("button").click()
        await expect(page.locator("code", has_text="whsec_")).to_be_visible()
        await looked_at(head)
        await page.get_by_role("button", name="I have put it down").click()
        await page.reload()
        one = page.locator(".notices > li", has_text=url)
        await expect(one).to_contain_text("The library")
        await expect(page.get_by_text("whsec_")).to_have_count(0)

        await step(page, "Send a test message", url)
        pinged = one.get_by_role("status")
        await expect(pinged).to_contain_text("The test message has not arrived.")
        await expect(pinged).to_contain_text("could not be resolved")

        await give(diary, mark, "5")
        await diary.until_found("SELECT 1 FROM webhook_delivery WHERE state = 'FAILING'")
        await one.get_by_label(f"Deliveries: {url}").click()
        sent = one.get_by_role("row", name="mark: given")
        await expect(sent.first).to_contain_text("fails, is tried again")
        await looked_at(head)
        await one.get_by_label("Which").select_option("delivered")
        await expect(one.get_by_text("Nothing was sent.")).to_be_visible()
        await step(page, "Pause", url)
        await expect(one.locator(".state")).to_have_text("paused")
        await step(page, "Send again", url)
        await expect(one.locator(".state")).to_have_text("sends")
        await step(page, "New secret", url)
        await expect(page.locator("code", has_text="whsec_")).to_be_visible()
        await step(page, "Remove", url, {f"To be sure, write: {url}": url})
        await expect(page.get_by_text("Nothing is sent anywhere.")).to_be_visible()
    assert await diary.connection.fetchval("SELECT count(*) FROM webhook") == 0


async def test_a_lesson_is_closed_with_a_reason_and_opened_again_with_another(
    diary: Diary, mark: Any
) -> None:
    lesson = await diary.connection.fetchrow(OPEN, mark["day"])
    clear = "UPDATE lesson SET topic = NULL WHERE school_id = 1 AND id = $1"
    await diary.connection.execute(clear, lesson["id"])
    path = f"/diary/lesson/{quote(record_id('Lesson', 1, lesson['id']))}"
    async with diary.visitor(lesson["teacher"]) as teacher:
        page = teacher.page
        await teacher.open(path)
        await page.get_by_role("button", name="Close the lesson").click()
        anyway = page.get_by_role("form", name="Close it all the same")
        await looked_at(teacher)
        await anyway.get_by_label("Why it is closed without").fill("An excursion")
        await anyway.get_by_role("button").click()
        await expect(page.locator("h1")).to_contain_text("closed")
        await expect(anyway).to_have_count(0)

        async with diary.visitor("head") as head:
            teaches = record_id("Teacher", 1, lesson["teacher_id"])
            day = lesson["day"]
            await head.open(f"/diary/open-lessons?from={day}&to={day}&teacher={quote(teaches)}")
            await head.page.get_by_text("Closed lessons").click()
            await looked_at(head)
            await head.page.locator(f'a[href="{path}"]').click()
            here = head.page
            why = {"Why": "Two marks were forgotten"}
            await step(here, "Open the lesson again", lesson["title"], why)
            await here.get_by_text("What was done with the lesson").click()
            steps = here.locator(".steps li")
            await expect(steps.nth(-1)).to_contain_text("opened again Two marks were forgotten")
            await expect(steps.nth(-2)).to_contain_text("closed An excursion")
            await looked_at(head)
        await expect(page.locator("h1")).not_to_contain_text("closed")  # by itself
    opened = "SELECT closed, status FROM lesson WHERE school_id = 1 AND id = $1"
    assert tuple(await diary.connection.fetchrow(opened, lesson["id"])) == (False, "PLANNED")


async def test_a_guardian_keeps_a_child_from_the_forum_and_reads_what_it_wrote(
    diary: Diary, mark: Any
) -> None:
    child = await diary.connection.fetchrow(YOUNG, mark["student_id"])
    young = "UPDATE student SET born_on = current_date - 3650 WHERE school_id = 1 AND id = $1"
    await diary.connection.execute(young, child["id"])
    name = child["name"]
    async with diary.asking(child["student"]) as asking:
        (board, *_) = (await asking(BOARD))["school"]["forumBoards"]
        topic = {"board": board["id"], "title": "Whose is the blue scarf?", "text": "It is warm."}
        assert (await asking(TOPIC, input=topic))["addForumTopic"]["errors"] == []
        student = quote(record_id("Student", 1, child["id"]))
        async with diary.visitor(child["parent"]) as guardian:
            page = guardian.page
            await guardian.open(f"/diary/child?child={student}")
            wrote = page.get_by_role("region", name=f"What {name} wrote")
            await expect(wrote.locator("li").first).to_contain_text("It is warm.")
            await page.get_by_label(f"Keep from something: {name}").click()
            form = page.get_by_role("form", name=f"Keep from something: {name}")
            await form.get_by_label("From what").select_option("forum")
            await form.get_by_label("Why").fill("First the homework")
            await looked_at(guardian)
            await form.get_by_role("button").click()
            kept = page.locator(".notices li", has_text="forum").first
            await expect(kept).to_contain_text("since")
            refused = (await asking(TOPIC, input=topic))["addForumTopic"]["errors"]
            assert [error["code"] for error in refused] == ["WRITING_RESTRICTED"]
            async with diary.visitor(child["student"]) as student_self:
                await student_self.open("/diary/child")
                shown = student_self.page.locator(".notices li", has_text="forum").first
                await expect(shown).to_contain_text("since")
                await expect(student_self.page.get_by_text("Let take part again")).to_have_count(0)
                await looked_at(student_self)
            await step(page, "Let take part again", f"{name}, forum", {"Why": "It is done"})
            await expect(page.get_by_text(f"{name} may take part in everything")).to_be_visible()
            await looked_at(guardian)
        assert (await asking(TOPIC, input=topic))["addForumTopic"]["errors"] == []


async def test_an_archive_that_is_refused_is_refused_in_the_reader_s_language(
    diary: Diary, tmp_path: Path
) -> None:
    broken, nothing = tmp_path / "broken.zip", tmp_path / "nothing.zip"
    broken.write_bytes(b"no archive")
    with ZipFile(nothing, "w") as archive:
        archive.writestr("notes.txt", "no rows")
    async with diary.visitor("head", locale="ru") as head:
        page = head.page
        await head.open("/diary/imports")
        for file, said in ((broken, "это не архив ZIP"), (nothing, "в архиве нет файлов CSV")):
            await page.get_by_label("Архив").set_input_files(file)
            await expect(page.get_by_role("alert")).to_contain_text(said)
            await expect(page.locator("main [lang=en]")).to_have_count(0)
        head.complaints.clear()  # Chromium tells of each answer that is not 200.
