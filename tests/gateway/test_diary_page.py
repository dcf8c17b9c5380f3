"""The diary's page in a real browser: families, their children, and a network that goes away."""

import gzip
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.async_api import FilePayload, Request, Route, expect
from pypdfium2 import PdfDocument

from domain import clock
from resolvers import global_id
from tests.gateway.diary import PHONE, Diary, Visitor, give, record_id, week_of
from tests.gateway.uploads import jpeg

BUDGET = 200_000
LED_BY = """
  SELECT a.login FROM enrolment e
  JOIN class_group c ON c.school_id = e.school_id AND c.id = e.class_group_id
  JOIN membership m ON m.school_id = c.school_id AND m.teacher_id = c.class_teacher_id
  JOIN account a ON a.id = m.account_id
  WHERE e.school_id = 1 AND e.student_id = $1 LIMIT 1
"""
WAITING = {"en": "Loading…", "ru": "Загрузка…"}
REMARK = """
  mutation ($input: AddRemarkInput!) { addRemark(input: $input) { remark { id version } } }
"""
WITHDRAW = """
  mutation ($input: WithdrawRemarkInput!) { withdrawRemark(input: $input) { errors { code } } }
"""
REPLACED = """
  SELECT l.day, e.student_id, s.guardian_id, pa.login AS parent,
    t.given_name || ' ' || t.family_name AS holds
  FROM lesson l
  JOIN course c ON c.school_id = l.school_id AND c.id = l.course_id
  JOIN teacher t ON t.school_id = l.school_id AND t.id = l.teacher_id
  JOIN enrolment e ON e.school_id = c.school_id AND e.class_group_id = c.class_group_id
    AND l.day BETWEEN coalesce(e.begins_on, l.day) AND coalesce(e.ends_on, l.day)
  JOIN guardianship s ON s.school_id = e.school_id AND s.student_id = e.student_id
  JOIN membership m ON m.school_id = s.school_id AND m.guardian_id = s.guardian_id
  JOIN account pa ON pa.id = m.account_id
  WHERE l.school_id = 1 AND l.status = 'REPLACED' AND l.active AND c.title NOT LIKE '%/%' AND (
    SELECT count(*) FROM membership a
    JOIN guardianship o ON o.school_id = a.school_id AND o.guardian_id = a.guardian_id
    WHERE a.account_id = pa.id
  ) = 1
  ORDER BY l.day DESC, l.id, pa.login LIMIT 1
"""
"""A lesson that another holds, and a student there who is the only child of a guardian."""
RESTRICT = """
  mutation ($input: RestrictGuardianshipInput!) {
    restrictGuardianship(input: $input) { errors { code } }
  }
"""
SET = """
  mutation ($input: SetHomeworkInput!) { setHomework(input: $input) { errors { code message } } }
"""
NEXT = """
  SELECT min(l.day) FROM lesson l
  JOIN course c ON c.school_id = l.school_id AND c.id = l.course_id
  JOIN enrolment e ON e.school_id = c.school_id AND e.class_group_id = c.class_group_id
    AND l.day BETWEEN coalesce(e.begins_on, l.day) AND coalesce(e.ends_on, l.day)
  WHERE l.school_id = 1 AND e.student_id = $1 AND l.day > $2 AND l.active
"""
"""The next day on which a student's class has lessons."""
HOLIDAYS = """
  SELECT name, monday FROM day_off, LATERAL (
    SELECT starts_on + (8 - extract(isodow FROM starts_on)::int) % 7 AS monday
  ) AS week
  WHERE school_id = 1 AND active AND class_group_id IS NULL AND monday + 6 <= ends_on
  ORDER BY starts_on LIMIT 1
"""
SEEN = """
  SELECT count(*) FROM seen s JOIN account a ON a.id = s.account_id
  WHERE s.school_id = 1 AND s.record_id = $1 AND a.login = $2
"""


def of_all_but_seen(visitor: Visitor) -> list[str]:
    return [name for name in visitor.operations if name != "MarkSeen"]


def seen_in(request: Request) -> list[str]:
    """The marks and remarks that a page tells to be seen."""
    if request.method != "POST" or not request.url.endswith("/graphql"):
        return []
    asked = request.post_data_json or {}
    if asked["operationName"] != "MarkSeen":
        return []
    told = asked["variables"]["input"]
    return [*told.get("grades", ()), *told.get("remarks", ())]


async def day_of(visitor: Visitor, mark: Any) -> Any:
    return visitor.page.locator(f'section.day[data-date="{mark["day"]}"]')


async def test_somebody_signs_in_and_the_first_load_is_small(diary: Diary, mark: Any) -> None:
    async with diary.visitor() as visitor:
        page, loaded = visitor.page, dict[str, int]()

        async def note(response: Any) -> None:
            if "/graphql" not in response.url:
                body = await response.body()
                loaded[response.url] = len(gzip.compress(body, 9))

        page.on("response", note)
        await visitor.sign_in(mark["parent"], "wrong pass")
        await expect(page.get_by_role("alert")).to_contain_text("Login or password is wrong.")
        assert await visitor.found_by_axe() == []
        await page.get_by_label("Language").select_option("ru")
        await page.locator("#login").fill(mark["parent"])
        await page.locator("#password").fill("demo")
        await page.get_by_role("button", name="Войти", exact=True).click()
        await expect(page.get_by_role("link", name="Все оценки")).to_be_visible()
        await expect(page.locator(".signature")).to_be_visible()
        assert await page.evaluate("document.documentElement.lang") == "ru"
        assert 50_000 < sum(loaded.values()) < BUDGET
        assert await visitor.shifted() < 0.02
        await page.locator("header .account summary").click()
        await page.get_by_role("button", name="Выйти").click()
        await expect(page.locator("#login")).to_be_visible()
        assert await page.evaluate("localStorage.getItem('gradebook:login')") is None


async def test_the_page_allows_no_other_host_and_no_inline_style(diary: Diary) -> None:
    async with diary.asking("head") as anybody:
        page = await anybody.http.get("/")
        screen = await anybody.http.get("/diary/week?date=2026-11-25")
        policy = page.headers["content-security-policy"]
        assert policy == screen.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'; script-src 'self'; connect-src 'self'" in policy
        assert page.headers["cache-control"] == "no-cache"
        (script,) = re.findall(r'src="(/diary/assets/index-[^"]+\.js)"', page.text)
        asset = await anybody.http.get(script)
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await anybody.http.get("/diary/assets/manifest.json")).status_code == 404


async def test_a_mark_appears_with_the_family_as_it_is_given_and_nothing_is_asked_again(
    diary: Diary, mark: Any
) -> None:
    async with (
        diary.visitor(mark["parent"]) as parent,
        diary.visitor(mark["student"], locale="ru") as student,
    ):
        for visitor in (parent, student):
            await visitor.open(week_of(mark))
            await expect(await day_of(visitor, mark)).to_be_visible()
            await visitor.settled()
        before = [of_all_but_seen(parent), list(student.operations)]
        told: list[str] = []
        parent.page.on("request", lambda request: told.extend(seen_in(request)))
        grade = await give(diary, mark, "5-")
        for visitor in (parent, student):
            day = await day_of(visitor, mark)
            await expect(day.locator(".mark.fresh")).to_contain_text("5-")
        await expect(parent.page.locator("div[aria-live]")).to_contain_text(", 5-")
        await (await day_of(parent, mark)).locator(".mark.fresh").scroll_into_view_if_needed()
        await diary.until_found(SEEN, global_id.read(grade)[2], mark["parent"])
        assert [of_all_but_seen(parent), student.operations] == before
        async with diary.asking(mark["teacher"]) as teacher:
            child = global_id.make("Student", 1, mark["student_id"])
            remark = {
                "student": child, "kind": "PRAISE", "date": str(mark["day"]), "text": "Well asked",
            }  # fmt: skip
            added = (await teacher(REMARK, input=remark))["addRemark"]["remark"]
            praise = student.page.locator(".remark.fresh")
            await expect(praise).to_contain_text("Well asked")
            await expect(praise.get_by_role("button")).to_have_count(0)  # families reply
            await expect(parent.page.locator(".remark.fresh button")).to_have_text("Reply")
            await parent.page.get_by_text("Well asked").scroll_into_view_if_needed()
            await diary.until_found(SEEN, global_id.read(added["id"])[2], mark["parent"])
        async with diary.asking("head") as head:
            meant = {"id": added["id"], "expectedVersion": added["version"], "reason": "Not meant"}
            assert (await head(WITHDRAW, input=meant))["withdrawRemark"]["errors"] == []
        await parent.page.reload()
        await expect((await day_of(parent, mark)).locator(".mark").first).to_be_visible()
        await (await day_of(parent, mark)).locator(".mark").first.scroll_into_view_if_needed()
        await parent.settled()
        assert len(set(told)) == len(told) > 1  # also after the page was loaded anew


async def test_a_parent_signs_the_week_ticks_homework_and_announces_an_absence(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor(mark["parent"]) as visitor:
        page = visitor.page
        await visitor.open(week_of(mark))
        await page.get_by_role("button", name="Sign the week").click()
        await expect(page.locator(".signature .line span")).to_have_count(1)
        await page.emulate_media(media="print")
        assert (
            await page.locator("button, input, select, textarea, nav").filter(visible=True).count()
            == 0
        )
        assert len(PdfDocument(await page.pdf(prefer_css_page_size=True))) == 1
        await page.emulate_media(media="screen")
        assert await visitor.found_by_axe() == []

        await visitor.open(week_of(mark).replace("/week", "/homework"))
        box = page.locator(".homework-list input:not([disabled])").first
        was = await box.is_checked()
        await box.click()
        await expect(box).to_be_checked(checked=not was)
        await page.reload()
        await expect(box).to_be_checked(checked=not was)
        assert await visitor.found_by_axe() == []

        await visitor.open(week_of(mark).replace("/week", "/absences"))
        await page.get_by_label("Reason").select_option("APPOINTMENT")
        await page.get_by_label("Note").fill("The dentist")
        await page.get_by_role("button", name="Announce an absence").click()
        notice = page.locator(".notices li", has_text="The dentist")
        await expect(notice).to_contain_text("announced")
        await notice.get_by_role("button", name="Withdraw").click()
        await expect(notice).to_have_count(0)

        note: FilePayload = {
            "name": "note.jpg", "mimeType": "image/jpeg", "buffer": jpeg(40, 30),
        }  # fmt: skip
        for text in ("A fever", "Tired"):
            await page.get_by_label("Note", exact=True).fill(text)
            await page.get_by_label("Files, such as a medical certificate").set_input_files([note])
            await page.get_by_role("button", name="Announce an absence").click()
            notice = page.locator(".notices li", has_text=text).first
            await expect(notice).to_contain_text("announced")
        assert await visitor.found_by_axe() == []
        led_by = await diary.connection.fetchval(LED_BY, mark["student_id"])
        async with diary.visitor(led_by) as leader:
            row = leader.page.locator(
                "section[aria-labelledby=led-absences] li", has_text="A fever"
            )
            async with leader.page.expect_download() as downloading:
                await row.get_by_role("link", name="note.jpg").click()
            kept = await (await downloading.value).path()
            assert kept.read_bytes().startswith(b"\xff\xd8")
            await row.get_by_role("button", name="Excuse").click()
            await expect(row).to_have_count(0)
            refused = leader.page.locator("li", has_text="Tired")
            await refused.get_by_role("button", name=re.compile("^Refuse: ")).click()
            await refused.get_by_label("Reason").fill("That is no illness")
            await refused.get_by_role("button", name="Refuse", exact=True).click()
            await expect(refused).to_have_count(0)
            assert await leader.found_by_axe() == []
        await expect(notice).to_contain_text("refused")
        await expect(page.locator(".notices li", has_text="A fever").first).to_contain_text(
            "accepted"
        )


async def test_a_student_sees_what_comes_next_and_the_last_marks_and_ticks_what_is_due(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor(mark["student"]) as visitor:
        page = visitor.page
        await visitor.open("/diary/today")
        due = page.locator("section[aria-labelledby=due] li", has_text="Read what is due soon")
        await expect(page.locator("#due")).to_be_visible()
        today = clock.today(await diary.connection.fetchval("SELECT time_zone FROM school"))
        async with diary.asking(mark["teacher"]) as teacher:
            told = {
                "lesson": record_id("Lesson", 1, mark["lesson_id"]),
                "text": "Read what is due soon", "dueOn": str(today + timedelta(days=3)),
            }  # fmt: skip
            assert (await teacher(SET, input=told))["setHomework"]["errors"] == []
        box = due.get_by_role("checkbox")
        await expect(box).not_to_be_checked()
        await box.click()
        await expect(box).to_be_checked()
        await give(diary, mark, "4-")
        if mark["day"] >= today - timedelta(days=7):
            await expect(page.locator(".last-marks li", has_text="4-").first).to_be_visible()
        await page.reload()
        await expect(box).to_be_checked()
        next_day = await diary.connection.fetchval(NEXT, mark["student_id"], today)
        if next_day and next_day <= today + timedelta(days=7):
            await expect(
                page.locator(f'section.day[data-date="{next_day}"] .slot').first
            ).to_be_visible()
        assert await visitor.found_by_axe() == []
        holidays = await diary.connection.fetchrow(HOLIDAYS)
        await visitor.open(f"/diary/week?date={holidays['monday']}")
        await expect(page.locator(".paper")).to_contain_text(holidays["name"])


async def test_all_grades_have_periods_final_grades_and_what_if(diary: Diary, mark: Any) -> None:
    async with diary.visitor(mark["student"], color_scheme="dark") as visitor:
        page = visitor.page
        await visitor.open("/diary/grades")
        finals = page.locator("table.grades td strong.mark")
        await expect(finals.first).to_be_visible()
        assert await page.locator("table.grades tbody tr").count() > 5
        await page.locator("table.grades th button").first.click()
        await page.get_by_label("What if the next marks are").fill("5 5 5")
        await page.get_by_role("button", name="Count").click()
        await expect(page.locator(".what-if output")).to_contain_text("Average")
        await expect(page.locator(".opened")).to_be_in_viewport()
        await expect(page.locator(".opened svg[role=img]")).to_be_visible()
        await expect(page.locator("table.grades tfoot td").first).to_have_text(
            re.compile(r"\d\.\d\d")
        )
        assert await visitor.found_by_axe() == []


async def test_by_keys_one_skips_the_links_and_begins_each_screen_at_its_top(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor(mark["parent"], locale="en-GB") as visitor:
        page = visitor.page
        for cut_off in ("/diary/site/%E0%A4", "/diary/lesson/%E0%A4"):
            await visitor.open(cut_off)
            await expect(page.locator("main")).to_contain_text("There is nothing here.")
        await visitor.open("/diary/week?view=timetable&child=nobody&date=2026-02-31")
        await expect(page.get_by_role("alert")).to_contain_text("There is nothing here.")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()
        menu = page.locator("header .account summary")
        await menu.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Escape")
        await expect(menu).to_be_focused()
        await expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
        await page.get_by_role("link", name="Homework").press("Enter")
        await expect(page.locator("main")).to_be_focused()
        await expect(page).to_have_title(re.compile("^Homework .* · Diary$"))
        await visitor.open(week_of(mark) + "&view=timetable")
        await expect(page.locator(".timetable li").first).to_contain_text("08:00–08:45")
        await page.set_viewport_size(PHONE["viewport"])
        screens = page.get_by_role("button", name="All screens")
        await screens.press("Enter")
        last = page.get_by_role("list", name="School life").get_by_role("link").last
        await expect(last).to_be_in_viewport(ratio=1)
        assert await visitor.fits()
        assert await visitor.found_by_axe() == []
        await last.press("Escape")
        await expect(screens).to_be_focused()
        await expect(last).not_to_be_in_viewport()
        assert all("is not an id" in said for said in visitor.complaints), visitor.complaints
        visitor.complaints.clear()


async def test_a_lesson_of_another_teacher_names_both_and_goes_with_the_right_to_see_it(
    diary: Diary,
) -> None:
    found = await diary.connection.fetchrow(REPLACED)
    async with diary.visitor(found["parent"]) as visitor, diary.asking("head") as head:
        child = record_id("Student", 1, found["student_id"])
        await visitor.page.clock.install()
        await visitor.open(f"/diary/week?view=timetable&date={found['day']}&child={quote(child)}")
        hours = visitor.page.locator(f'section[data-date="{found["day"]}"] .hour:not(.gone)')
        hour = hours.filter(has=visitor.page.locator(".replaced")).first
        await expect(hour).to_contain_text(f"replaced: {found['holds']} (instead of ")
        assert await visitor.found_by_axe() == []
        tie = {
            "student": child, "guardian": record_id("Guardian", 1, found["guardian_id"]),
            "reason": "An order of the court",
        }  # fmt: skip
        nothing = visitor.page.get_by_role("heading", name="You have no part in a school today.")
        for restriction, shown in (("NOTHING_SEEN", 0), (None, 1)):
            restricted = await head(RESTRICT, input={**tie, "restriction": restriction})
            assert restricted["restrictGuardianship"]["errors"] == []
            await visitor.page.clock.fast_forward(180_000)
            await visitor.page.keyboard.press("Shift")  # who uses the page is told without a reload
            await expect(nothing).to_have_count(1 - shown)
            await expect(hour).to_have_count(shown)


async def test_without_a_network_the_page_shows_what_was_there_and_sends_a_tick_once(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor(mark["parent"]) as visitor:
        page = visitor.page
        await visitor.open(week_of(mark).replace("/week", "/homework"))
        box = page.locator(".homework-list input:not([disabled])").last
        await expect(box).to_be_visible()
        was = await box.is_checked()
        await page.context.set_offline(True)
        await expect(page.locator(".banner")).to_contain_text("Shown is what was there at")
        await box.click()
        await expect(page.locator(".banner")).to_contain_text("To be sent: 1")
        await expect(box).to_be_checked(checked=not was)
        before = await diary.connection.fetchval("SELECT count(*) FROM receipt")
        await page.get_by_role("link", name="All grades").click()  # it was never loaded
        await expect(page.get_by_role("main")).to_contain_text("Loading…")
        await page.context.set_offline(False)
        await expect(page.locator(".banner")).to_have_count(0)
        await expect(page.locator("table.grades")).to_be_visible()
        await page.go_back()
        await expect(box).to_be_checked(checked=not was)
        assert await diary.connection.fetchval("SELECT count(*) FROM receipt") == before + 1


async def test_what_the_gateway_fails_at_holds_up_nothing_else_and_is_sent_again(
    diary: Diary, mark: Any
) -> None:
    failing: set[str] = set()

    async def fail(route: Route) -> None:
        """Whatever is sent first, each time."""
        key = re.search(r'"idempotencyKey":"(\w+)"', route.request.post_data or "")
        if key is None or (failing and key[1] not in failing):
            await route.continue_()
            return
        failing.add(key[1])
        error = {"message": "Something broke.", "extensions": {"code": "INTERNAL"}}
        await route.fulfill(json={"data": None, "errors": [error]})

    sent = "SELECT count(*) FROM receipt"
    async with diary.visitor(mark["parent"]) as visitor:
        page = visitor.page
        await visitor.open(week_of(mark).replace("/week", "/homework"))
        boxes = page.locator(".homework-list input:not([disabled])")
        await expect(boxes.nth(1)).to_be_visible()
        before = await diary.connection.fetchval(sent)
        await page.route("**/graphql", fail)
        first, second = [await boxes.nth(place).is_checked() for place in (0, 1)]
        await boxes.nth(0).click()
        await boxes.nth(1).click()
        failed = page.get_by_role("alert", name="Not done so far")
        await expect(failed).to_contain_text("Something went wrong")
        await expect(page.locator(".banner")).to_contain_text("To be sent: 1")
        assert await diary.connection.fetchval(sent) == before + 1
        assert await visitor.found_by_axe() == []
        await page.unroute("**/graphql")
        await failed.get_by_role("button", name="Try again").click()
        await expect(page.locator(".banner")).to_have_count(0)
        await expect(failed).to_have_count(0)
        await expect(boxes.nth(0)).to_be_checked(checked=not first)
        await expect(boxes.nth(1)).to_be_checked(checked=not second)
        assert await diary.connection.fetchval(sent) == before + 2
        visitor.complaints.clear()  # of the failures


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_the_screens_of_a_family_fit_a_telephone(
    diary: Diary, mark: Any, language: str
) -> None:
    small = {**PHONE, "locale": language}
    async with diary.visitor(mark["parent"], **small) as visitor:
        for path in (
            week_of(mark),
            week_of(mark) + "&view=day",
            week_of(mark) + "&view=timetable",
            week_of(mark) + "&view=month",
            week_of(mark) + "&view=year",
            f"/diary/week?date={mark['day']}&child=all",
            "/diary/grades",
            "/diary/homework",
            "/diary/absences",
            "/diary/classes",  # the office's
            f"/diary/person/student/{quote(record_id('Student', 1, mark['student_id']))}",
            "/diary/account",
        ):
            await visitor.open(path)
            await expect(visitor.page.locator("main h1")).to_be_visible()
            await expect(visitor.page.locator("#codes")).to_have_count(0)
            await expect(visitor.page.get_by_text(WAITING[language])).to_have_count(0)
            assert await visitor.fits(), path
            if language == "en":  # the same elements in both
                assert await visitor.found_by_axe() == [], path
            if "view=year" in path:
                month = visitor.page.locator(f".year section[data-date='{mark['day']:%Y-%m}-01']")
                await expect(month.locator("td.marked").first).to_be_visible()
        if language == "en":
            await visitor.page.get_by_role("link", name="Password, second factor").click()
            app = "Ask for a code of an app after the password"
            await expect(visitor.page.get_by_role("button", name=app)).to_be_visible()
            assert await visitor.fits()
            assert await visitor.found_by_axe() == []


async def test_a_page_shows_nobody_elses_data_when_another_signs_out_or_in(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor(mark["parent"]) as visitor:
        page, other = visitor.page, await visitor.page.context.new_page()
        # The feed would tell it that the session is over; it can't reach this page.
        await page.route_web_socket("**/graphql", lambda socket: None)
        await visitor.open("/diary/account")
        await expect(page.get_by_text(mark["parent"], exact=True)).to_be_visible()
        await other.goto(f"{diary.address}/diary/account")
        await expect(other.get_by_text(mark["parent"], exact=True)).to_be_visible()
        # Somebody signs in on another page, which replaces the cookie of all.
        await other.goto(f"{diary.address}/sign-in")
        await other.evaluate(
            """async (login) => fetch("/graphql", {method: "POST", body: JSON.stringify({query:
               `mutation { signIn(input: {login: "${login}", password: "demo"}) { token } }`}),
               headers: {"Content-Type": "application/json"}})""",
            mark["teacher"],
        )
        await other.goto(f"{diary.address}/diary/account")
        for each in (other, page):
            await expect(each.get_by_text(mark["teacher"], exact=True)).to_be_visible()
            await expect(each.get_by_text(mark["parent"])).to_have_count(0)
        await other.locator("header .account summary").click()
        await other.get_by_role("button", name="Sign out").click()
        for each in (other, page):
            await expect(each.locator("#login")).to_be_visible()
        assert await page.evaluate("localStorage.getItem('gradebook:login')") is None


async def test_below_a_path_the_page_asks_nothing_of_its_host_elsewhere(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor() as visitor:
        page, sockets = visitor.page, list[str]()
        page.on("websocket", lambda socket: sockets.append(urlsplit(socket.url).path))

        async def below(route: Any) -> None:  # as a proxy that takes the path off
            await route.continue_(url=route.request.url.replace("/school/", "/", 1))

        await page.route("**/school/**", below)
        await page.goto(f"{diary.address}/school/")
        await page.locator("#login").fill(mark["parent"])
        await page.locator("#password").fill("demo")
        await page.locator("form button").click()
        await expect(page.locator("header .account")).to_be_visible()
        assert await page.locator("footer a, header .account a").evaluate_all(
            "(all) => all.every((one) => one.pathname.startsWith('/school/'))"
        )
        assert sockets
        assert set(sockets) == {"/school/graphql"}
        visitor.complaints.clear()  # no proxy leads the socket on


async def test_who_signs_out_without_a_network_is_signed_out_before_the_next_sees_anything(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor(mark["parent"]) as visitor:
        page = visitor.page
        await visitor.settled()
        await page.context.set_offline(True)
        await page.locator("header .account summary").click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.locator("header .account")).to_have_count(0)
        await page.context.set_offline(False)
        begins = len(visitor.operations)
        await page.goto(diary.address)
        await expect(page.locator("#login")).to_be_visible()
        assert visitor.operations[begins] == "SignOut"
        # Whoever has signed in on another page since is not the one who left.
        await page.evaluate("localStorage.setItem('gradebook:left', '1')")
        await page.goto(f"{diary.address}/sign-in?next=/diary/account")
        await page.locator("#login").fill(mark["teacher"])
        await page.locator("#password").fill("demo")
        await page.locator(
            "#password-form button[type=submit], #password-form button"
        ).first.click()
        await expect(page.locator("main").get_by_text(mark["teacher"], exact=True)).to_be_visible()


async def test_a_mark_rings_the_bell_and_its_notice_leads_to_it_until_it_is_read(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor() as parent:
        page = parent.page
        await parent.sign_in(mark["parent"])
        bell = page.get_by_role("link", name=re.compile("Notices: "))
        await expect(bell).to_be_visible()
        await bell.click()
        await expect(page.get_by_role("heading", name="How you are told")).to_be_visible()
        before = int(re.findall(r"\d+", await bell.get_attribute("aria-label") or "")[0])
        await give(diary, mark, "5-")
        await expect(bell).to_have_attribute("aria-label", f"Notices: {before + 1} unread")
        notice = page.locator("main a").first
        await expect(notice).to_contain_text("a new mark")
        assert await parent.found_by_axe() == []
        await notice.click()
        await page.wait_for_url(re.compile("/diary/grades"))
        await expect(bell).to_have_attribute("aria-label", f"Notices: {before} unread")
        await bell.click()
        choice = page.get_by_label("Marks: By e-mail", exact=True)
        await choice.select_option("DAILY")
        await page.reload()
        await expect(choice).to_have_value("DAILY")
