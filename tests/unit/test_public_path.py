"""Pages stand wherever the public address says: nothing in them is asked for at the root."""

import re
from pathlib import Path

from gateway.origins import read_origin
from gateway.session import BrowserCookie, Cookie

PAGES = Path(__file__).parents[2] / "gateway" / "pages"
AT_THE_ROOT = re.compile(
    r"""(?:href|src|action)="/|(?:fetch|post|assign|replace)\([`"']/|=> ?[`"']/|\?\? ?[`"']/"""
)


def test_no_page_asks_for_anything_at_the_root_of_the_host() -> None:
    found = [
        (path.name, line)
        for path in (*PAGES.glob("templates/*"), *PAGES.glob("static/*"))
        for line in path.read_text().splitlines()
        if AT_THE_ROOT.search(line)
    ]
    assert found == []
    assert AT_THE_ROOT.search('<a href="/password">')
    assert AT_THE_ROOT.search("await fetch(`/graphql`)")


def test_a_path_is_part_of_the_address_and_not_of_the_origin() -> None:
    read = read_origin("https://School.example:443/gradebook/")
    assert (str(read), read.address) == (
        "https://school.example",
        "https://school.example/gradebook",
    )


def test_a_cookie_of_a_path_has_no_host_prefix_which_browsers_take_for_the_root_alone() -> None:
    assert [each.name for each in (Cookie(True), Cookie(True, "/a"), Cookie(False, "/a"))] == [
        "__Host-gradebook", "__Secure-gradebook", "gradebook_session",
    ]  # fmt: skip
    assert BrowserCookie(True, "/a").name == "__Secure-gradebook-browser"
