"""Markdown becomes HTML of which nothing runs."""

from html.parser import HTMLParser

import pytest

from domain.markdown import ATTRIBUTES, MOST_CELLS, SCHEMES, TAGS, html_of


def test_what_people_write_is_rendered() -> None:
    text = (
        "# Trip\n\n**Bring** *lunch*, ~~money~~ `C4`  \nby [bus](https://bus.example/?a=1&b=2)\n\n"
        "3. one\n\n- two\n\n> said\n\n| a | b |\n|--|--|\n| 1 | 2 |\n"
    )
    assert html_of(text).replace("\n", "") == (
        "<h1>Trip</h1><p><strong>Bring</strong> <em>lunch</em>, <s>money</s> <code>C4</code><br>by "
        '<a href="https://bus.example/?a=1&amp;b=2" rel="nofollow noopener noreferrer">bus</a></p>'
        '<ol start="3"><li>one</li></ol><ul><li>two</li></ul>'
        "<blockquote><p>said</p></blockquote><table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )


class Page(HTMLParser):
    """Collects what a browser would see: tags, and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='https://x.example' onclick=alert(1)>x</a>",
    "<style>*{display:none}</style><iframe srcdoc='<script>1</script>'></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "[x](file:///etc/passwd)",
    "[x](/graphql?query=1)",
    "[x](//evil.example/)",
    "![x](data:image/png;base64,AAAA)",
    "![x](https://evil.example/seen.png)",
    '[x](https://x.example"onmouseover=alert(1))',
    "[x](https://x.example '\"><script>alert(1)</script>')",
    "[<b onclick=alert(1)>](https://x.example)",
    '```js" onclick="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "| <script> |\n|--|\n| <img src=x onerror=alert(1)> |",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_of_it_runs_loads_or_leads_within_the_gateway(text: str) -> None:
    page = Page(html_of(text))
    assert set(page.tags) <= TAGS
    for tag, name, value in page.attributes:
        assert (tag, name) == ("a", "rel") or name in ATTRIBUTES[tag]
        if name == "href":
            assert value.partition(":")[0] in SCHEMES


def test_written_html_is_the_text_that_it_is() -> None:
    assert html_of("a <b>c</b> & d") == "<p>a &lt;b&gt;c&lt;/b&gt; &amp; d</p>\n"


def test_a_short_text_does_not_become_a_long_page() -> None:
    wide = "|a" * 40 + "\n" + "|-" * 40 + "\n" + "|\n" * 1_900
    assert "<table>" not in html_of(wide)
    assert len(html_of(wide)) < 2 * len(wide)
    rows = MOST_CELLS // 4 - 2
    assert html_of("|a|b|c\n|-|-|-\n" + "|1|2|3\n" * rows).count("<tr>") == rows + 1
