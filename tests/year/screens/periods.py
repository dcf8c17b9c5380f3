"""The years and periods of a school, and which are locked."""

from datetime import date

from tests.year.model.rights import Eyes
from tests.year.model.world import Period, School
from tests.year.screens.screen import Screen

OF, OFTEN = School, 1
QUERY = """
  query ($id: ID!) { school(id: $id) { academicYears { name current }
    periods { name startsOn endsOn locked openUntil academicYear { name } } } }
"""


def screen(eyes: Eyes, of: School, first: date, last: date) -> Screen:
    shown = None
    if eyes.member(of):
        periods = [period for year in of.years for period in year.periods]
        shown = {
            "academicYears": [
                {"name": each.name, "current": each.holds(eyes.today)} for each in of.years
            ],
            "periods": [shown_period(each) for each in sorted(periods, key=longest_first)],
        }
    title = f"the years and periods of {of}"
    return Screen(title, eyes.account, QUERY, {"id": of.id}, {"school": shown}, (of, *of.years))


def longest_first(period: Period) -> tuple[date, int]:
    return period.first, -period.last.toordinal()


def shown_period(period: Period) -> dict[str, object]:
    return {
        "name": period.name,
        "startsOn": period.first.isoformat(),
        "endsOn": period.last.isoformat(),
        "locked": period.locked,
        "openUntil": period.open_until and period.open_until.isoformat(),
        "academicYear": {"name": period.year.name},
    }
