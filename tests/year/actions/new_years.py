"""A year that a plan or a roster has made: as it is to be, and the ids that it was given."""

from collections.abc import Sequence

from tests.year.calendar import a_year_later
from tests.year.model.world import Course, Group, Period, Year
from tests.year.stage import Stage

YEARS = "{ school { academicYears { id version name active } } }"
THERE = """
  query ($year: ID!) { school { periods(year: $year) { id version name }
    classGroups(first: 100, where: {academicYear: $year}) { edges { node { id name } } }
    courses(first: 100, where: {academicYear: $year}) { edges { node { id title } } } } }
"""


def a_new_year(old: Year) -> Year:
    first, last = a_year_later(old.first), a_year_later(old.last)
    year = Year(
        school=old.school, name=f"{first.year}/{last.year % 100:02}", first=first, last=last
    )
    year.periods = [
        Period(
            year=year, name=each.name, kind=each.kind,
            first=a_year_later(each.first), last=a_year_later(each.last),
        )
        for each in old.periods
    ]  # fmt: skip
    return year


async def read_ids(
    stage: Stage, year: Year, groups: Sequence[Group], courses: Sequence[Course]
) -> None:
    """Find what has been made by its name."""
    head = stage.head(year.school)
    answer = await stage.clients.ask(head, YEARS, {})
    [made] = [
        each
        for each in answer["data"]["school"]["academicYears"]
        if each["name"] == year.name and each["active"]
    ]
    year.id, year.version = made["id"], made["version"]
    answer = await stage.clients.ask(head, THERE, {"year": year.id})
    there = answer["data"]["school"]
    for period in year.periods:
        [found] = [each for each in there["periods"] if each["name"] == period.name]
        period.id, period.version = found["id"], found["version"]
    for group in groups:
        group.id = _named(there["classGroups"], "name", group.name)
    for course in courses:
        course.id = _named(there["courses"], "title", course.title)


def _named(page: dict[str, list[dict[str, dict[str, str]]]], key: str, name: str) -> str:
    [found] = [each["node"]["id"] for each in page["edges"] if each["node"][key] == name]
    return found
