"""`gradebook erase`: what is kept of students who have left is erased once the terms are over."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from db.own_data.erasures import carry_out, planned, whose_term_is_over
from db.reading.schools import schools_by_id
from db.store import Reader, Store
from db.writing.office_records import school_of_office
from db.writing.students import STUDENTS
from domain.clock import today
from gateway.command.admin import find_school
from gateway.command.database import connected, database, read_settings


def erase(
    school: Annotated[str, typer.Option(help="The school's name or number.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Erase; unless given, only say what would be.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why; kept in the report.")] = None,
) -> None:
    """Erase names, contacts, guardians, accounts and texts of students who have left, once the
    school's term of keeping is over, but for what a law has it keep longer.

    Marks and attendance stay without a name. Without --yes nothing is erased.
    """

    async def run(url: str) -> None:
        async with connected(url) as connection:
            number, _ = await find_school(Reader(connection), school)
        store = await Store.connect(url, connections=2)
        try:
            await _erase(store, number, reason, yes=yes)
        finally:
            await store.close()

    with database(read_settings(), joins=True) as url:
        asyncio.run(run(url))


async def _erase(store: Store, number: int, reason: str | None, *, yes: bool) -> None:
    (school,) = await store.fetch(schools_by_id, schools=[number])
    day = today(school.time_zone)
    found = await whose_term_is_over(store, school, day)
    if not found:
        typer.echo(f"{school.name}: there is nobody whose term is over.")
        return
    table = Table("Student", "Left on", "Kind", "Table", "Erased", "Kept", "Why")
    for student, plan in found:
        who = f"{student.given_name} {student.family_name}", str(student.ends_on)
        for item in plan.items:
            if item.erased or item.kept:
                counts = str(item.erased), str(item.kept)
                table.add_row(*who, item.kind or "", item.table, *counts, item.why or "")
                who = "", ""
    Console(width=None if Console().is_terminal else 200).print(table)
    for item in found[0][1].items:
        if item.kind is None:
            typer.echo(f"{item.table}: {item.why}.")
    if not yes:
        typer.echo(f"{len(found)} students. Nothing is erased: do so with --yes.")
        return
    erased = 0
    for student, _ in found:
        erased += await _erase_one(store, number, student.id, day, reason)
    typer.echo(f"Erased what was kept of {erased} students; the reports are kept.")


async def _erase_one(
    store: Store, school: int, student: UUID, day: Any, reason: str | None
) -> bool:
    """In a transaction of its own, by what stands then."""
    async with store.transaction() as reader:
        of = await reader.first(school_of_office, school=school)
        whole = (await STUDENTS.by_ids(reader, school, [student])).get(student)
        plan = None if of is None or whole is None else await planned(reader, whole, of, day)
        if plan is None:
            return False
        await carry_out(reader, plan, None, reason)
    return True
