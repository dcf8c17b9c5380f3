"""The diary's page for the office: people and codes, classes, substitutions, periods, reports,
imports and the audit."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from playwright.async_api import expect

from gateway.files.upload import BYTES
from tests.gateway.diary import PHONE, Diary, Visitor, give, record_id, step, week_of
from tests.store.small_roster import Roster

COMING = """
  SELECT l.id, l.day, l.teacher_id, t.family_name, a.login AS student FROM lesson l
  JOIN teacher t ON t.school_id = l.school_id AND t.id = l.teacher_id
  JOIN course c ON c.school_id = l.school_id AND c.id = l.course_id
  JOIN enrolment e ON e.school_id = c.school_id AND e.class_group_id = c.class_group_id
  JOIN membership m ON m.school_id = e.school_id AND m.student_id = e.student_id
  JOIN account a ON a.id = m.account_id
  WHERE l.school_id = 1 AND l.day > $1 AND l.status = 'PLANNED'
  ORDER BY l.day, l.slot, l.id, a.login LIMIT 1
"""
IMPORTED_BY = """
  SELECT array_agg(DISTINCT a.login) FROM (
    SELECT account_id FROM audit_note WHERE change = 'IMPORTED'
    UNION ALL SELECT account_id FROM audit_entry WHERE change = 'IMPORTED') n
  LEFT JOIN account a ON a.id = n.account_id
"""
WITHDRAW = """
  mutation ($input: WithdrawGradeInput!) { withdrawGrade(input: $input) { errors { code } } }
"""
ANOTHER = """
  SELECT id, given_name, family_name FROM student
  WHERE school_id = 1 AND id <> $1 ORDER BY id DESC LIMIT 1
"""
MOVED = """
  SELECT s.id, s.given_name || ' ' || s.family_name AS name, a.login, g.name AS group,
    p.login AS parent,
    o.name AS elsewhere, c.title AS course
  FROM student s
  JOIN membership m ON m.school_id = s.school_id AND m.student_id = s.id
  JOIN account a ON a.id = m.account_id
  JOIN guardianship w ON w.school_id = s.school_id AND w.student_id = s.id
  JOIN membership pm ON pm.school_id = s.school_id AND pm.guardian_id = w.guardian_id
  JOIN account p ON p.id = pm.account_id
  JOIN enrolment e ON e.school_id = s.school_id AND e.student_id = s.id
  JOIN class_group g ON g.school_id = e.school_id AND g.id = e.class_group_id
  JOIN class_group o ON o.school_id = g.school_id AND o.academic_year_id = g.academic_year_id
    AND o.id <> g.id
  JOIN course c ON c.school_id = o.school_id AND c.class_group_id = o.id AND NOT c.whole_class
  WHERE s.school_id = 1 AND s.id <> $1 AND e.ends_on IS NULL ORDER BY s.id, o.name, c.title LIMIT 1
"""
LOGIN_OF = """
  SELECT a.login FROM teacher t
  JOIN membership m ON m.school_id = t.school_id AND m.teacher_id = t.id
  JOIN account a ON a.id = m.account_id
  WHERE t.school_id = 1 AND t.given_name || ' ' || t.family_name = $1
"""
TEACHES = """
  SELECT t.id, t.given_name || ' ' || t.family_name AS name FROM teacher t
  JOIN membership m ON m.school_id = t.school_id AND m.teacher_id = t.id
  JOIN account a ON a.id = m.account_id WHERE t.school_id = 1 AND a.login = $1
"""
ANOTHER_TEACHER = """
  SELECT t.id, t.given_name || ' ' || t.family_name AS name, a.login FROM teacher t
  JOIN membership m ON m.school_id = t.school_id AND m.teacher_id = t.id
  JOIN account a ON a.id = m.account_id
  WHERE t.school_id = 1 AND a.login <> $1 ORDER BY a.login DESC LIMIT 1
"""
GUARDIAN = """
  SELECT g.phone, s.relation, s.restriction FROM guardian g JOIN guardianship s
    ON s.school_id = g.school_id AND s.guardian_id = g.id
  WHERE g.school_id = 1 AND g.family_name = 'Wren' AND s.student_id = $1
"""
NOTHING_HERE = "There is nothing here."
KNOWN = "SELECT middle_name, phone, born_on::text FROM student WHERE school_id = 1 AND id = $1"


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
        students = page.get_by_role("region", name="Students")
        # Guardians of that name are listed with their children, and may be there first.
        row = students.locator(".notices > li", has=page.get_by_text(name, exact=True)).first
        await row.get_by_role("button", name="Make access codes").click()
        await expect(row.locator("code")).to_have_count(1)
        async with page.expect_download() as downloading:
            await row.get_by_role("button", name="Sheet (PDF)").click()
        sheet = await (await downloading.value).path()
        assert sheet.read_bytes().startswith(b"%PDF")
        await page.get_by_label("Name", exact=True).fill("")
        await page.get_by_label("Which").select_option("all")
        found = students.locator("strong")
        await expect(found).to_have_count(20)
        await students.get_by_role("button", name="More").click()
        await expect(found).to_have_count(40)
        assert await head.found_by_axe() == []

        await head.open("/diary/classes")
        await page.locator(".notices > li > button").first.click()
        await expect(page.locator(".notices ol li").first).to_be_visible()
        assert await head.found_by_axe() == []
        await head.open("/diary/open-lessons")
        await expect(page.locator("main h1")).to_be_visible()
        assert await head.found_by_axe() == []


async def test_the_office_moves_a_student_helps_who_cannot_sign_in_and_grants_a_role(
    diary: Diary, mark: Any
) -> None:
    student = await diary.connection.fetchrow(MOVED, mark["student_id"])
    name, login = student["name"], student["login"]
    async with diary.visitor("head") as head:
        page = head.page
        await head.open(f"/diary/person/student/{quote(record_id('Student', 1, student['id']))}")
        learns = page.get_by_role("region", name="Where they learn")
        await page.get_by_label(f"Move to another class: {name}").click()
        form = page.get_by_role("form", name=f"Move to another class: {name}")
        await form.get_by_label("Class").select_option(student["elsewhere"])
        await form.get_by_role("button").click()
        moved = learns.get_by_role("listitem").filter(has_text=f"{student['elsewhere']} since")
        await expect(moved).to_have_count(1)
        left = learns.get_by_role("listitem").filter(has_text=f"{student['group']} until")
        await expect(left.last).to_be_visible()
        async with diary.visitor(student["parent"]) as parent:
            await parent.open(
                f"/diary/grades?child={quote(record_id('Student', 1, student['id']))}"
            )
            rows = parent.page.locator(".grades tbody th button")
            for group in (student["group"], student["elsewhere"]):
                await expect(rows.filter(has_text=f"Mathematics {group}")).to_have_count(1)
            left = rows.filter(has_text=f"Mathematics {student['group']}")
            await left.click()
            await expect(parent.page.get_by_label(re.compile("^What if"))).to_be_visible()
            assert await parent.found_by_axe() == []
        await page.get_by_label(f"Enrol in a course: {name}").click()
        form = page.get_by_role("form", name=f"Enrol in a course: {name}")
        await form.get_by_label("Course").select_option(student["course"])
        await form.get_by_role("button").click()
        await expect(learns).to_contain_text(f"{student['course']} since")
        await step(page, "End", student["course"])
        await expect(learns).not_to_contain_text(f"{student['course']} since")

        await page.get_by_text("Cannot sign in").click()
        await page.get_by_role("button", name="End the second factor").click()
        said = page.get_by_role("region", name="Access codes").get_by_role("status")
        await expect(said).to_have_text("There is no second factor.")
        await page.get_by_role("button", name="Give a temporary password").click()
        await expect(said).to_contain_text(f"Login {login}, password for the first sign-in: ")
        password = (await said.inner_text()).rsplit(" ", 1)[1]
        assert await head.found_by_axe() == []
        async with diary.visitor() as stranger:
            await stranger.sign_in(login, password)
            own = stranger.page.get_by_role("heading", name="A password of your own")
            await expect(own).to_be_visible()

        teacher = await diary.connection.fetchrow(TEACHES, mark["teacher"])
        await head.open(f"/diary/person/teacher/{quote(record_id('Teacher', 1, teacher['id']))}")
        await step(page, "Grant a role", teacher["name"])
        await head.open("/diary/people")
        office = page.get_by_role("region", name="Office").get_by_role("listitem")
        held = office.filter(has_text=teacher["name"])
        await expect(held).to_contain_text("since")
        await step(page, "End the role", teacher["name"])
        await expect(held).not_to_contain_text("since")


async def test_a_deputy_head_is_led_to_screens_that_are_theirs_and_offered_no_role_of_heads(
    diary: Diary, mark: Any
) -> None:
    teacher = await diary.connection.fetchrow(ANOTHER_TEACHER, mark["teacher"])
    name, grant = teacher["name"], f"Grant a role: {teacher['name']}"
    own = f"/diary/person/teacher/{quote(record_id('Teacher', 1, teacher['id']))}"
    async with diary.visitor("head") as head:
        await head.open(own)
        await head.page.get_by_label(grant).click()
        form = head.page.get_by_role("form", name=grant)
        await form.get_by_label("Role").select_option("deputy head")
        await form.get_by_role("button").click()
        await expect(form).to_have_count(0)
        async with diary.visitor(teacher["login"]) as deputy:
            page = deputy.page
            links = page.get_by_role("navigation", name="Screens").get_by_role("link")
            await expect(links.get_by_text("Moderation")).to_be_visible()
            for link in await links.all():
                await link.click()
                await expect(link).to_have_attribute("aria-current", "page")
                await expect(page.locator("main")).not_to_contain_text("Loading…")
                await expect(page.locator("main h1").first).not_to_have_text(NOTHING_HERE)
            await deputy.open("/diary/people")
            office = page.get_by_role("region", name="Office").get_by_role("listitem")
            await expect(office.filter(has_text=f"{name}: deputy head")).to_be_visible()
            heads = office.filter(has_text=re.compile(": (deputy )?head"))
            await expect(heads).to_have_count(2)
            await expect(heads.get_by_text("End the role")).to_have_count(0)
            await deputy.open(own)
            await page.get_by_label(grant).click()
            roles = page.get_by_role("form", name=grant).get_by_label("Role").locator("option")
            await expect(roles).to_have_text(["secretary"])
        await head.open("/diary/people")
        await head.page.get_by_label(f"End the role: {name}").click()
        form = head.page.get_by_role("form", name=f"End the role: {name}")
        last_day = form.get_by_label("Last day")
        today = date.fromisoformat(await last_day.input_value())
        await last_day.fill(str(today - timedelta(days=1)))  # at once: others use the school too
        await form.get_by_role("button").click()
        await expect(form).to_have_count(0)


async def test_a_family_s_first_evening_leads_from_the_office_s_code_to_a_mark(
    diary: Diary, mark: Any
) -> None:
    student = f"/diary/person/student/{quote(record_id('Student', 1, mark['student_id']))}"
    name = f"{mark['given_name']} {mark['family_name']}"
    async with diary.visitor("head") as head:
        page = head.page
        await head.open(student)
        known = {"Middle name": "Ray", "Telephone": "+371 2", "Born on": "2013-02-03"}
        await step(page, "Change it", name, known)
        await expect(page.locator("dl")).to_contain_text("+371 2")
        await expect(page.locator("dl")).to_contain_text("February 3, 2013")
        kept = await diary.connection.fetchrow(KNOWN, mark["student_id"])
        assert tuple(kept) == ("Ray", "+371 2", "2013-02-03")
        await step(page, "New guardian", name, {"Family name": "Wren", "Given name": "Ada"})
        tie = page.locator("section[aria-labelledby=guardianships] li", has_text="Ada Wren")
        await tie.get_by_label("Change it: Ada Wren").click()
        await tie.get_by_label("What they are to the child").select_option("GRANDPARENT")
        await tie.get_by_role("button", name="Change it").click()
        await expect(tie).to_contain_text("grandparent")
        assert await head.found_by_axe() == []
        await tie.get_by_role("link", name="Ada Wren").click()
        await expect(page.get_by_role("link", name=name)).to_be_visible()
        await step(page, "Change it", "Ada Wren", {"Telephone": "+371 3"})
        await page.get_by_role("button", name="Make access codes").click()
        code = await page.locator(".codes code").inner_text()
        assert await head.found_by_axe() == []

        async with diary.visitor(**PHONE) as family:
            here = family.page
            await family.open("/")
            await here.get_by_role("link", name="Register with an access code").click()
            assert await family.fits()
            assert await here.evaluate(
                "[...document.styleSheets].every((one) => one.cssRules.length)"
            )
            assert await family.found_by_axe() == []
            await here.get_by_label("Access code").fill(code)
            await here.get_by_role("button", name="Next").click()
            await here.locator("#password").fill("a long walk by the sea")
            await here.get_by_role("button", name="Register", exact=True).click()
            await here.get_by_role("link", name="To the diary").click()
            await expect(here.locator("header .account")).to_be_visible()
            await family.open(week_of(mark))
            await family.settled()
            given = await give(diary, mark, "4+")
            fresh = here.locator(".mark.fresh")
            await expect(fresh).to_contain_text("4+")
            await fresh.scroll_into_view_if_needed()
            assert await family.fits()
            async with diary.asking(mark["teacher"]) as teacher:  # others count the marks
                meant = {"id": given, "expectedVersion": 1, "reason": "Not meant"}
                assert (await teacher(WITHDRAW, input=meant))["withdrawGrade"]["errors"] == []

            await head.open(student)
            await tie.get_by_label("Restrict: Ada Wren").click()
            await tie.get_by_label("What is kept from them").select_option("NOTHING_SEEN")
            await tie.get_by_label("Why").fill("A court has decided so")
            await tie.get_by_role("button", name="Restrict").click()
            await expect(tie.locator(".state")).to_have_text("everything")
            await here.reload()
            await expect(here.locator("header .account")).to_be_visible()
            await expect(here.get_by_text(name)).to_have_count(0)
    tied = await diary.connection.fetchrow(GUARDIAN, mark["student_id"])
    assert tuple(tied) == ("+371 3", "GRANDPARENT", "NOTHING_SEEN")


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
        substitute = await diary.connection.fetchval(LOGIN_OF, found)
        async with diary.visitor(substitute) as other:
            await other.open(f"/diary/lessons?date={lesson['day']}")
            theirs = other.page.locator(".lessons .state", has_text="replaced")
            await other.settled()
            before = await theirs.count()
            await free.click()
            replaced = page.locator(".lessons .state", has_text=f"replaced: {found}")
            await expect(replaced).to_be_visible()
            await expect(theirs).to_have_count(before + 1)  # by itself
            await page.reload()
            await _give_back(diary, head, lesson, found)
            await expect(theirs).to_have_count(before)  # so is that it is gone
    restored = "SELECT teacher_id FROM lesson WHERE school_id = 1 AND id = $1"
    assert await diary.connection.fetchval(restored, lesson["id"]) == lesson["teacher_id"]


async def _give_back(diary: Diary, head: Visitor, lesson: Any, found: str) -> None:
    page = head.page
    row = page.locator("section[aria-labelledby=of-day] tbody tr", has_text=found)
    await expect(row.locator("td").nth(2)).to_contain_text(lesson["family_name"])
    await expect(row).to_contain_text("The teacher is away")
    assert await head.found_by_axe() == []
    async with diary.visitor(lesson["student"]) as student:
        await student.open(f"/diary/week?date={lesson['day']}")
        of_day = student.page.locator(f'section.day[data-date="{lesson["day"]}"]')
        replaced = of_day.locator(".replaced")
        await expect(replaced.first).to_be_visible()
        await student.settled()
        before = await replaced.count()
        await row.get_by_role("button", name=re.compile("^Give it back: ")).click()
        await expect(row).to_have_count(0)
        await expect(replaced).to_have_count(before - 1)  # by itself


async def test_the_head_opens_and_closes_a_period(diary: Diary) -> None:
    async with diary.visitor("head", **PHONE) as head:
        page = head.page
        await head.open("/diary/periods")
        button = page.get_by_role("button", name="Unlock: Quarter 1")
        await button.click()
        await page.get_by_label("Reason").fill("A mark was forgotten")
        await button.click()
        lock = page.get_by_role("button", name="Lock: Quarter 1", exact=True)
        await lock.click()
        await page.get_by_label("Days of grace").fill("2")
        assert await head.fits()
        assert await head.found_by_axe() == []
        await lock.click()
        await expect(button).to_be_visible()
        await expect(page.get_by_text("for teachers until")).to_be_visible()

        reason = "SELECT reason FROM period_revision WHERE school_id = 1 ORDER BY at DESC OFFSET 1"
        assert await diary.connection.fetchval(reason) == "A mark was forgotten"
        await page.get_by_text("The next year", exact=True).click()
        plan = page.get_by_role("form", name="The next year")
        await expect(plan).to_contain_text("→")
        await plan.get_by_label("What it is called").fill("The year to come")
        await plan.get_by_role("button", name="Open the year").click()
        await expect(plan.get_by_label("What it is called")).to_have_value("The year to come")
        years = page.locator("section[aria-labelledby=years] > ul > li")
        before = await years.count()
        assert await head.found_by_axe() == []
        await plan.get_by_role("button", name="Open the year").click()
        await expect(years).to_have_count(before + 1)
        await step(page, "Take the year back", "The year to come")
        await expect(years).to_have_count(before)


def one_new_student(name: str, school: int = 1) -> Roster:
    """A roster of the school that adds a student, with a row that can't be."""
    roster = Roster().only("orgs", "users", "roles").delta()
    for noun, column in (("orgs", "sourcedId"), ("roles", "orgSourcedId")):
        for row in roster.files[noun]:
            row[column] = f"gradebook:school-{school}"
    roster.put("orgs", f"gradebook:school-{school}", name=name)
    roster.drop("users", "t1", "t2", "s2", "g1").put("users", "s1", agentSourcedIds="")
    roster.drop("roles", "r-t1", "r-t2", "r-s2", "r-g1")
    return roster.add("roles", "r-s1", "r-s9", userSourcedId="s9")


async def test_the_head_makes_reports_imports_a_roster_and_reads_who_did_what(
    diary: Diary, tmp_path: Path
) -> None:
    name = await diary.connection.fetchval("SELECT name FROM school WHERE school_id = 1")
    roster = one_new_student(name).zip(tmp_path / "roster.zip")
    async with diary.visitor("head") as head:
        page = head.page
        await head.open("/diary/reports")
        await page.get_by_label("Report").select_option("List of the class")
        await page.get_by_label("Format").select_option("CSV")
        assert await head.found_by_axe() == []
        await page.get_by_role("button", name="Make the report").click()
        made = page.locator(".notices li", has_text="List of the class")
        async with page.expect_download() as downloading:
            await made.get_by_role("link", name="Download").click()
        assert "," in (await (await downloading.value).path()).read_text("utf-8-sig")

        await head.open("/diary/imports")
        await page.get_by_label("Roster").set_input_files(roster)
        bad = page.locator("section[aria-labelledby=bad-rows] li")
        await expect(bad).to_contain_text("roles.csv, line 3, userSourcedId: there is no user s9")
        button = page.get_by_role("button", name="Import it")
        await expect(button).to_be_disabled()
        await page.get_by_label("Import the good rows").check()
        await expect(button).to_be_enabled()
        assert await head.found_by_axe() == []
        called = "SELECT count(*) FROM student WHERE school_id = 1 AND family_name = 'Kern'"
        before = await diary.connection.fetchval(called)
        await button.click()
        await expect(page.get_by_text("It is imported.")).to_be_visible()
        assert await diary.connection.fetchval(called) == before + 1
        assert await diary.connection.fetchval(IMPORTED_BY) == ["head"]

        await head.open("/diary/audit")
        await page.get_by_label("What was done").select_option("EXPORTED")
        await page.get_by_role("button", name="Show", exact=True).click()
        first = page.locator("tbody tr").first
        await expect(first.locator("td").nth(2)).to_contain_text(re.compile("Exported: "))
        await first.get_by_role("button").first.click()
        await expect(page.get_by_role("button", name="Show all")).to_be_visible()
        await expect(page.locator("tbody tr").first).to_be_visible()
        assert await head.found_by_axe() == []

        await head.open("/diary/account")
        await page.get_by_text("Another address").click()
        await page.locator("#email").fill("head@example.org")
        await page.locator("#email-password").fill("not this one")
        await page.get_by_role("button", name="Send a link").click()
        await expect(page.get_by_role("alert")).to_have_text("The password or code is wrong.")
        await page.get_by_text("New view").click()
        await page.get_by_label("Name", exact=True).fill("По-русски")
        await page.locator("#view-language").select_option("ru")
        await page.get_by_role("button", name="Save").click()
        assert await head.found_by_axe() == []
        await page.get_by_role("button", name="По-русски", exact=True).click()
        await expect(page.get_by_role("link", name="Аудит")).to_be_visible()
        await head.open("/diary/imports")
        await page.get_by_label("Архив").set_input_files(roster)
        await expect(bad).to_contain_text("roles.csv, строка 3, userSourcedId: нет такой записи")
        await expect(page.locator("main [lang=en]")).to_have_count(0)
        await head.open("/diary/audit")
        imported = page.locator("tbody tr", has_text="загружено").first
        await expect(imported).to_contain_text("Изменено: ")
        assert not re.search("[A-Z]{4}", await imported.inner_text())


async def test_a_roster_is_imported_by_those_who_lead_the_school_and_is_of_no_other(
    diary: Diary, mark: Any, tmp_path: Path
) -> None:
    school = record_id("School", 1, UUID(int=0))
    body = Roster().zip(tmp_path / "roster.zip").read_bytes()
    second = "SELECT name FROM school WHERE school_id = 2"
    name = await diary.connection.fetchval(second)
    of_second = one_new_student("Taken over", 2).zip(tmp_path / "second.zip").read_bytes()
    cases = [
        ("head", school, "application/zip", body, 415, "must be application/octet-stream"),
        ("head", school, BYTES, body, 422, "Hill School is a real school"),
        ("head", school, BYTES, of_second, 422, "it is about other schools than this one"),
        ("head", school, BYTES, b"no archive", 422, "is not a zip that can be read"),
        ("head", record_id("School", 9, UUID(int=0)), BYTES, body, 404, "no such school"),
        (mark["teacher"], school, BYTES, body, 403, "The head and the deputies import"),
    ]
    for login, of, kind, sent, status, said in cases:
        async with diary.asking(login) as asking:
            headers = {"Content-Type": kind}
            answer = await asking.http.post(
                "/rosters", params={"school": of, "apply": "1"}, content=sent, headers=headers
            )
        assert answer.status_code == status, answer.text
        assert said in answer.json()["errors"][0]["message"]
    assert await diary.connection.fetchval(second) == name
