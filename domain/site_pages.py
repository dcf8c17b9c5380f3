"""The names of a school's own pages in addresses."""

import re

LONGEST_SLUG = 60
LONGEST_PAGE = 40_000
"""Characters of a page's text."""
MOST_PAGES = 200
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BadSlug(ValueError):
    """Text that is no name of a page in an address."""


def check_slug(text: str) -> str:
    """A name in an address: small letters, digits and single hyphens; raises BadSlug."""
    if len(text) > LONGEST_SLUG or SLUG.fullmatch(text) is None:
        raise BadSlug(
            "The name in the address is of small letters, digits and hyphens, such as open-day"
        )
    return text
