"""The kinds of mail. A letter's texts are the templates of its name.

To add one: call `letter("name")` in the module that queues it, write `templates/name.txt` (whose
first line is the subject) and `templates/name.html`, run `make texts`, and translate what is new in
`locale/`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from db.store import Store
from db.tables.mail import Mail


@dataclass(frozen=True, slots=True)
class Ready:
    """To whom a mail goes, and what fills its template."""

    recipient: str
    data: Mapping[str, object] = field(default_factory=dict)


Prepare = Callable[[Store, Mail], Awaitable[Ready | None]]
"""Finds the recipient and the data of a mail when it is sent; None if there is nobody. A second
call for the same mail must prepare the same."""


async def as_queued(_: Store, mail: Mail) -> Ready | None:
    return Ready(mail.recipient, mail.data)


@dataclass(frozen=True, slots=True)
class Letter:
    name: str
    prepare: Prepare = as_queued


LETTERS: dict[str, Letter] = {}


def letter(name: str, prepare: Prepare = as_queued) -> Letter:
    """Declare a kind of mail."""
    LETTERS[name] = made = Letter(name, prepare)
    return made
