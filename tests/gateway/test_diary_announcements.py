"""The diary's page for announcements and events: one story of the office and a family."""

from datetime import timedelta
from typing import Any

from playwright.async_api import expect

from domain import clock
from tests.gateway.diary import PHONE, Diary, step

READ = """
  SELECT count(*) FROM announcement_reading r
  JOIN announcement a ON a.school_id = r.school_id AND a.id = r.announcement_id
  JOIN account ac ON ac.id = r.account_id
  WHERE a.title = $1 AND ac.login = $2
"""
EVENT = """
  SELECT e.capacity,
    (e.starts_at AT TIME ZONE s.time_zone)::text AS at_school,
    (SELECT array_agg(r.answer) FROM event_reply r
     WHERE r.school_id = e.school_id AND r.event_id = e.id) AS answers
  FROM school_event e JOIN school s ON s.school_id = e.school_id WHERE e.title = $1
"""


async def test_an_announcement_of_the_office_is_read_and_an_event_answered_by_a_guardian(
    diary: Diary, mark: Any
) -> None:
    child = f"{mark['given_name']} {mark['family_name']}"
    day = clock.today("UTC") + timedelta(days=3)
    async with diary.visitor("head") as head, diary.visitor(mark["parent"], **PHONE) as parent:
        page, reader = head.page, parent.page
        await reader.get_by_role("link", name="Announcements").click()
        await expect(reader.get_by_role("button", name="Lost and found")).to_be_visible()
        await parent.settled()
        await page.get_by_role("link", name="Announcements").click()
        await page.get_by_text("New announcement").click()
        await page.get_by_label("What it is about").fill("Ice skates")
        await page.get_by_label("Text").fill("Bring them on Friday.\nAnd gloves.")
        await page.get_by_label("students").uncheck()
        assert await head.found_by_axe() == []
        await page.get_by_role("button", name="Announce", exact=True).click()
        await expect(page.get_by_text("It is announced.")).to_be_visible()
        newest = page.locator("main .notices > li").first
        await expect(newest).to_contain_text("The whole school")
        await expect(newest.locator("strong")).to_have_count(0)  # who wrote it knows it

        line = reader.locator("main .notices > li", has_text="Ice skates")  # comes by itself
        await expect(line).to_contain_text("not read")
        await expect(reader.locator("main .notices > li").first).to_contain_text("Ice skates")
        await reader.get_by_label("Only unread").check()
        await line.get_by_role("button").click()
        await expect(line).to_contain_text("And gloves.")
        await expect(line.locator(".state")).to_have_count(0)
        assert await diary.connection.fetchval(READ, "Ice skates", mark["parent"]) == 1
        await reader.get_by_label("Search").fill("skat")
        await expect(line).to_have_count(0)  # of those not read
        await reader.get_by_label("Only unread").uncheck()
        await expect(reader.locator("main .notices > li")).to_have_count(1)
        assert await parent.fits()
        assert await parent.found_by_axe() == []
        await newest.get_by_role("button", name="Ice skates").click()
        await page.get_by_label("Who has read it: Ice skates").click()
        await expect(newest.locator("ol li").first).to_be_visible()
        edited = {"What it is about": "Ice skating", "Text": "Bring helmets."}
        await step(page, "Change it", "Ice skates", edited)
        line = reader.locator("main .notices > li", has_text="Ice skating")
        await line.get_by_role("button").click()  # it comes by itself
        await expect(line).to_contain_text("Bring helmets.")
        await step(page, "Withdraw", "Ice skating")
        await expect(line).to_have_count(0)
        await step(page, "Restore", "It is taken back.")
        await expect(line).to_have_count(1)
        async with diary.visitor(mark["student"]) as student:
            await student.open("/diary/announcements")
            await expect(student.page.get_by_role("button", name="Lost and found")).to_be_visible()
            await expect(student.page.get_by_text("Ice skating")).to_have_count(0)
            await expect(student.page.get_by_text("New announcement")).to_have_count(0)

        await head.open("/diary/events")
        await page.get_by_text("New event").click()
        await page.get_by_label("What it is called").fill("Chess evening")
        await page.get_by_label("Starts").fill(f"{day}T17:30")
        await page.get_by_label("Ends").fill(f"{day}T17:00")
        await page.get_by_label("Replies are asked for").check()
        await page.get_by_label("Places, if").fill("1")
        await page.get_by_role("button", name="Add the event").click()
        await expect(page.get_by_role("alert")).to_contain_text("An event ends after it starts.")
        await page.get_by_label("Ends").fill(f"{day}T19:00")
        assert await head.found_by_axe() == []
        await page.get_by_role("button", name="Add the event").click()
        await expect(page.get_by_text("The event is added.")).to_be_visible()
        await step(page, "Change it", "Chess evening", {"Where": "Room 5"})

        await parent.open("/diary/events")
        line = reader.locator("main .notices > li", has_text="Chess evening")
        await expect(line).to_contain_text("Room 5")
        await expect(line).to_contain_text("places left: 1")
        replies = line.get_by_role("group", name=f"Chess evening: {child}")
        for answer, left in (("Maybe", "places left: 1"), ("Yes", "no place left")):
            await replies.get_by_role("button", name=answer).click()
            await expect(replies.get_by_role("button", pressed=True)).to_have_text(answer)
            await expect(line).to_contain_text(left)
        assert await parent.fits()
        assert await parent.found_by_axe() == []
        event = await diary.connection.fetchrow(EVENT, "Chess evening")
        assert event["at_school"] == f"{day} 17:30:00"
        assert (event["capacity"], event["answers"]) == (1, ["YES"])
        async with diary.visitor(mark["student"], locale="ru", color_scheme="dark") as student:
            await student.open("/diary/events")
            line = student.page.locator("main .notices > li", has_text="Chess evening")
            await expect(line).to_contain_text("мест нет")
            assert await student.found_by_axe() == []
            await step(page, "Call off", "Chess evening")
            await expect(line).to_contain_text("отменено")  # comes by itself
        async with diary.visitor(mark["teacher"], locale="ru", **PHONE) as teacher:
            await teacher.open("/diary/announcements")
            await teacher.page.get_by_text("Новое объявление").click()
            places = teacher.page.get_by_label("Кому").locator("option")
            await expect(places.first).to_be_attached()
            assert "Вся школа" not in await places.all_inner_texts()
            assert await teacher.fits()
            assert await teacher.found_by_axe() == []
