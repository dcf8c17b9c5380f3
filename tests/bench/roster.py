"""`python -m tests.bench.roster`: how long a large roster takes to import, again, and to export."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import asyncpg
import typer

from db.embedded import running
from db.migrations import migrate
from db.roster import export_roster, import_roster, school_numbers
from db.roster.export_files import manifest, sheet, target
from domain.oneroster.records import FILES

ORG, YEAR = "school", "year"
CLASS_SIZE, SUBJECTS, GUARDIANS_EACH = 25, 10, 1
BEGINS = date(2026, 9, 1)
Rows = Iterable[dict[str, object]]


def roster(folder: Path, users: int, results: int) -> None:
    """A roster of so many users: students with a guardian each, and a teacher for ten of them."""
    students = [f"s{number}" for number in range(users * 10 // 21)]
    guardians = [f"g{number}" for number in range(len(students))]
    teachers = [f"t{number}" for number in range(users - len(students) - len(guardians))]
    classes = [f"c{number}" for number in range(len(students) // CLASS_SIZE)]
    groups = [(f"{name}-{subject}", name) for name in classes for subject in range(SUBJECTS)]
    of_class = {student: classes[n % len(classes)] for n, student in enumerate(students)}
    files: dict[str, Rows] = {
        "orgs": [{"sourcedId": ORG, "name": "School", "type": "school"}],
        "academicSessions": [session()],
        "courses": [
            {"sourcedId": f"u{subject}", "title": f"Subject {subject}", "orgSourcedId": ORG}
            for subject in range(SUBJECTS)
        ],
        "classes": [
            {
                "sourcedId": name, "title": name, "courseSourcedId": f"u{name.rsplit('-', 1)[1]}",
                "classType": "scheduled", "schoolSourcedId": ORG, "termSourcedIds": YEAR,
            }
            for name, _ in groups
        ],
        "users": people(students, guardians, teachers),
        "roles": [
            {
                "sourcedId": f"r-{name}", "userSourcedId": name, "roleType": "primary",
                "role": role, "orgSourcedId": ORG,
            }
            for role, names in
            (("student", students), ("guardian", guardians), ("teacher", teachers))
            for name in names
        ],
        "enrollments": enrollments(of_class, groups, teachers),
        "categories": [{"sourcedId": "test", "title": "Test", "weight": 2}],
        "lineItems": [
            {
                "sourcedId": f"l-{name}", "title": "A test", "assignDate": BEGINS,
                "dueDate": BEGINS + timedelta(7 + n % 80), "classSourcedId": name,
                "categorySourcedId": "test", "academicSessionSourcedId": YEAR,
                "schoolSourcedId": ORG, "resultValueMin": 1, "resultValueMax": 5,
            }
            for n, (name, _) in enumerate(groups)
        ],
        "results": marks(students, of_class, results),
    }  # fmt: skip
    write(folder, files)


def write(folder: Path, files: Mapping[str, Rows]) -> None:
    """The files of a roster, of which those that are not given are empty."""
    with target(folder) as put:
        put("manifest.csv", manifest())
        for noun in FILES:
            put(f"{noun}.csv", sheet(noun, files.get(noun, ())))


def session() -> dict[str, object]:
    ends = BEGINS + timedelta(300)
    span = {"startDate": BEGINS, "endDate": ends, "schoolYear": ends.year}
    return {"sourcedId": YEAR, "title": "2026/27", "type": "schoolYear", **span}


def people(students: list[str], guardians: list[str], teachers: list[str]) -> Rows:
    agents = dict(zip(students, guardians, strict=True))
    for name in (*students, *guardians, *teachers):
        yield {
            "sourcedId": name, "enabledUser": "true", "username": name, "givenName": "Given",
            "familyName": f"Family {name}", "agentSourcedIds": agents.get(name, ""),
        }  # fmt: skip


def enrollments(
    of_class: dict[str, str], groups: list[tuple[str, str]], teachers: list[str]
) -> Rows:
    learners: dict[str, list[str]] = {}
    for student, name in of_class.items():
        learners.setdefault(name, []).append(student)
    for n, (course, name) in enumerate(groups):
        who = [(student, "student") for student in learners[name]]
        for user, role in (*who, (teachers[n % len(teachers)], "teacher")):
            yield {
                "sourcedId": f"e-{course}-{user}", "classSourcedId": course,
                "schoolSourcedId": ORG, "userSourcedId": user, "role": role,
            }  # fmt: skip


def marks(students: list[str], of_class: dict[str, str], results: int) -> Rows:
    for number in range(results):
        student = students[number % len(students)]
        course = f"{of_class[student]}-{number // len(students) % SUBJECTS}"
        yield {
            "sourcedId": f"x{number}", "lineItemSourcedId": f"l-{course}",
            "studentSourcedId": student, "scoreStatus": "fully graded", "score": 2 + number % 4,
            "scoreDate": BEGINS + timedelta(8 + number % 80),
        }  # fmt: skip


def main(
    users: Annotated[int, typer.Option(min=1_000)] = 15_000,
    results: Annotated[int, typer.Option(min=0)] = 80_000,
) -> None:
    """Time an import into an empty database, the same one again, and the export."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        roster(Path(folder, "roster"), users, results)
        asyncio.run(time_all(url, Path(folder)))


async def time_all(url: str, folder: Path) -> None:
    await migrate(url)
    connection = await asyncpg.connect(url)

    async def bring() -> None:
        report = await import_roster(connection, folder / "roster")
        typer.echo("\n".join(report.lines()[-20:]))

    async def take() -> None:
        await export_roster(connection, await school_numbers(connection), folder / "out.zip")

    steps: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
        "import": bring,
        "the same again": bring,
        "export": take,
    }
    for name, step in steps.items():
        begun = perf_counter()
        await step()
        typer.echo(f"{name}: {perf_counter() - begun:.1f} s")
    await connection.close()


if __name__ == "__main__":
    typer.run(main)
