"""What commands do leaves entries in the audit; `gradebook audit verify` tells of changed ones."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg

from domain.ids import uuid7
from tests.cluster import trigger_of_audit
from tests.store.small_roster import Roster, in_term
from tests.store.test_roster_command import database, gradebook

__all__ = ["database", "in_term"]


def rows(url: str, *queries: str) -> list[Any]:
    async def run() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            for query in queries:
                found = await connection.fetch(query)
            return [tuple(row) for row in found]
        finally:
            await connection.close()

    return asyncio.run(run())


COUNTED = """SELECT change, noun, count(*), count(student_id) FROM audit_entry
    WHERE number > {} GROUP BY 1, 2 ORDER BY 1, 2"""


def test_an_import_and_an_export_leave_entries_of_whom_they_touched(
    database: str, tmp_path: Path
) -> None:
    roster = Roster()
    gradebook("import-roster", roster.to(tmp_path / "in"))
    (verified,) = gradebook("audit", "verify").stdout.splitlines()[1:]
    last = int(verified.split(":")[0])
    first = {(change, noun): (of, students) for change, noun, of, students
             in rows(database, COUNTED.format(0))}  # fmt: skip
    assert first["IMPORTED", "School"] == (1, 0)
    assert first["IMPORTED", "Student"] == (2, 2)
    assert first["IMPORTED", "Guardian"] == (1, 1)
    assert first["IMPORTED", "Guardianship"] == (1, 1)
    assert first["GIVEN", "Grade"][0] == first["GIVEN", "Grade"][1] > 0
    (origin,) = rows(database, "SELECT DISTINCT origin FROM audit_entry")
    assert origin[0].startswith("gradebook import-roster, by ")
    assert rows(database, "SELECT DISTINCT account_id FROM audit_entry") == [(None,)]

    gradebook("export-roster", tmp_path / "out.zip")
    for user in roster.files["users"]:
        if user["sourcedId"] == "g1":
            user["phone"] = "+49 30 9"
    gradebook("import-roster", roster.to(tmp_path / "again"))
    gradebook("audit", "verify")
    assert rows(database, COUNTED.format(last)) == [
        ("EXPORTED", "School", 1, 0), ("IMPORTED", "Guardian", 1, 1), ("IMPORTED", "School", 1, 0),
    ]  # fmt: skip


def test_verifying_tells_what_is_wrong_and_ends_with_1(database: str, tmp_path: Path) -> None:
    assert gradebook("audit", "verify").stdout == ""
    gradebook("import-roster", Roster().to(tmp_path / "in"))
    told, noted = gradebook("audit", "verify").stdout.splitlines()
    assert told.endswith(f": entries 1 to {noted.strip().split(':')[0]} are as written.")
    assert gradebook("audit", "verify", "--school", 1, "--expect", noted.strip()).exit_code == 0
    other = f"{noted.strip().split(':')[0]}:{'00' * 32}"
    wrong = gradebook("audit", "verify", "--school", 1, "--expect", other)
    assert (wrong.exit_code, "has another digest than was noted" in wrong.stdout) == (1, True)
    rows(
        database,
        trigger_of_audit("DISABLE"),
        f"UPDATE audit_entry SET account_id = '{uuid7()}' WHERE number = 3",
    )
    wrong = gradebook("audit", "verify")
    assert wrong.exit_code == 1
    assert "entry 3 is not what was written after the entry before it." in wrong.stdout
