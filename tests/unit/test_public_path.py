"""Pages stand wherever the public address says: nothing in them is asked for at the root."""

import re
from pathlib import Path

from gateway.origins import read_origin
from gateway.session import BrowserCookie, Cookie

GATEWAY = Path(__file__).parents[2] / "gateway"
REQUESTED_AT_THE_ROOT = re.compile(r"""(?:fetch|post|assign|replace)\([`"']/""")
AT_THE_ROOT = re.compile(
    rf"""(?:href|src|action)="/|{REQUESTED_AT_THE_ROOT.pattern}|=> ?[`"']/|\?\? ?[`"']/"""
)


def test_no_page_asks_for_anything_at_the_root_of_the_host() -> None:
    found = [
        (path.name, line)
        for folder in ("pages", "docs")
        for path in (*GATEWAY.glob(f"{folder}/templates/*"), *GATEWAY.glob(f"{folder}/static/*"))
        for line in path.read_text().splitlines()
        if AT_THE_ROOT.search(line)
    ]
    assert found == []
    assert AT_THE_ROOT.search('<a href="/password">')
    assert AT_THE_ROOT.search("await fetch(`/graphql`)")


def test_no_script_of_the_diary_or_graphiql_asks_for_anything_at_the_root_of_the_host() -> None:
    found = [
        (path.name, line)
        for folder in ("diary", "graphiql")
        for path in (GATEWAY / folder / "source").rglob("*.ts*")
        if not {"node_modules", "generated"} & set(path.parts)
        for line in path.read_text().splitlines()
        if REQUESTED_AT_THE_ROOT.search(line)
    ]
    assert found == []
    assert REQUESTED_AT_THE_ROOT.search('const response = await fetch("/access-codes/sheet", {')


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
