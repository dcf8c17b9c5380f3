"""Slips: one for each person whom a code was made for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.reading.invitations import Invited
from domain.access_codes import shown
from domain.languages import language_of
from gateway.sheets.texts import TEXTS, day_in


@dataclass(frozen=True, slots=True)
class Slip:
    """`code` is in groups; `children` are those of a guardian."""

    role: str
    given_name: str
    family_name: str
    class_name: str | None
    children: str | None
    code: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`address` is the gateway's public one, `language` one of those that slips are written in."""

    school: str
    address: str
    language: str
    until: date
    slips: Sequence[Slip]

    def link(self, slip: Slip) -> str:
        """Where the slip's holder registers. The code follows a `#`: browsers send that to nobody,
        and so no log has it."""
        return f"{self.address}/register#{slip.code}"

    def about(self, slip: Slip) -> str:
        """Whose guardian they are, and the class."""
        texts = TEXTS[self.language]
        parts = [texts["CHILDREN"].format(children=slip.children)] if slip.children else []
        if slip.class_name:
            parts.append(texts["class"].format(name=slip.class_name))
        return ", ".join(parts)

    @property
    def steps(self) -> tuple[str, ...]:
        texts = TEXTS[self.language]
        bare = self.address.partition("://")[2]
        return tuple(texts[f"step{n}"].format(address=bare) for n in (1, 2, 3))

    @property
    def expiry(self) -> str:
        return TEXTS[self.language]["until"].format(day=day_in(self.language, self.until))

    @property
    def title(self) -> str:
        return TEXTS[self.language]["title"]


def sheet_of(
    school: str,
    address: str,
    languages: Sequence[str | None],
    until: date,
    people: Sequence[Invited],
    codes: Sequence[str],
) -> Sheet:
    """The sheet of people with their codes, in the first of the languages that there is."""
    slips = [
        Slip(
            each.role, each.given_name, each.family_name, each.class_name, each.children,
            shown(code),
        )
        for each, code in zip(people, codes, strict=True)
    ]  # fmt: skip
    return Sheet(school, address.rstrip("/"), language_of(*languages), until, slips)
