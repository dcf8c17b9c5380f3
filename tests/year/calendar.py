"""Which days are played: school days of a year, all of them or every so many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tests.year.model.world import Period, Year

ONE = timedelta(days=1)
SHORTEST = ("QUARTER",)


@dataclass(frozen=True)
class Played:
    """The days of a year on which there is school in the rehearsal."""

    year: Year
    days: Sequence[date]

    def at(self, share: float) -> date:
        """The day that so much of the year goes before."""
        return self.days[min(int(share * len(self.days)), len(self.days) - 1)]

    def after(self, day: date, count: int = 1) -> date:
        """The day of school so many later; the last one at the latest."""
        later = [each for each in self.days if each > day]
        return later[min(count, len(later)) - 1] if later else self.days[-1]

    def week_of(self, day: date) -> list[date]:
        week = day.isocalendar()[:2]
        return [each for each in self.days if each.isocalendar()[:2] == week]


def played(year: Year, step: int) -> Played:
    inside = [each for each in year.periods if each.kind in SHORTEST]
    days = [each for each in each_day(year.first, year.last) if is_school_day(each, inside)]
    return Played(year, days[::step])


def is_school_day(day: date, quarters: Sequence[Period]) -> bool:
    return day.weekday() < 5 and any(each.holds(day) for each in quarters)


def each_day(first: date, last: date) -> list[date]:
    return [first + ONE * place for place in range((last - first).days + 1)]


def a_year_later(day: date) -> date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
