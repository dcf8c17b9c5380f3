"""The diary's service worker: what is pushed to a device, and a start without a network."""

import asyncio
import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import expect

from resolvers.notices.push import Message, public_of
from tests.gateway.diary import Diary, Visitor

WATCHED = """() => {
  self.told = [];
  registration.showNotification = async (title, { body, tag, data }) => {
    told.push([title, body, tag, data]);
  };
}"""
"""This browser shows no notices: what it is asked to show is kept."""
TOLD = """async () => {
  while (!told.length) await new Promise((done) => setTimeout(done, 20));
  return self.told.splice(0);
}"""
CLICKED = """async ([data]) => {
  const clicked = new ExtendableEvent("notificationclick");
  clicked.notification = { data, close: () => (self.closed = true) };
  dispatchEvent(clicked);
  return self.closed;
}"""
SUBSCRIBED = """
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    window.subscribedWith = applicationServerKey;
    return { toJSON: () => ({ endpoint: "https://push.example.org/1", keys: KEYS }) };
  };
"""
"""No push service can be reached in a test."""


async def pushed(visitor: Visitor, message: Message) -> None:
    """Hands the message to the page's worker, as the browser does with one of a push service."""
    session = await visitor.page.context.new_cdp_session(visitor.page)
    registered = asyncio.get_running_loop().create_future()

    def told(event: Any) -> None:
        for one in event["registrations"]:
            if not registered.done():
                registered.set_result(one["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", told)
    await session.send("ServiceWorker.enable")
    await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    given = {"registrationId": await registered, "data": message.body.decode()}
    await session.send("ServiceWorker.deliverPushMessage", {"origin": visitor.address, **given})


async def test_what_is_pushed_leads_to_the_thing_and_the_diary_starts_without_a_network(
    diary: Diary, mark: Any
) -> None:
    key = public_of(ec.generate_private_key(ec.SECP256R1()))
    keys = {"p256dh": key, "auth": urlsafe_b64encode(b"s" * 16).decode()}
    allowed: dict[str, Any] = {"service_workers": "allow", "permissions": ["notifications"]}
    async with diary.visitor(mark["parent"], **allowed) as visitor:
        page = visitor.page
        await page.add_init_script(SUBSCRIBED.replace("KEYS", json.dumps(keys)))
        await visitor.open("/diary/notices")
        await page.get_by_role("button", name="Tell me on this device", exact=True).click()
        off = page.get_by_role("button", name="Tell me on this device no more")
        await expect(off).to_be_visible()
        async with diary.asking(mark["parent"]) as parent:
            asked = "{ viewer { noticeSettings { pushKey devices { id } } } }"
            settings = (await parent(asked))["viewer"]["noticeSettings"]
            assert await page.evaluate("subscribedWith") == settings["pushKey"]
            assert len(settings["devices"]) == 1
            assert await visitor.found_by_axe() == []
            await off.click()
            await expect(off).to_have_count(0)
            settings = (await parent(asked))["viewer"]["noticeSettings"]
            assert settings["devices"] == []

        (worker,) = page.context.service_workers
        await worker.evaluate(WATCHED)
        await pushed(visitor, Message("Diary", "Ann: a new mark", "/diary/grades?child=1", "7"))
        ((*said, path),) = await worker.evaluate(TOLD)
        assert said == ["Diary", "Ann: a new mark", "7"]
        assert await worker.evaluate(CLICKED, [path]) is True
        await page.wait_for_url(f"{diary.address}/diary/grades?child=1")

        await page.wait_for_function("navigator.serviceWorker.controller !== null")
        await visitor.open("/diary/notices")
        await expect(page.get_by_role("heading", name="How you are told")).to_be_visible()
        await page.context.set_offline(True)
        await visitor.open("/diary/notices")
        await expect(page.locator(".banner")).to_contain_text("Shown is what was there at")
        await expect(page.get_by_role("heading", name="How you are told")).to_be_visible()
        # A screen that was never opened here, in a language that was not asked for.
        await page.locator("header .account summary").click()
        await page.get_by_label("Language").select_option("ru")
        await page.get_by_role("link", name="Слова").first.click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator(".banner")).to_have_count(0)
