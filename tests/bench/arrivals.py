"""`python -m tests.bench.arrivals`: everybody of a school gets in, from an empty database on.

A roster of students with both parents, and of teachers, is imported by the command; codes are made
for all of them by `gradebook invite`. Each person then looks the code up, registers, signs in with
what they have chosen, and is shown who they are and whose parent; each family from an address of
its own, over HTTP, against the command `gradebook serve`.
"""

import asyncio
import csv
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import httpx
import typer

from db.embedded import running
from tests.bench.roster import BEGINS, CLASS_SIZE, ORG, YEAR, Rows, session, write
from tests.gateway.processes import GRADEBOOK, serving

PASSWORD = "correct horse battery"
STUDENTS_OF_A_TEACHER = 15
LOOK_UP = """query ($code: String!) { registrationByCode(code: $code) {
  givenName classGroup errors { code } } }"""
REGISTER = """mutation ($input: RegisterInput!) { register(input: $input) {
  login errors { code message } } }"""
SIGN_IN = """mutation ($input: SignInInput!) { signIn(input: $input) {
  token notice { code } errors { code } } }"""
WHO = """{ viewer { student { givenName } teacher { givenName } children { givenName } } }"""


def roster(folder: Path, students: int) -> None:
    """Students of classes, each with a mother and a father, and teachers, who are of courses."""
    names = [f"s{number}" for number in range(students)]
    teachers = [f"t{number}" for number in range(teachers_of(students))]
    classes = [f"c{number}" for number in range(max(1, students // CLASS_SIZE))]
    of_class = {name: classes[place % len(classes)] for place, name in enumerate(names)}
    roles = [(name, "student") for name in names] + [(name, "teacher") for name in teachers]
    roles += [(parent, "guardian") for name in names for parent in parents(name)]
    learns = [(of_class[name], name, "student") for name in names]
    teaches = [(name, teachers[place % len(teachers)], "teacher")
               for place, name in enumerate(classes)]  # fmt: skip
    teaches += [(classes[place % len(classes)], name, "teacher")
                for place, name in enumerate(teachers) if place >= len(classes)]  # fmt: skip
    files: dict[str, Rows] = {
        "orgs": [{"sourcedId": ORG, "name": "School", "type": "school"}],
        "academicSessions": [session()],
        "courses": [{"sourcedId": "u", "title": "Mathematics", "orgSourcedId": ORG}],
        "classes": [
            {"sourcedId": name, "title": name, "courseSourcedId": "u", "classType": "homeroom",
             "schoolSourcedId": ORG, "termSourcedIds": YEAR}
            for name in classes
        ],
        "users": [
            {"sourcedId": name, "enabledUser": "true", "givenName": name, "familyName": "Adler",
             "agentSourcedIds": ",".join(parents(name)) if role == "student" else ""}
            for name, role in roles
        ],
        "roles": [
            {"sourcedId": f"r-{name}", "userSourcedId": name, "roleType": "primary", "role": role,
             "orgSourcedId": ORG}
            for name, role in roles
        ],
        "enrollments": [
            {"sourcedId": f"e-{name}-{who}", "classSourcedId": name, "schoolSourcedId": ORG,
             "userSourcedId": who, "role": role, "beginDate": BEGINS}
            for name, who, role in (*learns, *teaches)
        ],
    }  # fmt: skip
    write(folder, files)


def teachers_of(students: int) -> int:
    return max(1, students // STUDENTS_OF_A_TEACHER)


def parents(student: str) -> tuple[str, str]:
    return f"mother-of-{student}", f"father-of-{student}"


def expected(name: str) -> dict[str, Any]:
    """What `WHO` shows to whom the roster calls so."""
    child = name.rpartition("-of-")[2]
    return {
        "student": {"givenName": name} if name.startswith("s") else None,
        "teacher": {"givenName": name} if name.startswith("t") else None,
        "children": [{"givenName": child}] if child != name else [],
    }


def main(
    students: Annotated[int, typer.Option(min=1, help="Each with both parents.")] = 900,
    at_once: Annotated[int, typer.Option(min=1, help="How many people at once.")] = 8,
) -> None:
    """Let everybody in, and count them by what they are."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        roster(Path(folder, "roster"), students)
        codes = Path(folder, "codes.csv")
        begun = perf_counter()
        gradebook(url, "migrate")
        gradebook(url, "import-roster", str(Path(folder, "roster")), "--zone", "Europe/Berlin")
        roles = [part for role in ("STUDENT", "GUARDIAN", "TEACHER") for part in ("--role", role)]
        gradebook(url, "invite", "--school", "1", *roles, "--to", str(codes))
        with codes.open(encoding="utf-8-sig") as file:
            people = list(csv.DictReader(file))
        typer.echo(f"{len(people)} codes after {perf_counter() - begun:.0f} s")
        with serving(DATABASE_URL=url, TRUSTED_PROXIES="127.0.0.1") as gateway:
            inside = asyncio.run(let_in(gateway.host, people, at_once))
        teachers = teachers_of(students)
        assert inside == {"STUDENT": students, "GUARDIAN": 2 * students, "TEACHER": teachers}
        told = ", ".join(f"{count} {role.lower()}s" for role, count in inside.items())
        typer.echo(f"Signed in after {perf_counter() - begun:.0f} s: {told}")


def gradebook(url: str, *arguments: str) -> None:
    done = subprocess.run(
        [GRADEBOOK, *arguments],
        env=os.environ | {"GRADEBOOK_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def let_in(host: str, people: Iterable[dict[str, str]], at_once: int) -> Counter[str]:
    waiting, inside = iter(enumerate(people)), Counter[str]()

    async def one_by_one() -> None:
        async with httpx.AsyncClient(base_url=f"http://{host}", timeout=120) as http:
            for place, person in waiting:
                http.headers["X-Forwarded-For"] = (
                    f"10.{place >> 16}.{place >> 8 & 255}.{place & 255}"
                )
                await enter(http, person)
                inside[person["role"]] += 1

    await asyncio.gather(*(one_by_one() for _ in range(at_once)))
    return inside


async def enter(http: httpx.AsyncClient, person: dict[str, str]) -> None:
    """From the code to the person's own data."""
    name = person["given_name"]
    found = await ask(http, LOOK_UP, code=person["code"])
    assert (found["givenName"], found["errors"]) == (name, []), (person, found)
    made = await ask(http, REGISTER, input={"code": person["code"], "password": PASSWORD})
    assert made["errors"] == [], (person, made)
    again = await ask(http, SIGN_IN, input={"login": made["login"], "password": PASSWORD})
    assert (again["errors"], again["notice"]) == ([], None), (person, again)
    shown = await ask(http, WHO, again["token"])
    assert shown == expected(name), (person, shown)


async def ask(http: httpx.AsyncClient, query: str, token: str | None = None, **given: Any) -> Any:
    """What the only field of the answer holds."""
    http.cookies.clear()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked = {"query": query, "variables": given}
    answer = (await http.post("/graphql", json=asked, headers=headers)).json()
    assert "errors" not in answer, answer
    (data,) = answer["data"].values()
    return data


if __name__ == "__main__":
    typer.run(main)
