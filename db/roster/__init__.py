"""Import and export of OneRoster CSV."""

from db.roster.export_year import UnknownYear
from db.roster.exporter import export_roster
from db.roster.importer import import_roster
from db.roster.lacking import lacking
from db.roster.not_carried import not_carried
from db.roster.report import Changes, Report
from db.roster.schools import AnotherSchool, DemoDatabase, school_numbers
from db.roster.zones import BadOption, move_school
from domain.oneroster import UnreadableRoster

__all__ = [
    "AnotherSchool",
    "BadOption",
    "Changes",
    "DemoDatabase",
    "Report",
    "UnknownYear",
    "UnreadableRoster",
    "export_roster",
    "import_roster",
    "lacking",
    "move_school",
    "not_carried",
    "school_numbers",
]
