"""A letter's subject, text and HTML in a language, and the message that SMTP carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from domain.mail import message_id

FOLDER = Path(__file__).parent
TEMPLATES, LOCALE = FOLDER / "templates", FOLDER / "locale"
SOURCE = "en"
LANGUAGES = (SOURCE, *sorted(each.name for each in LOCALE.iterdir() if each.is_dir()))


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def language_of(*wanted: str) -> str:
    """The first wanted language that letters are written in, or else English."""
    return negotiate_locale(wanted, LANGUAGES, sep="-") or SOURCE


def render(name: str, language: str, data: Mapping[str, object], address: str) -> Rendered:
    """The letter in a language; `address` is the gateway's, for links."""
    environment = _environment(language_of(language))
    filled = {"address": address.rstrip("/"), "language": language_of(language), **data}
    whole = environment.get_template(f"{name}.txt").render(filled)
    subject, _, text = whole.partition("\n")
    html = environment.get_template(f"{name}.html").render(filled)
    return Rendered(" ".join(subject.split()), text.strip() + "\n", html)


def message(
    rendered: Rendered, mail: UUID, sender: Address, recipient: str, at: datetime
) -> EmailMessage:
    """The message; each try of one mail makes the same."""
    made = EmailMessage()
    made["From"] = sender
    username, _, domain = recipient.rpartition("@")
    made["To"] = Address(username=username, domain=domain)
    made["Subject"] = rendered.subject
    made["Date"] = at
    made["Message-ID"] = message_id(mail, sender.domain)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(rendered.text)
    made.add_alternative(rendered.html, subtype="html")
    made.set_boundary(f"gradebook-{mail.hex}")
    return made


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    translations: Any = environment  # its extension adds the method
    translations.install_gettext_translations(_catalogue(language), newstyle=True)
    return environment


def _catalogue(language: str) -> NullTranslations:
    """The texts of a language, compiled when the process needs them."""
    source = LOCALE / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
