"""The findings of an import: bad rows, and notices."""

from collections import Counter
from dataclasses import dataclass, field

from domain.oneroster.saying import Refusal, Said, Saying

MOST_BAD_ROWS = 250_000
MOST_NOTICES = 1_000


class UnreadableRoster(Refusal):
    """The input is not a roster; the message says why."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be imported as it is; line 1 is the header."""

    file: str
    line: int
    column: str
    reason: Said

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return (
            f"{where}, {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"
        )


@dataclass(slots=True)
class Findings:
    """Collects bad rows and notices. A notice is listed once, with the number of its lines.

    Both are limited, so that a file full of faults does not fill the memory.
    """

    bad_rows: list[BadRow] = field(default_factory=list)
    _notices: Counter[tuple[str, Said]] = field(default_factory=Counter)

    def bad(self, file: str, line: int, column: str, reason: Said) -> None:
        if len(self.bad_rows) >= MOST_BAD_ROWS:
            last = self.bad_rows[-1]
            raise UnreadableRoster(Saying.TOO_MANY_BAD(most=MOST_BAD_ROWS, last=last))
        self.bad_rows.append(BadRow(file, line, column, reason))

    def notice(self, file: str, text: Said) -> None:
        if len(self._notices) >= MOST_NOTICES and (file, text) not in self._notices:
            text = Saying.MORE_NOTICES()
        self._notices[file, text] += 1

    @property
    def notices(self) -> list[Said]:
        return [
            text.within(
                f"{file}: {text}" + (f" ({count} times)" if count > 1 else ""),
                file=file,
                times=count,
            )
            for (file, text), count in self._notices.items()
        ]
