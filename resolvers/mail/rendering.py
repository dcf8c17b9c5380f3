"""A letter's subject, text and HTML in a language, and the message that SMTP carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from domain.mail import message_id
from resolvers.texts import Texts

LETTERS = Texts(Path(__file__).parent)


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def language_of(*wanted: str) -> str:
    """The first wanted language that letters are written in, or else English."""
    return LETTERS.language_of(*wanted)


def render(name: str, language: str, data: Mapping[str, object], address: str) -> Rendered:
    """The letter in a language; `address` is the gateway's, for links."""
    language = language_of(language)
    filled = {"address": address.rstrip("/"), "language": language, **data}
    whole = LETTERS.template(f"{name}.txt", language).render(filled)
    subject, _, text = whole.partition("\n")
    html = LETTERS.template(f"{name}.html", language).render(filled)
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
