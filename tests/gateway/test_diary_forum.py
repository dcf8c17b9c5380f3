"""The diary's page for the forum, the FAQ and the moderators: one story of four people."""

from typing import Any

from playwright.async_api import expect

from tests.gateway.diary import PHONE, Diary, Visitor, step


async def the_office_keeps_boards_and_answers(head: Visitor) -> None:
    page = head.page
    await head.open("/diary/forum")
    await page.get_by_text("New board").click()
    await page.get_by_label("Name").fill("Chess")
    await page.get_by_role("button", name="Add").click()
    await page.get_by_role("link", name="Chess").click()
    await step(page, "Change the board", "Chess", {"Name": "Chess club"})
    await expect(page.get_by_role("link", name="Chess club")).to_be_visible()
    assert await head.found_by_axe() == []
    await step(page, "Put away", "Chess club")
    await expect(page.get_by_role("link", name="Chess club")).to_have_count(0)
    await head.open("/diary/faq")
    await page.get_by_text("New question").click()
    await page.get_by_label("Question in English").fill("Where is the pool?")
    await page.get_by_label("Answer in English").fill("Behind the gym.")
    assert await head.found_by_axe() == []
    await page.get_by_role("button", name="Add").click()
    edited = {"Answer in English": "There is none.", "Place in the order": "0"}
    await step(page, "Change it", "Where is the pool?", edited)
    await page.get_by_text("Where is the pool?").first.click()
    first = page.locator("main .notices > li").first
    await expect(first.get_by_text("There is none.")).to_be_visible()
    await step(page, "Put away", "Where is the pool?")
    await expect(page.get_by_text("Where is the pool?")).to_have_count(0)


async def test_a_topic_is_asked_answered_reported_hidden_and_appealed(
    diary: Diary, mark: Any
) -> None:
    async with diary.visitor(mark["student"]) as student:
        page = student.page
        await student.open("/diary/forum")
        await page.get_by_label("What it is about").fill("A lost umbrella")
        await page.get_by_label("Text").fill("Whoever took it stole it")
        await page.get_by_role("button", name="Send").click()
        await page.get_by_label("Search").fill("umbr")
        link = page.get_by_role("link", name="A lost umbrella")
        await expect(page.locator("main .notices > li")).to_have_count(1)
        assert await student.found_by_axe() == []
        await link.click()
        await step(page, "Change it", "A lost umbrella", {"Text": "Whoever took it is a thief"})
        await expect(page.get_by_role("heading", name="A lost umbrella")).to_be_visible()
        address = page.url.removeprefix(diary.address)

        async with diary.visitor(mark["parent"], **PHONE) as parent:
            await parent.open(address)
            reader = parent.page
            await reader.get_by_label("Your answer").fill("It hangs at the door.")
            await reader.get_by_role("button", name="Send").click()
            await expect(reader.get_by_text("It hangs at the door.")).to_be_visible()
            await reader.get_by_role("button", name="Report").first.click()
            await reader.get_by_label("What is wrong with it").fill("Nobody is a thief")
            await reader.get_by_role("button", name="Report").first.click()
            await expect(reader.get_by_text("Thank you.")).to_be_visible()
            assert await parent.fits()
            assert await parent.found_by_axe() == []

            async with diary.visitor("head") as head:
                await head.open("/diary/moderation")
                case = head.page.locator(".notices > li", has_text="A lost umbrella")
                await case.get_by_label("Reason").fill("Keep to the facts")
                await case.get_by_role("button", name="Hide", exact=True).click()
                await expect(case).to_have_count(0)
                assert await head.found_by_axe() == []

                await parent.open(address)
                heading = reader.get_by_role("heading", name="(hidden by the moderators)")
                await expect(heading).to_be_visible()
                await expect(reader.get_by_text("is a thief")).to_have_count(0)

                await student.open(address)
                await page.get_by_label("Why it should be decided otherwise").fill("I was angry")
                await page.get_by_role("button", name="Appeal").click()
                await expect(page.locator(".state", has_text="appealed")).to_be_visible()
                await head.open("/diary/moderation")
                await expect(case).to_contain_text("I was angry")
                await the_office_keeps_boards_and_answers(head)

            await parent.open("/diary/faq")
            await reader.get_by_label("Search").fill("ill")
            await expect(reader.locator("main .notices > li")).to_have_count(1)
            await reader.locator("details.account summary").click()
            await reader.get_by_label("Language").select_option("ru")
            await reader.get_by_label("Поиск").fill("болеет")
            await expect(reader.locator("main .notices > li")).to_contain_text("Как сообщить")
            assert await parent.found_by_axe() == []
