"""A Vega-Lite spec as a picture, drawn by vl-convert without a browser, with our own font."""

import re
from functools import cache
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape

VERSION = "5.20"
FONT = "DejaVu Sans"
"""Has Latin, Cyrillic and Greek letters; it comes with a package, so that every machine has it."""
SCALE = 2.0
"""Pixels of a PNG for each of the spec."""
NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no SVG holds; the renderer ends at the first of them, and its process with it."""
START = re.compile(r"<svg [^>]*>")
LOCALES = {"en": "en-US", "ru": "ru-RU"}


@cache
def _renderer() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(files("ziafont") / "fonts"))
    return vl_convert


def picture(spec: dict[str, Any], form: str, title: str, description: str, language: str) -> bytes:
    """The chart as `svg` or `png`. Nothing is fetched for it from anywhere."""
    renderer, locale = _renderer(), LOCALES.get(language, "en-US")
    title, description = _plain(title), _plain(description)
    drawn = renderer.vegalite_to_svg(
        _plain(spec),
        vl_version=VERSION,
        allowed_base_urls=[],
        format_locale=locale,
        time_format_locale=locale,
    )
    if form == "svg":
        return told(drawn, title, description, language).encode()
    content: bytes = renderer.svg_to_png(drawn, scale=SCALE)
    return content


def _plain(value: Any) -> Any:
    """The same without characters that can't be drawn: texts of people may have them."""
    if isinstance(value, str):
        return NO_XML.sub("", value)
    if isinstance(value, dict):
        return {_plain(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def told(svg: str, title: str, description: str, language: str) -> str:
    """The picture with what it shows in words, for who can't see it."""
    told = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return START.sub(
        lambda found: f'{found[0][:-1]} role="img" xml:lang="{language}">{told}', svg, count=1
    )
