"""Students, teachers and guardians, from the roster's users and roles."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from sqlalchemy import select

from db.roster.courses import Places
from db.roster.days import ALWAYS, Days, around, days_of
from db.roster.import_run import ImportRun, known_or_new, missing
from db.roster.leaving import with_past_ties
from db.roster.merge import Batch
from db.roster.sql import fetch, key, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.records import Enrollment, Role, User
from domain.oneroster.saying import Saying

KINDS = {
    "student": "student",
    "teacher": "teacher",
    "guardian": "guardian",
    "parent": "guardian",
    "relative": "guardian",
}
LABELS = {"student": "students", "teacher": "teachers", "guardian": "guardians"}
NAMES = ("given_name", "family_name", "middle_name", "email", "phone", "username")
DATED = ("begins_on", "ends_on", "enabled", "active")
OWNED = {
    "student": (*NAMES, "identifier", "grade_level", *DATED),
    "teacher": (*NAMES, *DATED),
    "guardian": (*NAMES, *DATED),
}
Who = tuple[str, int, str]
"""A kind of person, a school, and the roster id of the user."""
ANYWHERE = 0
"""Replaces the school of a guardian or teacher whose role is at a district."""


@dataclass(slots=True)
class People:
    """`parts` has the roles of users in schools, and whether they are active; `guardians` and
    `teachers` have those with the role anywhere.

    `days` are the days of active roles; of several roles, from the first to the last day.
    """

    users: dict[str, User]
    parts: dict[Who, bool] = field(default_factory=dict)
    guardians: dict[str, bool] = field(default_factory=dict)
    teachers: dict[str, bool] = field(default_factory=dict)
    days: dict[Who, Days] = field(default_factory=dict)

    def add_role(
        self, kind: str, school: int | None, user: str, active: bool, days: Days = ALWAYS
    ) -> None:
        anywhere = {"guardian": self.guardians, "teacher": self.teachers}.get(kind)
        if anywhere is not None:
            before = anywhere.get(user)
            self._last((kind, ANYWHERE, user), before, active, days)
            anywhere[user] = before or active
        if school is not None:
            who = (kind, school, user)
            self._last(who, self.parts.get(who), active, days)
            self.parts[who] = self.parts.get(who) or active

    def _last(self, who: Who, before: bool | None, active: bool, days: Days) -> None:
        if before is None or (active and not before):
            self.days[who] = days
        elif active == before:
            self.days[who] = around(self.days[who], days)

    def days_of(self, who: Who) -> Days:
        return self.days.get(who) or self.days.get((who[0], ANYWHERE, who[2]), ALWAYS)


async def place_people(run: ImportRun, places: Places) -> People:
    users, roles = run.roster.sheet("users", User), run.roster.sheet("roles", Role)
    before = await _known(run)
    people = People({**before.users, **{each.sourced_id: each for each in users.records}})
    if "roles" in run.roster.sheets:
        _by_roles(run, people, roles)
    else:
        _by_users(run, people, users)
    if not roles.bulk:
        _keep_roles(people, users, before)
    _guardians_of_children(people, People({}) if users.bulk else before)
    _teachers_of_classes(run, people, before, places)
    _notice_users_without_role(run, people, users)
    await _merge(run, people, before, users, roles)
    return people


async def _known(run: ImportRun) -> People:
    """The people in the tables, with their names."""
    known = People({})
    for kind in LABELS:
        source = table(kind)
        query = select(source, key(source).label("key")).where(of_schools(source, run.schools))
        for row in await fetch(run.connection, query):
            who = kind, row["school_id"], row["key"]
            known.parts[who], known.days[who] = row["active"], (row["begins_on"], row["ends_on"])
            if kind == "student" or row["key"] not in known.users:
                known.users[row["key"]] = _user(row)
    return known


def _user(row: asyncpg.Record) -> User:
    found = dict(row)
    user = User(0, found["key"], True, found["given_name"], found["family_name"])
    user.middle_name, user.email, user.phone, user.username = (found[name] for name in NAMES[2:])
    user.identifier, user.grades = found.get("identifier"), found.get("grade_level")
    user.enabled_user = found["enabled"]
    return user


def _by_roles(run: ImportRun, people: People, sheet: Sheet[Role]) -> None:
    for each in sheet.records:
        kind = KINDS.get(each.role)
        user = people.users.get(each.user_sourced_id)
        if user is None:
            reason = missing("user", each.user_sourced_id, run.roster.sheets.get("users"))
            sheet.drop(each, run.findings, "userSourcedId", reason)
        school = _school(run, sheet, each, "orgSourcedId", each.org_sourced_id, kind)
        if user is None or each.sourced_id in sheet.bad:
            continue
        if kind is None:
            _notice_other_role(run, sheet, each.role)
        else:
            active = each.active and user.active
            days, _ = days_of(run, sheet, each, school)
            if each.sourced_id in sheet.bad:
                continue
            people.add_role(kind, school, user.sourced_id, active, days)


def _by_users(run: ImportRun, people: People, sheet: Sheet[User]) -> None:
    """In version 1.1 users have their role and orgs in their own rows."""
    for user in sheet.records:
        kind = KINDS.get(user.role or "")
        if user.role is not None and kind is None:
            _notice_other_role(run, sheet, user.role)
        for org in user.org_sourced_ids if user.role is not None else ():
            school = _school(run, sheet, user, "orgSourcedIds", org, kind)
            if kind is not None and user.sourced_id not in sheet.bad:
                people.add_role(kind, school, user.sourced_id, user.active)


def _school(
    run: ImportRun, sheet: Sheet[Any], record: Any, column: str, org: str, kind: str | None
) -> int | None:
    """The school of the org. Students must be at a school; others may be at a district."""
    if kind == "student" or org not in run.school_of:
        return run.place(sheet, record, column, org)
    return run.school_of[org]


def _notice_other_role(run: ImportRun, sheet: Sheet[Any], role: str) -> None:
    chief = role in ("principal", "administrator") or role.endswith("Administrator")
    told = Saying.CHIEF_NOT_TAKEN if chief else Saying.ROLE_NOT_TAKEN
    run.findings.notice(sheet.file, told(role=role))


def _keep_roles(people: People, users: Sheet[User], before: People) -> None:
    """Keep the known roles of users if the list of roles is missing or a delta."""
    listed = {each.sourced_id: each.active for each in users.records}
    with_roles = {each.sourced_id for each in users.records if each.role is not None}
    for who, active in before.parts.items():
        name = who[2]
        if name in listed and name not in with_roles and who not in people.parts:
            people.add_role(*who, active and listed[name], before.days[who])
        if who[0] == "guardian" and name not in listed:
            people.guardians.setdefault(name, active)
            people.days.setdefault(who, before.days[who])


def _guardians_of_children(people: People, before: People) -> None:
    """Add guardians in every school of the children who name them or whom they name. The children
    may be in `before` if the roster is partial."""
    for kind, school, name in list(people.parts):
        for agent in people.users[name].agent_sourced_ids if kind == "student" else ():
            if agent in people.guardians:
                people.parts.setdefault(("guardian", school, agent), people.guardians[agent])
    students: dict[str, set[int]] = {}
    for kind, school, name in (*people.parts, *before.parts):
        if kind == "student":
            students.setdefault(name, set()).add(school)
    for name, active in people.guardians.items():
        for child in people.users[name].agent_sourced_ids:
            for school in students.get(child, ()) if child not in people.guardians else ():
                people.parts.setdefault(("guardian", school, name), active)


def _teachers_of_classes(run: ImportRun, people: People, before: People, places: Places) -> None:
    """Add teachers in every school in which they have a class."""
    known = {name: active for (kind, _, name), active in before.parts.items() if kind == "teacher"}
    sheet = run.roster.sheet("enrollments", Enrollment)
    whole = run.roster.sheet("users", User).bulk or run.roster.sheet("roles", Role).bulk
    for each in sheet.records:
        place, name = places.get(each.class_sourced_id), each.user_sourced_id
        if place is None or each.role != "teacher" or not each.active:
            continue
        who = "teacher", place.school_id, name
        if who in people.parts or (who in before.parts and not whole):
            continue
        if name in people.teachers or name in known:
            people.parts[who] = people.teachers.get(name, known.get(name, False))
            run.findings.notice(sheet.file, Saying.TEACHER_SHARED())


def _notice_users_without_role(run: ImportRun, people: People, users: Sheet[User]) -> None:
    having = {name for _, _, name in people.parts} | people.guardians.keys()
    for user in users.records:
        if user.sourced_id in people.teachers and user.sourced_id not in having:
            run.findings.notice(users.file, Saying.TEACHER_WITHOUT_SCHOOL())
        elif user.sourced_id not in having and user.sourced_id not in users.bad:
            run.findings.notice(users.file, Saying.USER_WITHOUT_ROLE())


async def _merge(
    run: ImportRun, people: People, before: People, users: Sheet[User], roles: Sheet[Role]
) -> None:
    """Merge the people. Who has been here in earlier years has been so from their first day on,
    also where the roster gives everybody a new role each year."""
    sheets: list[Sheet[Any]] = [users, roles]
    unsure = any(each not in roles.lines for each in roles.bad)
    if unsure:
        run.findings.notice(roles.file, Saying.ROLES_BAD())
        sheets = []
    excluded = {each.user_sourced_id for each in roles.records if each.sourced_id in roles.bad}
    for kind, label in LABELS.items():
        ids, with_past = await run.ids(kind), await with_past_ties(run, kind)
        batch = Batch(kind, OWNED[kind], ("sourced_id",))
        for school, name, active in _of_kind(people, kind):
            begun = before.days.get((kind, school, name))
            older = begun is not None and school in run.coverage.outdated
            user = (before if older else people).users[name]
            values: tuple[Any, ...] = (user.given_name, user.family_name, user.middle_name)
            login = user.username if user.username != name else None
            values = (*values, user.email, user.phone or user.sms, login)
            if kind == "student":
                values = (*values, user.identifier, user.grades)
            begins_on, ends_on = people.days_of((kind, school, name))
            if begun is not None and (school, name) in with_past:
                begins_on = around(begun, (begins_on, ends_on))[0]
            if begun is not None and older:
                ends_on = begun[1]
            enabled = _is_enabled(user, before.users.get(name))
            values = (*values, begins_on, ends_on, enabled, active)
            batch.add(school, known_or_new(ids, school, name), values, name)
        await run.merge(label, batch, *sheets, excluded=excluded)


def _is_enabled(user: User, before: User | None) -> bool:
    """Whether an account may take their part. Where the roster does not say it is as before."""
    told = user.enabled_user
    if told is None and before is not None:
        told = before.enabled_user
    return told is not False


def _of_kind(people: People, wanted: str) -> Iterator[tuple[int, str, bool]]:
    for (kind, school, name), active in people.parts.items():
        if kind == wanted:
            yield school, name, active
