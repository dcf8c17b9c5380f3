"""The page of words in a browser: looked up, learnt, put into a glossary, and translated."""

from typing import Any

from playwright.async_api import expect

from tests.gateway.diary import PHONE, Diary


async def test_a_student_looks_a_word_up_and_learns_it_and_a_teacher_adds_a_term(
    diary: Diary, mark: Any
) -> None:
    account = "SELECT id FROM account WHERE login = $1"
    await diary.connection.execute(
        f"DELETE FROM studied_word WHERE account_id = ({account})", mark["student"]
    )
    async with diary.visitor(mark["student"]) as student:
        page = student.page
        await page.get_by_role("link", name="Words").click()
        await expect(page.get_by_text("To be repeated today: 0.")).to_be_visible()
        await page.get_by_role("search").get_by_label("Word").fill("House")
        await page.get_by_role("button", name="Look up").click()
        entries = page.locator(".entries li")
        await expect(entries.locator("strong")).to_have_text(["house", "household"])
        await page.get_by_role("button", name="Learn: house", exact=True).click()
        await expect(page.get_by_text("To be repeated today: 1.")).to_be_visible()
        card = page.get_by_role("group", name="Repeat")
        await expect(card).to_contain_text("house")
        await expect(card).not_to_contain_text("дом")
        await page.keyboard.press("Escape")
        await card.get_by_role("button", name="Show the meaning").press("Enter")
        await expect(card).to_contain_text("дом")
        await expect(card.get_by_role("button", name="Forgotten")).to_be_focused()
        assert await student.found_by_axe() == []
        await card.get_by_role("button", name="Good").click()
        await expect(page.get_by_text("To be repeated today: 0.")).to_be_visible()
        interval = await diary.connection.fetchval(
            f"SELECT interval FROM studied_word WHERE account_id = ({account})", mark["student"]
        )
        assert interval == 1
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Remove: house").click()
        await expect(page.get_by_role("alert")).to_have_text("The network is away. Try again.")
        await page.context.set_offline(False)
        await page.get_by_role("button", name="Remove: house").click()
        await expect(page.locator(".words li")).to_have_count(0)
        await expect(page.get_by_text("This is not set up here.")).to_be_visible()
    async with diary.visitor(mark["teacher"], **PHONE, locale="ru", color_scheme="dark") as teacher:
        page = teacher.page
        await teacher.open("/diary/words")
        await page.get_by_text("Добавить термин в глоссарий").click()
        await page.get_by_label("Термин").fill("Zylinderhut")
        await page.get_by_label("Значение").first.fill("Цилиндр")
        await page.get_by_role("button", name="Добавить", exact=True).first.click()
        term = page.locator(".terms li", has_text="Zylinderhut")
        await expect(term).to_contain_text("Цилиндр")
        assert await teacher.fits()
        assert await teacher.found_by_axe() == []
