"""OneRoster CSV as data: files, columns, values and rows, and their faults."""

from domain.oneroster.findings import BadRow, Findings, UnreadableRoster
from domain.oneroster.reading import Sheet
from domain.oneroster.roster import Roster, read_roster
from domain.oneroster.saying import Refusal, Said, Saying

__all__ = [
    "BadRow",
    "Findings",
    "Refusal",
    "Roster",
    "Said",
    "Saying",
    "Sheet",
    "UnreadableRoster",
    "read_roster",
]
