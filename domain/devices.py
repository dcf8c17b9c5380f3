"""A device in a few words, of what its browser tells of itself."""

import re

LONGEST = 60
BROWSERS = (
    ("Edge", "Edg/"), ("Opera", "OPR/"), ("Yandex Browser", "YaBrowser/"),
    ("Samsung Internet", "SamsungBrowser/"), ("Firefox", "Firefox/"), ("Firefox", "FxiOS/"),
    ("Chrome", "CriOS/"), ("Chrome", "Chrome/"), ("Safari", "Safari/"),
)  # fmt: skip
"""By the first mark that is there: most browsers tell the marks of others too."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("macOS", "Mac OS X"), ("ChromeOS", "CrOS"), ("Linux", "Linux"),
)  # fmt: skip
PRODUCT = re.compile(r"[A-Za-z][\w .-]*")


def device_of(user_agent: str) -> str | None:
    """Such as `Firefox on Windows`; a program's own name where it is no browser; None if nothing is
    told. Versions are left out: they tell a visitor from others."""
    browser = next((name for name, mark in BROWSERS if mark in user_agent), None)
    system = next((name for name, mark in SYSTEMS if mark in user_agent), None)
    if browser is None:
        product = PRODUCT.match(user_agent.strip())
        browser = product[0].strip()[:LONGEST] if product else None
    if browser is None or system is None:
        return browser or system
    return f"{browser} on {system}"
