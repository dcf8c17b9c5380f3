"""Lock files: what is installed is the same everywhere, and no machine is named."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NPM = [
    path
    for folder in ("gateway", "tests")
    for path in (ROOT / folder).rglob("package-lock.json")
    if "node_modules" not in path.relative_to(ROOT).parts
]


@pytest.mark.parametrize("path", NPM, ids=lambda path: path.parent.name)
def test_npm_packages_are_pinned_by_digest_and_come_from_whatever_registry_is_set(
    path: Path,
) -> None:
    packages = json.loads(path.read_text())["packages"]
    packages.pop("")
    assert packages
    assert [name for name, one in packages.items() if "resolved" in one] == []
    assert [name for name, one in packages.items() if "integrity" not in one] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_python_packages_are_pinned_by_digest_and_come_from_whatever_index_is_set(
    name: str,
) -> None:
    text = (ROOT / name).read_text()
    pinned = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
