"""The diary's page for pages, posts, the feed and the school's site: of a class and its teacher,
and of the office and whoever asks."""

import re
from typing import Any
from urllib.parse import quote

from playwright.async_api import FilePayload, Locator, expect

from resolvers.global_id import NIL
from tests.gateway.diary import PHONE, Diary, Visitor, record_id, step
from tests.gateway.uploads import jpeg

CLASS = """
  SELECT g.name FROM class_group g JOIN enrolment e
    ON e.school_id = g.school_id AND e.class_group_id = g.id
  WHERE e.school_id = 1 AND e.student_id = $1
"""
LOADED = "of => [...document.querySelectorAll(of)].every((one) => one.naturalWidth > 0)"
RUSSIAN: dict[str, Any] = {**PHONE, "locale": "ru", "color_scheme": "dark"}


async def good(visitor: Visitor) -> None:
    assert await visitor.fits()
    assert await visitor.found_by_axe() == []


async def press(button: Locator, pressed: bool) -> None:
    """Have it be pressed or not, whatever it was."""
    await expect(button).to_be_visible()
    if await button.get_attribute("aria-pressed") != str(pressed).lower():
        await button.click()
    await expect(button).to_have_attribute("aria-pressed", str(pressed).lower())


async def test_a_teacher_writes_on_the_page_of_a_class_and_it_comes_to_those_who_follow_it(
    diary: Diary, mark: Any
) -> None:
    name = await diary.connection.fetchval(CLASS, mark["student_id"])
    picture: FilePayload = {
        "name": "trip.jpg", "mimeType": "image/jpeg", "buffer": jpeg(40, 30),
    }  # fmt: skip
    async with (
        diary.visitor(mark["teacher"]) as teacher,
        diary.visitor(mark["student"], **RUSSIAN) as student,
    ):
        page, reader = teacher.page, student.page
        await student.open("/diary/pages")
        await reader.get_by_label("Чья страница").select_option("CLASS_GROUP")
        await press(reader.get_by_role("button", name=f"Подписаться: {name}"), True)
        await student.open("/diary/feed")
        posts = reader.locator("article.post")
        await student.settled()

        await teacher.open("/diary/pages")
        await page.get_by_label("Search").fill(name)
        await page.locator(".pages").get_by_role("link", name=name, exact=True).click()
        await page.get_by_text("Change the page").click()
        await page.get_by_label("What it says").fill("We are *the best*")
        await page.get_by_label("What it looks like").select_option("SEA")
        await page.get_by_label("Picture", exact=True).set_input_files([picture])
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        await expect(page.locator(".own-page > .markdown em")).to_have_text("the best")
        await expect(page.locator('.own-page[data-look="SEA"] h1 img')).to_be_visible()
        await page.get_by_text("Write a post").click()
        await page.locator("#post-text").fill("**Trip** <b>on</b> Friday")
        await page.locator("details", has_text="Write a post").get_by_text("Preview").click()
        await expect(page.locator(".preview strong")).to_have_text("Trip")
        await page.get_by_label("Pictures").set_input_files([picture])
        await good(teacher)
        await page.get_by_role("button", name="Publish").click()
        post = page.locator("article.post").first
        await expect(post.locator("strong")).to_have_text("Trip")
        await expect(page.locator("#post-text")).to_have_value("")

        await expect(posts.first).to_contain_text("Trip <b>on</b> Friday")  # by itself
        await expect(posts.first.get_by_role("link", name=name)).to_be_visible()
        await posts.first.get_by_role("img", name="trip.jpg").scroll_into_view_if_needed()
        await reader.wait_for_function(LOADED, arg="article.post:first-of-type img")
        await press(posts.first.get_by_role("button", name=re.compile("^Спасибо")), True)
        await expect(posts.first.get_by_role("button", name="Спасибо 1")).to_be_visible()
        await posts.first.get_by_role("button", name="Комментарии: 0").click()
        await posts.first.get_by_label("Ваш комментарий").fill("Ура!")
        await posts.first.get_by_role("button", name="Отправить").click()
        await expect(posts.first.locator(".comments li")).to_contain_text("Ура!")
        await good(student)
        await post.get_by_role("button", name="Comments: 1").click()  # counted by itself
        comment = post.locator(".comments li")
        await comment.get_by_role("button", name="Report").click()
        await comment.get_by_label("What is wrong with it").fill("Too short")
        await comment.get_by_role("button", name="Report").click()
        await expect(comment).to_contain_text("Thank you.")
        await step(page, "Withdraw", "Ура!")
        await expect(comment).to_have_count(0)
        await expect(posts.first.get_by_role("button", name="Комментарии: 0")).to_be_visible()

        await post.get_by_label(re.compile("^Change it")).click()
        await post.get_by_label("Text").fill("Trip on **Monday**")
        await post.get_by_label("trip.jpg").uncheck()
        shore: FilePayload = {**picture, "name": "shore.jpg"}
        await post.get_by_label("Further pictures").set_input_files([shore])
        await post.get_by_role("button", name="Change it").click()
        await expect(posts.first.locator("strong")).to_have_text("Monday")
        await expect(posts.first.get_by_role("img", name="trip.jpg")).to_have_count(0)
        await expect(posts.first.get_by_role("img", name="shore.jpg")).to_be_visible()
        await posts.first.get_by_role("button", name="Пожаловаться").click()
        await posts.first.get_by_label("Что не так").fill("Не то")
        await posts.first.get_by_role("button", name="Пожаловаться").click()
        await expect(posts.first).to_contain_text("Спасибо. Модераторы")
        await post.get_by_label(re.compile("^Withdraw")).click()
        await post.get_by_role("button", name="Withdraw").click()
        await expect(page.get_by_text("Monday")).to_have_count(0)
        await expect(posts.first).not_to_contain_text("Monday")

    async with (
        diary.visitor("head", **PHONE) as head,
        diary.visitor(mark["parent"], **RUSSIAN) as parent,
    ):
        page, reader = head.page, parent.page
        await head.open("/diary/pages")
        await expect(page.locator(".pages img").first).to_be_visible()
        await page.wait_for_function(LOADED, arg="img")  # none is asked for when there are none
        await good(head)
        await head.open("/diary/moderation")
        await expect(page.locator("blockquote strong")).to_have_text("Monday")
        await good(head)
        await head.open("/diary/pages")
        await expect(page.locator(".pages img").first).to_be_visible()
        await page.wait_for_function(LOADED, arg="img")
        level = page.get_by_label("How far the school has pages")
        await level.select_option("OFF")
        await expect(page.get_by_text("The school has no pages.")).to_be_visible()
        await expect(page.locator(".pages li")).to_have_count(0)
        await parent.open("/diary/feed")
        await expect(reader.get_by_text("В школе нет страниц.")).to_be_visible()
        await expect(reader.locator("article")).to_have_count(0)
        await level.select_option("CLASSES")
        await expect(page.locator(".pages li").first).to_be_visible()

        await parent.open("/diary/pages")
        await reader.get_by_text("Завести страницу").click()
        await reader.get_by_role("button", name="Завести", exact=True).click()
        await expect(reader.locator(".own-page h1")).to_contain_text("семья")
        await expect(reader.get_by_text("Написать", exact=True)).to_be_visible()
        await reader.get_by_text("Изменить страницу").click()
        await good(parent)
        await reader.get_by_role("main").get_by_role("link", name="Страницы").click()
        await expect(reader.get_by_role("link", name="Моя страница")).to_be_visible()


async def test_the_office_writes_the_schools_site_and_whoever_asks_reads_what_is_public(
    diary: Diary, mark: Any
) -> None:
    site = f"/diary/site/{quote(record_id('School', 1, NIL))}"
    async with diary.visitor("head") as head, diary.visitor(**RUSSIAN) as anybody:
        page, reader = head.page, anybody.page
        await page.get_by_role("link", name="School site").click()
        await page.get_by_text("New page of the site").click()
        await page.get_by_label("Title").fill("Astronomers")
        await page.get_by_label("Name in the address").fill("stars")
        await page.get_by_label("Text").fill("# Stars\n\n[map](https://stars.example)")
        await page.get_by_role("button", name="Preview").click()
        await expect(page.locator(".preview h1")).to_have_text("Stars")
        await page.get_by_label("for everybody").check()
        await good(head)
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        await page.get_by_role("link", name="Astronomers").click()
        await expect(page.get_by_role("heading", name="Astronomers")).to_be_visible()
        address = await page.get_by_role("link", name="as everybody sees it").get_attribute("href")
        assert address == f"{site}/stars"

        await anybody.open(site)
        await expect(reader.get_by_role("heading", name="Welcome")).to_be_visible()
        await expect(reader.get_by_role("link", name="Обеды")).to_have_count(0)
        await reader.get_by_role("link", name="Astronomers").click()
        await expect(reader.get_by_role("heading", name="Stars")).to_be_visible()
        link = reader.get_by_role("link", name="map")
        assert await link.get_attribute("rel") == "nofollow noopener noreferrer"
        await good(anybody)
        assert reader.url.endswith("/stars")
        assert set(anybody.operations) == {"PublicSite"}

        await step(page, "Change it", "Astronomers", {"Text": "# The *sky*"})
        await expect(page.locator(".site-page h1 em")).to_have_text("sky")
        await step(page, "Put away", "Astronomers")
        await step(page, "Take back", "Astronomers")
        await page.get_by_role("link", name="Astronomers").click()
        await step(page, "Put away", "Astronomers")
        await page.reload()
        await page.get_by_text("Pages that are put away").click()
        await step(page, "Take back", "stars")
        await page.get_by_role("link", name="Astronomers").click()
        await step(page, "Put away", "Astronomers")
        await expect(page.get_by_label("Take back: Astronomers")).to_be_visible()
        await reader.reload()
        await expect(reader.get_by_role("alert")).to_be_visible()
        await expect(reader.get_by_role("link", name="Astronomers")).to_have_count(0)
        async with diary.visitor(mark["parent"], **RUSSIAN) as parent:
            await parent.open("/diary/site")
            await parent.page.get_by_role("link", name="Обеды").click()
            await expect(parent.page.locator(".site-page strong")).to_have_text("Аллергии")
            await expect(parent.page.get_by_text("Новая страница сайта")).to_have_count(0)
            await good(parent)
