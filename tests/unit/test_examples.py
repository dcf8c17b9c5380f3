"""Examples and documentation name settings that there are, and a unit that systemd takes."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from graphql import parse, validate

from gateway.environment import OF_TESTS, name_of
from gateway.settings import Settings
from schema.build import schema

ROOT = Path(__file__).parents[2]
TOLD = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "docker" / "Dockerfile",
    *sorted((ROOT / "docker").rglob("*.*")),
]
NAMES = {name_of(each) for each in Settings.model_fields}


def test_every_setting_that_is_named_is_one() -> None:
    named = {
        (path.name, name)
        for path in TOLD
        for name in re.findall(r"\bGRADEBOOK_[A-Z_]*[A-Z]\b", path.read_text())
        if name not in OF_TESTS and name.removesuffix("_FILE") not in NAMES
    }
    assert named == set()


def test_every_setting_is_explained_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    assert sorted(name for name in NAMES if name not in text) == []


def test_the_compose_files_keep_secrets_out_of_the_environment() -> None:
    folder = ROOT / "docker"
    compose = yaml.safe_load((folder / "compose.production.yaml").read_text())
    demo = yaml.safe_load((folder / "compose.yaml").read_text())
    assert {compose["name"], demo["name"]} == {"gradebook", "gradebook-demo"}  # have volumes apart
    services = compose["services"]
    assert services.keys() == {"gateway", "postgresql", "backup"}
    for service in services.values():
        assert service["restart"] == "unless-stopped"
        assert set(service["secrets"]) <= compose["secrets"].keys()
        for name, value in service["environment"].items():
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]
            else:
                assert not re.search("PASSWORD|DATABASE_URL|SMTP_URL", name)


def test_the_version_is_the_one_that_the_changelog_and_the_compose_file_say() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    compose = yaml.safe_load((ROOT / "docker" / "compose.production.yaml").read_text())
    images = {compose["services"][name]["image"] for name in ("gateway", "backup")}
    assert images == {f"gradebook-gateway:{version}"}
    newest, *older = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest.split(" - ")[0] == ("[Unreleased]" if ".dev" in version else version)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", heading) for heading in older)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = (ROOT / "docker" / "systemd" / "gradebook.service").read_text()
    unit = unit.replace("/opt/gradebook/bin/gradebook", "/bin/true")  # it has to be there
    (file := tmp_path / "gradebook.service").write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", file], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_operations_of_the_readme_are_valid() -> None:
    text = (ROOT / "README.md").read_text().split("## A client in five requests")[1]
    told = re.findall(r'"query":\s*"((?:[^"\\]|\\.)*)"', text.split("\n## ")[0])
    assert len(told) == 4
    for query in told:
        assert validate(schema._schema, parse(query.replace('\\"', '"'))) == []
