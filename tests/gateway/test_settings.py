"""`gradebook settings`, and what is told of settings and databases that are wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner, Result

from gateway.command import app
from gateway.settings import Settings
from tests.complaints import complaints
from tests.gateway.test_command import sql

ROOT = Path(__file__).parents[2]
SERVER = "postgresql://me@db.example/diary"

NEWER = (
    "The database cannot be used: It is of a newer version of Gradebook (its tables are of"
    " 9999_later): run that version or a later one\n"
)


def gradebook(*arguments: str, **environment: str) -> Result:
    given = {f"GRADEBOOK_{name}": value for name, value in environment.items()}
    return CliRunner(env=given).invoke(app, arguments)


def test_every_setting_is_listed_with_its_value_its_source_and_its_meaning(tmp_path: Path) -> None:
    (secret := tmp_path / "smtp").write_text("smtp://post:pass@mail.example\n")
    listed = gradebook(
        "settings",
        "--json",
        PORT="9000",
        SMTP_URL_FILE=str(secret),
        MAIL_SENDER="Diary <diary@school.example>",
        DATABASE_URL="postgresql://me:pass@db.example/diary?sslmode=require",
        PROVIDERS='[{"name": "p", "issuer": "https://p.example", "client_id": "g",'
        ' "client_secret": "pass"}]',
        NATS_URL="nats://me:pass@nats.example",
    )
    assert "pass" not in listed.stdout.replace("user:password@", "").replace("password ", "")
    rows = {row.pop("name"): row for row in json.loads(listed.stdout)}
    assert rows.keys() == {f"GRADEBOOK_{name.upper()}" for name in Settings.model_fields}
    assert [name for name, row in rows.items() if not row["meaning"]] == []
    told = {name: (row["value"], row["source"]) for name, row in rows.items()}
    assert told["GRADEBOOK_PORT"] == ("9000", "environment")
    assert told["GRADEBOOK_HOST"] == ("127.0.0.1", "default")
    assert told["GRADEBOOK_SMTP_URL"] == ("(hidden)", f"file {secret}")
    assert told["GRADEBOOK_DATABASE_URL"] == ("postgresql://me@db.example/diary", "environment")
    changed = gradebook("settings", "--changed", PORT="9000").stdout
    assert changed == "GRADEBOOK_PORT=9000  # environment\n    The port to listen at.\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PROT", "1", "There is no setting GRADEBOOK_PROT: did you mean GRADEBOOK_PORT?"),
        ("PORT", "http", "GRADEBOOK_PORT: Input should be a valid integer"),
        ("PROVIDERS", "[", "GRADEBOOK_PROVIDERS: It is not valid JSON."),
        ("DATABASE_URL", "", "GRADEBOOK_DATABASE_URL: It is empty"),
        ("DATABASE_URL", "postgresql://a:b/c@d/e", "GRADEBOOK_DATABASE_URL: It is no address"),
        ("SMTP_URL_FILE", "/none", "GRADEBOOK_SMTP_URL_FILE: /none cannot be read: No such file"),
        ("DATA", "/dev/null/x", "GRADEBOOK_DATA: /dev/null/x cannot be made: Not a directory."),
        ("METRICS_TOKEN", "", "GRADEBOOK_METRICS_TOKEN: It is empty."),
        ("HOST", " ", "GRADEBOOK_HOST: It is empty."),
        ("NATS_URL", "a b", "GRADEBOOK_NATS_URL: It is no address such as nats://host:4222."),
        ("TRUSTED_PROXIES", "proxy", "GRADEBOOK_TRUSTED_PROXIES: Neither a number of proxies nor"),
        ("PERSISTED_DOCUMENTS", "/none", "GRADEBOOK_PERSISTED_DOCUMENTS: /none cannot be read: No"),
        ("DATABASE_URL", f"{SERVER}?sslmode=on", "GRADEBOOK_DATABASE_URL: Its sslmode is none of"),
        (
            "DATABASE_URL",
            f"{SERVER}?sslcert=/none",
            "GRADEBOOK_DATABASE_URL: Its certificate cannot",
        ),
        ("DATABASE_URL", f"{SERVER}?connect_timeout=s", "GRADEBOOK_DATABASE_URL: Its connect_time"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line_and_ends_with_2(
    name: str, value: str, said: str
) -> None:
    result = gradebook("new-school", "A", "--zone", "UTC", "--language", "en", "--template",
                       "russian-school", **{name: value})  # fmt: skip
    assert (result.exit_code, complaints(result).count("\n")) == (2, 1)
    assert complaints(result).startswith(said)


def test_no_number_is_below_what_makes_sense_or_without_end() -> None:
    numbers = [
        name for name, field in Settings.model_fields.items() if type(field.default) in (int, float)
    ]
    assert len(numbers) > 40
    for name in numbers:
        for wrong in (-1, float("inf"), float("nan")):
            with pytest.raises(ValidationError) as refused:
                Settings.model_validate({name: wrong})
            assert refused.value.errors()[0]["loc"][0] == name


def test_a_folder_of_files_that_cannot_be_written_is_told_before_anything_is_served() -> None:
    result = gradebook("serve", "--port", "0", FILES="/dev/null/x")
    assert (result.exit_code, result.stderr) == (
        2,
        "GRADEBOOK_FILES: /dev/null/x cannot be written: Not a directory.\n",
    )


def test_a_secret_that_is_told_twice_is_refused(tmp_path: Path) -> None:
    result = gradebook("settings", NATS_URL="nats://a", NATS_URL_FILE=str(tmp_path / "b"))
    assert (result.exit_code, result.stderr) == (
        2,
        "GRADEBOOK_NATS_URL is set, and GRADEBOOK_NATS_URL_FILE too: unset one of them.\n",
    )


def test_a_database_that_cannot_be_used_is_told_in_one_line_and_ends_with_1(
    database_url: str, tmp_path: Path
) -> None:
    other = database_url.replace("/test_", "/nothing_")
    nobody = database_url.replace("://gradebook@", "://nobody@")
    assert nobody != database_url
    for url, why in ((other, "does not exist"), (nobody, 'role "nobody" does not exist')):
        result = gradebook("schools", DATABASE_URL=url)
        assert (result.exit_code, complaints(result).count("\n")) == (1, 1)
        assert why in complaints(result)
    sql(database_url, "UPDATE alembic_version SET version_num = '9999_later'")
    newer = gradebook("schools", DATABASE_URL=database_url)
    assert newer.exit_code == 1
    assert complaints(newer) == NEWER
    assert newer.stderr.startswith("Database: postgresql://gradebook@/")


def test_looking_from_another_folder_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADEBOOK_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    looked = gradebook("schools")
    assert (looked.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert looked.stderr.splitlines()[0] == (
        f"Database: the gateway's own, in {tmp_path / '.gradebook'}"
    )
    assert complaints(looked).startswith(f"There is no database in {tmp_path / '.gradebook'}: ")


def test_a_registry_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text(
        json.dumps(
            {
                "name": "page", "version": "1.0.0", "lockfileVersion": 3, "requires": True,
                "packages": {
                    "": {"name": "page", "version": "1.0.0", "dependencies": {"vite": "8.0.0"}},
                    "node_modules/vite": {"version": "8.0.0", "integrity": f"sha512-{'A' * 86}=="},
                },
            }
        )
    )  # fmt: skip
    (tmp_path / "package.json").write_text(
        '{"name": "page", "version": "1.0.0", "dependencies": {"vite": "8.0.0"}}'
    )
    script = (
        "from pathlib import Path; from gateway.graphiql.build import install;"
        f" install(Path({str(tmp_path)!r}))"
    )
    nowhere = {
        "npm_config_registry": "http://127.0.0.1:1",
        "npm_config_fetch_retries": "0",
        "npm_config_cache": str(tmp_path / "cache"),
        "npm_config_loglevel": "silent",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | nowhere,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert done.stderr.startswith("npm could not install the packages of ")
