"""OneRoster CSV in and out of the tables."""

from db.roster.exporting import export_roster
from db.roster.importing import import_roster
from db.roster.lacking import lacking
from db.roster.report import Changes, Report
from db.roster.schools import school_numbers
from db.roster.zones import BadOption, move_school
from domain.oneroster import UnreadableRoster

__all__ = [
    "BadOption",
    "Changes",
    "Report",
    "UnreadableRoster",
    "export_roster",
    "import_roster",
    "lacking",
    "move_school",
    "school_numbers",
]
