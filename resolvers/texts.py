"""Templates in the languages of families: each folder has `templates/`, in English, and `locale/`,
the catalogues of its other languages, which are compiled when a process needs them.

After changing texts run `make texts`, and translate what is new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

SOURCE = "en"
METHODS = [("**.txt", "jinja2"), ("**.html", "jinja2")]
TRIMMED = {"**.txt": {"trimmed": "true"}, "**.html": {"trimmed": "true"}}


@dataclass(frozen=True)
class Texts:
    folder: Path

    @property
    def languages(self) -> tuple[str, ...]:
        """English and those that have a catalogue."""
        return _languages(self.folder)

    def language_of(self, *wanted: str) -> str:
        """The first wanted language that there is, or else English."""
        return negotiate_locale(wanted, self.languages, sep="-") or SOURCE

    def template(self, name: str, language: str) -> Template:
        return _environment(self.folder, language).get_template(name)

    def names(self, ending: str) -> set[str]:
        """The names of the templates with the ending, without it."""
        return {file.stem for file in (self.folder / "templates").glob(f"*.{ending}")}

    def texts(self) -> Catalog:
        """All texts of the templates."""
        found = Catalog()
        templates = self.folder / "templates"
        for _, _, message, comments, context in extract_from_dir(templates, METHODS, TRIMMED):
            found.add(message, auto_comments=comments, context=context)
        return found

    def catalogues(self) -> Iterator[Catalog]:
        """Those of all languages but English."""
        for language in self.languages:
            if language != SOURCE:
                with _file(self.folder, language).open("rb") as file:
                    yield read_po(file, locale=language)

    def renew_catalogues(self) -> None:
        """Add new texts, untranslated, and drop those that are gone."""
        for known in self.catalogues():
            known.update(self.texts(), no_fuzzy_matching=True)
            known.obsolete.clear()
            with _file(self.folder, str(known.locale)).open("wb") as file:
                write_po(
                    file, known, omit_header=True, no_location=True, width=100, sort_output=True
                )


@cache
def _languages(folder: Path) -> tuple[str, ...]:
    return (SOURCE, *sorted(each.name for each in (folder / "locale").iterdir() if each.is_dir()))


@cache
def _environment(folder: Path, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    translations: Any = environment  # its extension adds the method
    translations.install_gettext_translations(_compiled(folder, language), newstyle=True)
    return environment


def _file(folder: Path, language: str) -> Path:
    return folder / "locale" / language / "LC_MESSAGES" / "messages.po"


def _compiled(folder: Path, language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    with _file(folder, language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
