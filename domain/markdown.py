"""Markdown as HTML that is safe to show: nothing of it runs, loads or leads within the gateway."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

SCHEMES = frozenset({"https", "http", "mailto"})
TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    | {"p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
MOST_CELLS = 5_000
REMEMBERED = 500

# Written HTML is shown as the text that it is. A picture of another site would tell that site who
# reads, so what would be one is a link; pictures are files of the school, attached beside the text.
PLAIN = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("image")
WITH_TABLES = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
WITH_TABLES.disable("image")
# A link without a scheme would lead to an address of the gateway.
CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
)


@lru_cache(REMEMBERED)
def html_of(text: str) -> str:
    """Render CommonMark with tables and crossed-out text. The sanitizer has the last word: it keeps
    the tags, attributes and schemes above, and nothing else."""
    return CLEANER.clean(_parser(text).render(text))


def _parser(text: str) -> MarkdownIt:
    """Without tables where there might be too many cells: a row of one sign has as many cells as
    the table's head, so a short text could become a very long page."""
    lines = text.splitlines()
    widest = max((line.count("|") for line in lines), default=0) + 1
    return WITH_TABLES if widest * len(lines) <= MOST_CELLS else PLAIN
