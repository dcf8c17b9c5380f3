"""`gradebook new-year`: the plan as a table, and the year opened by it."""

import pytest
from typer.testing import CliRunner, Result

from db.demo import Demo
from gateway.command import app
from tests.complaints import complaints
from tests.conftest import TODAY
from tests.gateway.test_command import sql

COUNTED = ("academic_year", "class_group", "course", "enrolment", "teaching", "period", "outbox")


def gradebook(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def database(school_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", school_url)
    return school_url


def counts(url: str) -> dict[str, int]:
    each = [f"SELECT '{name}', count(*) FROM {name} WHERE school_id = 1" for name in COUNTED]
    return {row[0]: row[1] for row in sql(url, " UNION ALL ".join(each))}


def test_the_plan_is_shown_and_then_opened(database: str, demo: Demo) -> None:
    before = counts(database)
    [old] = sql(database, "SELECT * FROM academic_year WHERE school_id = 1")
    groups = sql(database, "SELECT name FROM class_group WHERE school_id = 1 ORDER BY sort_key")
    shown = gradebook("new-year", "--school", "1", "--dry-run")
    assert (shown.exit_code, complaints(shown)) == (0, "")
    assert counts(database) == before
    first, last = groups[0]["name"], groups[-1]["name"]
    rows = [line for line in shown.stdout.splitlines() if line.startswith("│")]
    assert any(first in row and f"{int(first[:-1]) + 1}{first[-1]}" in row for row in rows)
    assert any(last in row and "leaves" in row for row in rows)
    assert "This is the plan; nothing is written." in shown.stdout

    done = gradebook("new-year", "--school", "1", "--name", "The next")
    assert (done.exit_code, complaints(done)) == (0, "")
    assert "The next is open, from " in done.stdout
    after = counts(database)
    assert after["academic_year"] == 2
    assert after["class_group"] > before["class_group"]
    [new] = sql(
        database, "SELECT * FROM academic_year WHERE school_id = 1 AND starts_on > $1", TODAY
    )
    assert (new["name"], new["starts_on"].year) == ("The next", old["starts_on"].year + 1)
    steps = sql(database, "SELECT change, account_id FROM academic_year_revision")
    assert [(row["change"], row["account_id"].int) for row in steps] == [("CREATED", 0)]
    ends = sql(
        database,
        "SELECT count(*) FROM student WHERE school_id = 1 AND ends_on = $1",
        old["ends_on"],
    )
    assert ends[0][0] > 0

    again = gradebook("new-year", "--school", "1")
    assert again.exit_code == 1
    assert complaints(again).startswith("--starts: ")
    assert counts(database) == after


def test_what_will_not_do_is_said(database: str, demo: Demo) -> None:
    before = counts(database)
    backwards = ("--starts", "2099-05-01", "--ends", "2099-04-01")
    result = gradebook("new-year", "--school", "1", *backwards)
    assert (result.exit_code, complaints(result)) == (
        1,
        "--ends: 2099-04-01 is before 2099-05-01.\n",
    )
    assert gradebook("new-year", "--school", "None such").exit_code == 1
    assert counts(database) == before
    sql(database, "UPDATE academic_year SET active = false")
    result = gradebook("new-year", "--school", "1")
    assert result.exit_code == 1
    assert "has no academic year to go on from" in result.stderr
