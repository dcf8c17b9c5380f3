"""`gradebook new-year`: the next academic year of a school, shown as a plan and opened by it."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from db.reading.schools import schools_by_id
from db.reading.year_plans import teachers_with_days
from db.store import Reader, Store
from db.tables.accounts import Account
from domain.clock import today
from gateway.command.admin import find_school
from gateway.command.database import connected, database, fail, read_settings
from resolvers import global_id
from resolvers.mutations.year_inputs import OpenAcademicYear
from resolvers.mutations.year_plans import open_academic_year
from resolvers.viewer import Rights, Viewer
from resolvers.year_plans import Wishes, YearPlan, plan_of

DAY = ["%Y-%m-%d"]
OPTIONS = {"startsOn": "--starts", "endsOn": "--ends", "name": "--name"}
NOBODY = UUID(int=0)
"""The account of what no account has done."""


def new_year(
    school: Annotated[str, typer.Option(help="The school's name or number.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan; write nothing.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="What the year is called; unless told, one counted up.")
    ] = None,
    starts: Annotated[datetime | None, typer.Option(help="Its first day.", formats=DAY)] = None,
    ends: Annotated[datetime | None, typer.Option(help="Its last day.", formats=DAY)] = None,
    last_level: Annotated[
        int | None,
        typer.Option(
            help="The last year of school; unless told, the highest that there was.", min=1
        ),
    ] = None,
) -> None:
    """Open the next academic year: classes go up with their students, teachers and courses."""
    wishes = Wishes(None, name, starts and starts.date(), ends and ends.date(), last_level)

    async def run(url: str) -> None:
        async with connected(url) as connection:
            number, _ = await find_school(Reader(connection), school)
        store = await Store.connect(url, connections=2)
        try:
            await _turn(store, number, wishes, dry_run)
        finally:
            await store.close()

    with database(read_settings(), joins=True) as url:
        asyncio.run(run(url))


async def _turn(store: Store, number: int, wishes: Wishes, dry_run: bool) -> None:
    (school,) = await store.fetch(schools_by_id, schools=[number])
    day = today(school.time_zone)
    plan = await plan_of(store, school, day, wishes)
    if plan is None:
        fail(f"{school.name} has no academic year to go on from: create one first.")
    ids = {id_ for each in plan.class_groups for id_ in (each.class_teacher_id, each.deputy_id)}
    rows = await store.fetch(teachers_with_days, school=number, ids=list(ids - {None}))
    teachers = {row.id: f"{row.given_name} {row.family_name}" for row in rows}
    _show(plan, teachers)
    if dry_run:
        typer.echo("This is the plan; nothing is written.")
        return
    await _open(store, number, day, wishes, plan)
    leave = len(plan.graduating_ids)
    typer.echo(
        f"{plan.name} is open, from {plan.starts_on} to {plan.ends_on}. Nothing changes before its"
        f" first day; {leave} {'student leaves' if leave == 1 else 'students leave'} with"
        f" {plan.source.name}. Until somebody writes in its diary, the head may take it back"
        " (takeBackAcademicYear)."
    )


async def _open(store: Store, number: int, day: date, wishes: Wishes, plan: YearPlan) -> None:
    account = Account(id=NOBODY, login="", password_hash="", display_name="")
    viewer = Viewer(account, {number: Rights(number, day, frozenset({"HEAD"}))})
    given = OpenAcademicYear(
        global_id.make("School", number, global_id.NIL),
        global_id.make("AcademicYear", number, plan.source_id),
        wishes.name,
        wishes.starts_on,
        wishes.ends_on,
        wishes.last_level,
        plan.fingerprint,
    )
    outcome = await open_academic_year(store, viewer, given)
    if outcome.errors:
        fail("\n".join(_told(error) for error in outcome.errors))


def _told(error: Any) -> str:
    path = [OPTIONS.get(part, part) for part in error.path]
    return f"{'.'.join(path)}: {error.message}"


def _show(plan: YearPlan, teachers: Mapping[UUID, str]) -> None:
    console = Console(width=None if Console().is_terminal else 200)
    console.print(f"{plan.source.name} -> {plan.name}, {plan.starts_on} to {plan.ends_on}")
    days = Table("What", "From", "To")
    for each in (*plan.periods, *plan.days_off):
        days.add_row(each.name, str(each.starts_on), str(each.ends_on))
    console.print(days)
    console.print(_groups(plan, teachers))
    wide = [each for each in plan.courses if each.class_group is None]
    if wide:
        console.print(f"Courses of several classes: {', '.join(each.title for each in wide)}.")
    console.print(
        f"{len(plan.courses)} courses, {len(list(_placed(plan)))} students,"
        f" {len(plan.leaving_ids)} leave."
    )
    for note in plan.notes:
        console.print(note)


def _groups(plan: YearPlan, teachers: Mapping[UUID, str]) -> Table:
    names = {group.id: group.name for group in plan.last.groups}
    found = Table("Class", "Becomes", "Level", "Class teacher", "Deputy", "Students", "Courses")
    for each in plan.class_groups:
        courses = sum(course.class_group == each.name for course in plan.courses)
        leaders = (each.class_teacher_id, each.deputy_id)
        found.add_row(
            ", ".join(names[source] for source in each.source_ids),
            "leaves" if each.leaves else each.name,
            each.grade_level or "",
            *(teachers[leader] if leader is not None else "" for leader in leaders),
            str(len(each.student_ids)),
            "" if each.leaves else str(courses),
        )
    return found


def _placed(plan: YearPlan) -> Iterator[UUID]:
    for each in plan.class_groups:
        if not each.leaves:
            yield from each.student_ids
