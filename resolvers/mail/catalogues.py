"""The texts of letters, for translators: `python -m resolvers.mail.catalogues` writes new ones into
each language's catalogue."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from resolvers.mail.rendering import LANGUAGES, LOCALE, SOURCE, TEMPLATES

METHODS = [("**.txt", "jinja2"), ("**.html", "jinja2")]
OPTIONS = {"**.txt": {"trimmed": "true"}, "**.html": {"trimmed": "true"}}


def texts() -> Catalog:
    """All texts of the templates."""
    found = Catalog()
    for file, line, message, comments, context in extract_from_dir(TEMPLATES, METHODS, OPTIONS):
        found.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return found


def catalogue(language: str) -> Catalog:
    with _file(language).open("rb") as file:
        return read_po(file, locale=language)


def _file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def main() -> None:
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        known = catalogue(language)
        known.update(texts(), no_fuzzy_matching=True)
        known.obsolete.clear()
        with _file(language).open("wb") as file:
            write_po(file, known, omit_header=True, no_location=True, width=100, sort_output=True)


if __name__ == "__main__":
    main()
