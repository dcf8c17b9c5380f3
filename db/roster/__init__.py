"""OneRoster CSV in and out of the tables."""

from db.roster.archive import UnreadableRoster
from db.roster.exporting import export_roster
from db.roster.importing import import_roster
from db.roster.report import Changes, Report

__all__ = ["Changes", "Report", "UnreadableRoster", "export_roster", "import_roster"]
