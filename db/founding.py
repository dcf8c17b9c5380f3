"""Schools founded from a template, listed, and removed with all that is theirs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from db.cluster import SEQUENTIALLY, is_distributed
from db.sort_keys import renew_keys
from db.tables import metadata
from db.telling import tell_of
from db.templates import Template
from domain import clock
from domain.calendar import innermost
from domain.grading_rules import USUAL
from domain.ids import uuid7

Row = Mapping[str, Any]
MAY_REMOVE_AUDIT = "SET LOCAL gradebook.audit_removal = on"
"""The audit goes only with its whole school, or for a backup to take its place."""


async def found_school(
    connection: Any, name: str, zone: str, language: str, template: Template
) -> int:
    """The number of the school, ready to be filled with people, in the transaction that is open."""
    scales = [(uuid7(), scale) for scale in template.scales]
    school: int = await connection.fetchval(
        "INSERT INTO school (name, time_zone, language, sorted_by, grade_scale_id, rounding,"
        " week_days, homework_limits) VALUES ($1, $2, $3, '', $4, $5, $6, $7) RETURNING school_id",
        name, zone, language, scales[0][0], json.dumps(template.rounding.to_data()),
        [str(day) for day in template.week], json.dumps(dict(template.homework_limits)),
    )  # fmt: skip
    for id_, scale in scales:
        await _add(
            connection, school, "grade_scale", id=id_, name=scale.name,
            definition=json.dumps(scale.to_data()),
        )  # fmt: skip
    await _calendar(connection, school, template)
    for subject in template.subjects:
        await _add(connection, school, "subject", id=uuid7(), name=subject)
    for work in template.work:
        await _add(
            connection, school, "work_type",
            id=uuid7(), name=work.name, kind=str(work.kind), weight=work.weight,
        )  # fmt: skip
    for rank, each in enumerate(template.attendance, 1):
        await _add(
            connection, school, "attendance_code", id=uuid7(), token=each.token, name=each.name,
            kind=str(each.kind), absence=each.absence, lateness=each.lateness,
            in_rate=each.in_rate, rank=rank,
        )  # fmt: skip
    if template.rule != USUAL:
        await _add(
            connection, school, "grading_rule", id=uuid7(), name=template.title,
            definition=json.dumps(template.rule.to_data()), version=1,
        )  # fmt: skip
    await renew_keys(connection, school)
    await tell_of(connection, school)
    return school


async def _calendar(connection: Any, school: int, template: Template) -> None:
    year, id_ = template.year, uuid7()
    days = {"starts_on": year.starts_on, "ends_on": year.ends_on}
    await _add(connection, school, "academic_year", id=id_, name=year.name, **days)
    ids: dict[str, UUID] = {}
    placed: list[Any] = []
    longest_first = sorted(template.periods, key=lambda each: each.starts_on - each.ends_on)
    for period in longest_first:
        around = innermost(period, placed)
        ids[period.name] = uuid7()
        await _add(
            connection, school, "period", id=ids[period.name], academic_year_id=id_,
            parent_id=None if around is None else ids[around.name], name=period.name,
            kind=str(period.kind), starts_on=period.starts_on, ends_on=period.ends_on, locked=False,
        )  # fmt: skip
        placed.append(period)


async def _add(connection: Any, school: int, table: str, **values: Any) -> None:
    names = ["school_id", *values]
    places = ", ".join(f"${place}" for place, _ in enumerate(names, 1))
    await connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",  # noqa: S608 - our names
        school,
        *values.values(),
    )


SIZES = """
    SELECT s.school_id, s.name, s.time_zone, s.active, s.demo,
      (SELECT count(*) FROM student t WHERE t.school_id = s.school_id AND t.active
        AND (t.ends_on IS NULL OR t.ends_on >= d.today)) AS students,
      (SELECT count(*) FROM teacher t WHERE t.school_id = s.school_id AND t.active
        AND (t.ends_on IS NULL OR t.ends_on >= d.today)) AS teachers,
      (SELECT count(*) FROM class_group t WHERE t.school_id = s.school_id AND t.active
        AND NOT EXISTS (SELECT 1 FROM academic_year y WHERE y.school_id = s.school_id
          AND y.id = t.academic_year_id AND y.ends_on < d.today)) AS classes,
      (SELECT count(*) FROM course t WHERE t.school_id = s.school_id AND t.active
        AND NOT EXISTS (SELECT 1 FROM academic_year y WHERE y.school_id = s.school_id
          AND y.id = COALESCE(t.academic_year_id, (SELECT g.academic_year_id FROM class_group g
            WHERE g.school_id = s.school_id AND g.id = t.class_group_id))
          AND y.ends_on < d.today)) AS courses,
      (SELECT count(*) FROM grade t WHERE t.school_id = s.school_id) AS grades
    FROM school s, LATERAL (SELECT ($1 AT TIME ZONE s.time_zone)::date AS today) d
    ORDER BY s.school_id
"""


async def schools(connection: Any) -> list[Any]:
    """Every school with its sizes, by number: people who are there, classes and courses of years
    that are not over, and all grades."""
    return list(await connection.fetch(SIZES, clock.now()))


def removing(schools: Iterable[int]) -> str:
    """The commands that remove the schools, one after another."""
    return ", then ".join(f"gradebook remove-school {school}" for school in schools)


def tables_of_schools() -> Iterator[str]:
    """Every table that holds rows of schools, each before those that it refers to."""
    for table in reversed(metadata.sorted_tables):
        if "school_id" in table.c:
            yield table.name


async def keep_rows(connection: Any, school: int, folder: Path) -> dict[str, int]:
    """Write every row of the school into the folder, a file for each table; how many of each."""
    kept = {}
    for table in tables_of_schools():
        status = await connection.copy_from_query(
            f"SELECT * FROM {table} WHERE school_id = $1",  # noqa: S608 - our names
            school,
            output=folder / f"{table}.csv",
            format="csv",
            header=True,
        )
        kept[table] = int(status.split()[-1])
    return kept


async def hold_school(connection: Any, school: int) -> None:
    """Keep others from adding to the school until the transaction ends, which begins with this."""
    if await is_distributed(connection):
        await connection.execute(SEQUENTIALLY)
    await connection.execute("SELECT 1 FROM school WHERE school_id = $1 FOR UPDATE", school)


async def remove_school(connection: Any, school: int) -> dict[str, int]:
    """Delete every row of the school, and accounts that are of no school afterwards, in the
    transaction that is open; how many rows of each table."""
    members = await connection.fetch(
        "SELECT DISTINCT account_id FROM membership WHERE school_id = $1", school
    )
    elsewhere = await connection.fetch(
        "SELECT DISTINCT account_id FROM membership WHERE account_id = ANY($1) AND school_id <> $2",
        [row["account_id"] for row in members],
        school,
    )
    accounts = list(
        {row["account_id"] for row in members} - {row["account_id"] for row in elsewhere}
    )
    await connection.execute(
        "INSERT INTO stray_bytes (storage_key, due_at)"
        " SELECT concat(school_id, '/', id), $2 FROM file WHERE school_id = $1",
        school,
        clock.now(),
    )
    gone = {}
    await connection.execute(MAY_REMOVE_AUDIT)
    for table in tables_of_schools():
        query = f"DELETE FROM {table} WHERE school_id = $1"  # noqa: S608 - our names
        gone[table] = _count(await connection.execute(query, school))
    for table, column in _naming_accounts(of_schools=True):
        query = f"SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY($1)"  # noqa: S608
        named = {row[column] for row in await connection.fetch(query, accounts)}
        accounts = [each for each in accounts if each not in named]
    for table, column in [*_naming_accounts(of_schools=False), ("account", "id")]:
        query = f"DELETE FROM {table} WHERE {column} = ANY($1)"  # noqa: S608 - our names
        gone[table] = _count(await connection.execute(query, accounts))
    await tell_of(connection)
    return gone


def _naming_accounts(*, of_schools: bool) -> Iterator[tuple[str, str]]:
    """Tables that refer to accounts, and the column that does."""
    for table in reversed(metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column.table.name == "account" and ("school_id" in table.c) is of_schools:
                yield table.name, key.parent.name


def _count(status: str) -> int:
    return int(status.split()[-1])
