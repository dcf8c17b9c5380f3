"""Our packages have common names: who else claims them is said."""

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from gateway import clashes as module
from gateway.clashes import clashes


def installed(folder: Path, name: str, *files: str) -> list[Distribution]:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text("")
    return list(distributions(path=[str(folder)]))


def test_no_other_distribution_here_claims_our_packages() -> None:
    assert clashes() == []


def test_a_distribution_that_stands_behind_ours_is_named_as_a_danger(tmp_path: Path) -> None:
    others = installed(tmp_path, "schema", "schema.py", "schema_more.py", "other/schema.py")
    [clash] = clashes(others)
    assert str(clash) == (
        "schema.py is also claimed by schema 1.0, and whichever is installed last has it."
        " Install gradebook-gateway into an environment of its own."
    )


def test_a_file_that_another_distribution_has_overwritten_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = installed(tmp_path, "domain-tools", "domain/__init__.py", "domain/whois.py")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "_digests", lambda: {"domain/__init__.py": "ours"})
    [clash] = clashes(others)
    assert (clash.file, clash.is_broken) == ("domain/__init__.py", True)
    assert str(clash).startswith("domain/__init__.py is now a file of domain-tools 1.0. Install")


def test_a_package_that_python_finds_first_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = installed(tmp_path, "db", "db/__init__.py")
    monkeypatch.delitem(sys.modules, "db")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [each.is_broken for each in clashes(others)] == [True]
