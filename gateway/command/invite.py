"""`gradebook invite`: access codes for people who have no account yet, as a sheet or a table."""

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

import typer

from domain import clock
from domain.access_codes import AccessRole
from domain.languages import LANGUAGES
from gateway.command.database import fail, read_settings, with_connection
from gateway.settings import LOOPBACK

HERE_ALONE = (
    "They name {}, which only this machine reaches. For others, make them anew with --address or "
    "GRADEBOOK_PUBLIC_URL."
)


def invite(
    school: Annotated[str, typer.Option(help="The school's name or number.")],
    to: Annotated[
        Path, typer.Option(help="The new file: a sheet if it ends in .pdf, a table if in .csv.")
    ],
    class_: Annotated[
        str | None,
        typer.Option("--class", help="Only this class group's students and their guardians."),
    ] = None,
    role: Annotated[
        list[AccessRole] | None,
        typer.Option(help="Whom to invite; may be repeated. Guardians, unless told."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help=f"Of the slips: {' or '.join(LANGUAGES)}; the school's, unless told."),
    ] = None,
    valid_until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The codes' last day; in 60 days, unless told."),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(help="Where people open the gateway; its public address, unless told."),
    ] = None,
) -> None:
    """Make access codes for those who have no account yet. They take the place of older ones."""
    settings = read_settings()
    roles = role or [AccessRole.GUARDIAN]
    if to.suffix.lower() not in (".pdf", ".csv"):
        fail(f"{to} is neither a .pdf nor a .csv.")
    if language is not None and language not in LANGUAGES:
        fail(f"Slips are written in {' or '.join(LANGUAGES)}.")
    if class_ is not None and AccessRole.TEACHER in roles:
        fail("Teachers are of the school, not of a class: leave --class out.")
    day = valid_until.date() if valid_until else None

    async def work(connection: Any) -> tuple[int, str]:
        async with connection.transaction():
            made = await _made(
                connection, school, class_, roles, language, day, address or settings.address
            )
            if made.slips:
                _write(to, made)  # before the codes are committed: without it nobody has them
            return len(made.slips), made.school

    written = to.exists()
    try:
        count, name = with_connection(work, settings)
    except BaseException:
        if not written:  # the codes in it do not work
            to.unlink(missing_ok=True)
        raise
    if not count:
        typer.echo(f"Everybody there has an account: no code is made in {name}.")
        return
    typer.echo(f"Made {count} codes of {name}. They are in {to} and nowhere else.")
    if urlsplit(address or settings.address).hostname in LOOPBACK:
        typer.echo(HERE_ALONE.format(address or settings.address), err=True)


async def _made(
    connection: Any,
    school: str,
    class_: str | None,
    roles: Sequence[AccessRole],
    language: str | None,
    until: date | None,
    address: str,
) -> Any:  # a sheet, whose module is read late: its fonts take a while
    from db.reading.invitations import Invited, class_groups_called, people_to_invite
    from db.reading.schools import schools_by_id
    from db.store import Reader
    from domain.ids import uuid7
    from gateway.command.admin import find_school
    from gateway.sheets import sheet_of
    from resolvers.invitations import LASTS, LONGEST, end_of, make_codes

    reader = Reader(connection)
    number, _ = await find_school(reader, school)
    (found,) = await reader.fetch(schools_by_id, schools=[number])
    today = clock.today(found.time_zone)
    until = until or today + LASTS
    if not today <= until <= today + LONGEST:
        fail(f"The last day is from {today} on, and at most {LONGEST.days} days away.")
    group = None
    if class_ is not None:
        groups = await reader.fetch(class_groups_called, school=number, name=class_, day=today)
        if len(groups) != 1:
            fail(f"{found.name} has {'several' if groups else 'no'} open class groups {class_}.")
        group = groups[0].id
    rows = await reader.fetch(
        people_to_invite, school=number, day=today, roles=roles, class_group=group
    )
    people = [each for each in cast("list[Invited]", rows) if not each.registered]
    ids, expires_at = [uuid7() for _ in people], end_of(until, found.time_zone)
    codes = await make_codes(reader, number, people, ids, expires_at, None)
    languages = (language, found.language)
    return sheet_of(found.name, address, languages, until, people, codes)


def _write(to: Path, sheet: Any) -> None:
    """Write the new file, which only its owner may read."""
    from gateway.sheets import as_csv, as_pdf

    content = as_pdf(sheet) if to.suffix.lower() == ".pdf" else as_csv(sheet)
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail(f"{to} is there already: name a new file. No code is made.")
    except OSError as error:
        fail(f"{to} cannot be written: {error.strerror}. No code is made.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
