"""The sort keys and search keys of records: made where they are missing or outdated.

Code that writes a name leaves its key empty, and calls `renew_keys` before the transaction ends.
All keys of a school are renewed when its language changes, or the code that makes keys.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from db.telling import tell_of
from domain.names import MADE_BY, search_key, sort_key

NAMES: dict[str, tuple[str, ...]] = {
    "student": ("family_name", "given_name", "middle_name"),
    "guardian": ("family_name", "given_name", "middle_name"),
    "teacher": ("family_name", "given_name", "middle_name"),
    "class_group": ("name",),
    "course": ("title",),
    "subject": ("name",),
    "work_type": ("name",),
    "room": ("name",),
}
"""The columns by which the records of a table sort, in order of precedence."""
SEARCHED = frozenset(NAMES) - {"subject", "work_type", "room"}
"""The tables whose records are looked for by words of their names."""
BATCH = 5_000


def keys_of(table: str, language: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that hold the keys of a record's names, in a school of the language."""
    names = [record[name] for name in NAMES[table]]
    searched = {"search_key": search_key(*names)} if table in SEARCHED else {}
    return {"sort_key": sort_key(language, *names), **searched}


async def renew_keys(connection: Any, school: int | None = None) -> int:
    """Make the missing and outdated keys, of a school or of all, in the open transaction; returns
    the number of records."""
    made = 0
    for table, names in NAMES.items():
        columns = ", ".join(f"t.{name}" for name in names)
        rows = await connection.fetch(
            f"SELECT t.school_id, t.id, s.language, {columns}"  # noqa: S608 - names of our columns
            f" FROM {table} t JOIN school s ON s.school_id = t.school_id"
            " WHERE (t.sort_key = '' OR s.sorted_by <> s.language || ' ' || $1)"
            " AND ($2::int IS NULL OR t.school_id = $2)"
            " ORDER BY t.school_id, t.id",
            MADE_BY,
            school,
        )
        for school_id, of_school in groupby(rows, key=itemgetter("school_id")):
            await _write(connection, table, school_id, list(of_school))
        made += len(rows)
    sorted_anew = await connection.execute(
        "UPDATE school SET sorted_by = language || ' ' || $1"
        " WHERE sorted_by <> language || ' ' || $1 AND ($2::int IS NULL OR school_id = $2)",
        MADE_BY,
        school,
    )
    if made or sorted_anew != "UPDATE 0":
        await tell_of(connection, school, "school", *NAMES)
    return made


async def _write(connection: Any, table: str, school_id: int, rows: Sequence[Any]) -> None:
    searched = table in SEARCHED
    new = "sort_key = n.sort_key" + (", search_key = n.search_key" if searched else "")
    for first in range(0, len(rows), BATCH):
        part = rows[first : first + BATCH]
        names = [[row[name] for name in NAMES[table]] for row in part]
        await connection.execute(
            f"UPDATE {table} t SET {new}"  # noqa: S608 - names of our columns
            " FROM unnest($2::uuid[], $3::bytea[], $4::text[]) AS n (id, sort_key, search_key)"
            " WHERE t.school_id = $1 AND t.id = n.id",
            school_id,
            [row["id"] for row in part],
            [sort_key(row["language"], *of_row) for row, of_row in zip(part, names, strict=True)],
            [search_key(*of_row) if searched else "" for of_row in names],
        )
