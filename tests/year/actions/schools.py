"""Two schools, founded from templates, with the accounts of their heads and their calendars."""

import re
from datetime import date

from tests.year.model.world import Account, Period, School, Work, Year
from tests.year.served import PASSWORD
from tests.year.stage import Stage

FOUNDED_ON = date(2025, 8, 11)
SCHOOL = """
  { school { id keepingYears
    academicYears { id version name startsOn endsOn }
    periods { id version name kind startsOn endsOn academicYear { id } }
    subjects { id name } workTypes { id name weight } } }
"""


async def founding(stage: Stage) -> None:
    lakeside = School(name="Lakeside", zone="Europe/Riga")
    await found(stage, lakeside, "russian-school")
    await keep_for(stage, lakeside, 1)
    await found(stage, School(name="Hillside", zone="America/New_York"), "us-district")


async def found(stage: Stage, school: School, template: str) -> None:
    told = await stage.gateway.gradebook(
        "new-school", school.name, "--zone", school.zone, "--language", "en",
        "--template", template,
    )  # fmt: skip
    number = re.search(r"is school (\d+)", told)
    assert number, told
    school.number = int(number[1])
    head = Account(f"head.{school.name.lower()}", heads=[school])
    await stage.gateway.gradebook(
        "create-admin", head.login, "--school", school.name, "--password-stdin",
        typed=f"{PASSWORD}\n",
    )  # fmt: skip
    stage.world.schools.append(school)
    stage.world.accounts.append(head)
    stage.heads[school] = head
    await read_calendar(stage, school)
    stage.tell(f"{school} is founded", school, turns=True)


async def keep_for(stage: Stage, school: School, years: int) -> None:
    """Let who has left, or held a course to its end, read on for so many years."""
    given = {"school": school.id, "keepingYears": years}
    await stage.office(school, ("changeSchool", given, "school { keepingYears }"))
    school.keeping_years = years


async def read_calendar(stage: Stage, school: School) -> None:
    """Take over what the template says: the model begins with it."""
    answer = await stage.clients.ask(stage.head(school), SCHOOL, {})
    there = answer["data"]["school"]
    school.id, school.keeping_years = there["id"], there["keepingYears"]
    school.subjects = {each["name"]: each["id"] for each in there["subjects"]}
    school.works = [
        Work(id=each["id"], name=each["name"], weight=each["weight"]) for each in there["workTypes"]
    ]
    for each in there["academicYears"]:
        year = Year(
            school=school, id=each["id"], version=each["version"], name=each["name"],
            first=_day(each, "startsOn"), last=_day(each, "endsOn"),
        )  # fmt: skip
        school.years.append(year)
        year.periods = [
            Period(
                year=year, id=one["id"], version=one["version"], name=one["name"],
                kind=one["kind"], first=_day(one, "startsOn"), last=_day(one, "endsOn"),
            )
            for one in there["periods"]
            if one["academicYear"]["id"] == year.id
        ]  # fmt: skip


def _day(there: dict[str, str], name: str) -> date:
    return date.fromisoformat(there[name])
