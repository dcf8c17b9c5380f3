"""`python -m tests.bench.years`: the screens of past years, in a school of several years' data.

A year of the demo school is copied in the database as often as it takes, each copy 52 weeks before
the one after it. Then a report, a journal and a class of each year are read as a head reads them,
in turn, in this process; `--explain` prints how PostgreSQL reads them.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated, Any

import asyncpg
import typer
from graphql import graphql

from db.demo import fill
from db.embedded import running
from db.migrations import migrate
from db.store import SETTINGS, Store
from db.tables import metadata
from domain import clock
from resolvers import global_id
from resolvers.context import Context
from resolvers.execution.compiled_executor import CompiledExecutor
from resolvers.sessions import sign_in
from schema.build import schema

COPIED = (
    "academic_year", "period", "class_group", "course", "enrolment", "teaching", "lesson",
    "homework", "grade",
)  # fmt: skip
"""The tables of a year, each after those that it leads to; people are in all of its years."""
FIRST_BITS = 0x018B
"""The first sixteen bits of every id of the demo school, which tell the copies apart."""
WEEKS = 52
REPORT = """
  query ($id: ID!, $year: ID!, $from: Date!, $to: Date!) { it: student(id: $id) { displayName
    years { name current } classGroups(year: $year) { name classTeacher { displayName } }
    courses(year: $year) { title subject { name } teachers { displayName } }
    averages(from: $from, to: $to) { course { title } average { value } }
    grades(from: $from, to: $to) { value weight workType { name } lesson { date } } } }
"""
JOURNAL = """
  query ($id: ID!, $from: Date!, $to: Date!) { it: course(id: $id) { title teachers { displayName }
    journal(from: $from, to: $to) { lessons { id date topic }
      rows { student { displayName } average { value } grades { value lesson { id } } } } } }
"""
CLASS = """
  query ($id: ID!) { it: classGroup(id: $id) { name academicYear { name }
    students { displayName } courses { title students { displayName } teachers { displayName } } } }
"""


def main(
    students: Annotated[int, typer.Option(min=60, help="How large a school.")] = 300,
    years: Annotated[int, typer.Option(min=1, help="Of how many years.")] = 3,
    times: Annotated[int, typer.Option(min=1, help="How often each screen is read.")] = 30,
    explain: Annotated[bool, typer.Option("--explain", help="Print the plans too.")] = False,
) -> None:
    """Measure the milliseconds of a report, a journal and a class of each year."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        asyncio.run(measured(url, students, years, times, explain))


async def measured(url: str, students: int, years: int, times: int, explain: bool) -> None:
    await migrate(url)
    connection = await asyncpg.connect(url)
    await fill(connection, students=students, seed=7, today=clock.today("UTC"))
    for ago in range(1, years):
        await copy(connection, ago)
    await connection.execute("VACUUM ANALYZE")
    counts = [(name, await connection.fetchval(f"SELECT count(*) FROM {name}")) for name in COPIED]
    typer.echo(", ".join(f"{count} {name}" for name, count in counts))
    screens = [await asked(connection, ago) for ago in range(years)]
    await connection.close()
    store = await Store.connect(url, connections=2)
    viewer = (await sign_in(store, "head", "demo")).viewer
    took: dict[tuple[str, int], list[float]] = {}
    for _ in range(times):
        for ago, screen in enumerate(screens):
            for name, (query, variables) in screen.items():
                begun = perf_counter()
                found = await graphql(
                    schema._schema, query, context_value=Context(store, viewer),
                    variable_values=variables, executor_class=CompiledExecutor,
                )  # fmt: skip
                took.setdefault((name, ago), []).append(perf_counter() - begun)
                if found.errors or found.data is None or found.data["it"] is None:
                    raise SystemExit(f"{name} of {ago} years ago: {found}")
    for name in screens[0]:
        each = (f"{median(took[name, ago]) * 1000:6.1f} ms" for ago in range(years))
        typer.echo(f"{name:8} this year and those before: {' '.join(each)}")
    await store.close()
    if explain:
        await explained(url, viewer, screens)


async def copy(connection: Any, ago: int) -> None:
    """Copy the year of the demo's first school to as many years ago."""
    bits = f"{FIRST_BITS - ago:04x}"
    begins = f"{FIRST_BITS:04x}0000-0000-0000-0000-000000000000"
    for name in COPIED:
        table = metadata.tables[name]
        values = []
        for column in table.c:
            targets = {key.column.table.name for key in column.foreign_keys} - {"school"}
            kind = str(column.type)
            if column.name == "school_id":
                values.append(column.name)
            elif column.name == "id" or (targets and targets <= {*COPIED}):
                values.append(f"overlay({column.name}::text PLACING '{bits}' FROM 1)::uuid")
            elif kind == "DATE" or "TIMESTAMP" in kind or kind == "DATETIME":
                cast = "date" if kind == "DATE" else "timestamptz"
                moved = f"({column.name} - interval '{ago * WEEKS} weeks')::{cast}"
                values.append(moved)
            else:
                values.append(column.name)
        names = ", ".join(column.name for column in table.c)
        await connection.execute(
            f"INSERT INTO {name} ({names}) SELECT {', '.join(values)} FROM {name}"
            f" WHERE school_id = 1 AND id >= '{begins}'"
        )


async def asked(connection: Any, ago: int) -> dict[str, Any]:
    """The screens of the year, with what each asks for."""
    (group, year, student) = await connection.fetchrow(
        "SELECT g.id, g.academic_year_id, e.student_id FROM class_group g JOIN enrolment e"
        " ON (e.school_id, e.class_group_id) = (g.school_id, g.id) WHERE g.school_id = 1"
        " AND g.id >= '018b0000-0000-0000-0000-000000000000' ORDER BY g.id, e.student_id LIMIT 1"
    )
    course = await connection.fetchval(
        "SELECT id FROM course WHERE school_id = 1 AND class_group_id = $1 ORDER BY id LIMIT 1",
        group,
    )

    def then(noun: str, id_: Any) -> str:
        moved = str(id_).replace(f"{FIRST_BITS:04x}", f"{FIRST_BITS - ago:04x}", 1)
        return global_id.make(noun, 1, type(id_)(moved))

    last = clock.today("UTC") - timedelta(weeks=ago * WEEKS)
    days = {"from": str(last - timedelta(60)), "to": str(last)}
    report = {"id": global_id.make("Student", 1, student), "year": then("AcademicYear", year)}
    return {
        "report": (REPORT, report | days),
        "journal": (JOURNAL, {"id": then("Course", course)} | days),
        "class": (CLASS, {"id": then("ClassGroup", group)}),
    }


async def explained(url: str, viewer: Any, screens: list[dict[str, Any]]) -> None:
    """Print the plan of every statement that the screens of the oldest year take."""
    store = await Store.connect(url, connections=2)
    ran: list[tuple[str, str, list[object]]] = []
    fetch = store.fetch_over

    async def noted(lease: Any, statement: Any, by: Any = None, **given: object) -> Any:
        ran.append((statement.name, statement.text, statement.arguments(given)))
        return await fetch(lease, statement, by, **given)

    store.fetch_over = noted  # type: ignore[method-assign]
    for query, variables in screens[-1].values():
        await graphql(
            schema._schema, query, context_value=Context(store, viewer),
            variable_values=variables, executor_class=CompiledExecutor,
        )  # fmt: skip
    await store.close()
    connection = await asyncpg.connect(url, server_settings=SETTINGS)
    for name, text, arguments in ran:
        plan = await connection.fetch(f"EXPLAIN (ANALYZE, COSTS OFF) {text}", *arguments)
        prepared = await connection.prepare(text)  # whose plan is for any parameters
        took = []
        for _ in range(5):
            begun = perf_counter()
            await prepared.fetch(*arguments)
            took.append(perf_counter() - begun)
        typer.echo(f"\n# {name}: {min(took) * 1000:.2f} ms as prepared")
        typer.echo("\n".join(row[0] for row in plan))
    await connection.close()


if __name__ == "__main__":
    typer.run(main)
