"""The schools of a roster, and the school of each org."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)

from db.founding import removing
from db.roster.import_run import ImportRun, missing
from db.roster.merge import OURS
from db.roster.sql import execute, fetch, of_schools, table
from db.roster.zones import ALL, BadOption, zone_option
from db.store import Reader
from db.writing.zones import set_zone
from domain.oneroster import Sheet
from domain.oneroster.records import Class, Enrollment, Org, Role, User
from domain.oneroster.saying import Refusal, Saying

BY_NUMBER = f"{OURS}school-"
"""The prefix of the roster id of a school that no roster has brought; its number follows."""


class DemoDatabase(Refusal):
    """A roster brings a real school to a database that holds the demo; the message says so."""


class AnotherSchool(Refusal):
    """A roster is about another school than it may be; the message says so."""


async def school_numbers(connection: Any) -> list[int]:
    """The numbers of all schools."""
    school = table("school")
    rows = await fetch(connection, select(school.c.school_id).order_by(school.c.school_id))
    return [row["school_id"] for row in rows]


async def place_schools(run: ImportRun, only: int | None = None) -> None:
    """Insert or update the schools of the roster, and find the school of each org. Raises where
    it is about another school than the one that it may be about."""
    sheet = run.roster.sheet("orgs", Org)
    schools = _schools(run, sheet)
    known = await _register(run, sorted({*schools, *_named(run)}))
    for org in schools.values():
        known[org.sourced_id] = await _insert_or_update(run, org, known.get(org.sourced_id))
    run.school_of.update(known)
    _resolve_parents(run, sheet, schools)
    about = {found for found in run.school_of.values() if found is not None}
    await _set_zones(run, sorted(about))
    rows = await _zones(run, sorted(about))
    run.zones = {row["school_id"]: row["time_zone"] for row in rows}
    run.schools = run.report.schools = sorted(run.zones)
    if only is not None and run.schools != [only]:
        raise AnotherSchool(Saying.OTHER_SCHOOLS())
    if not run.schools:
        run.findings.notice(sheet.file, Saying.NO_SCHOOL())


def _named(run: ImportRun) -> set[str]:
    """All orgs that rows of the roster refer to."""
    roster = run.roster
    named = {each.school_sourced_id for each in roster.sheet("classes", Class).records}
    named |= {each.school_sourced_id for each in roster.sheet("enrollments", Enrollment).records}
    named |= {each.org_sourced_id for each in roster.sheet("roles", Role).records}
    for user in roster.sheet("users", User).records:
        named.update(user.org_sourced_ids)
    return named


async def _register(run: ImportRun, names: list[str]) -> dict[str, int | None]:
    school = table("school")
    key = _key(school)
    query = select(key.label("key"), school.c.school_id, school.c.name, school.c.active)
    rows = await fetch(run.connection, query)
    wanted = set(names)
    return {row["key"]: row["school_id"] for row in rows if row["key"] in wanted}


async def _zones(run: ImportRun, about: list[int]) -> list[Any]:
    """The time zones of the schools; of all schools if the roster names none."""
    school = table("school")
    query = select(school.c.school_id, school.c.time_zone)
    if about or "orgs" in run.roster.sheets or _named(run):
        query = query.where(of_schools(school, about))
    return await fetch(run.connection, query)


async def _set_zones(run: ImportRun, about: list[int]) -> None:
    """Move schools to the zones of the options; raises BadOption for an unknown school."""
    school, zones = table("school"), run.options.zones
    unknown = zones.keys() - {ALL}
    query = select(school.c.school_id, school.c.name, _key(school).label("key"))
    for row in await fetch(run.connection, query.where(of_schools(school, about))):
        unknown -= {row["key"], row["name"]}
        zone = zone_option(zones, row["key"], row["name"])
        if zone is not None:
            moved = await set_zone(Reader(run.connection), row["school_id"], zone)
            if moved is not None:
                run.report.of("time zones").changed += 1
                run.report.of("lessons").changed += moved
                run.schools_with_changed_rights.add(row["school_id"])
    if unknown:
        names = ", ".join(sorted(unknown))
        raise BadOption(Saying.SCHOOL_UNKNOWN(names=names))


async def _insert_or_update(run: ImportRun, org: Org, school_id: int | None) -> int:
    school, changes = table("school"), run.report.of("schools")
    if school_id is None:
        school_id = await _called_so(run, org)
    if school_id is None:
        await _refuse_beside_demo(run, org)
        changes.created += 1
        zone = zone_option(run.options.zones, org.sourced_id, org.name) or "UTC"
        given: dict[str, Any] = {
            "name": org.name,
            "sourced_id": org.sourced_id,
            "active": org.active,
            "time_zone": zone,
            "language": run.language,
            "sorted_by": "",
        }
        values = select(*(literal(value, school.c[name].type) for name, value in given.items()))
        # Other columns get the defaults of the database, which are not those of the model.
        made = insert(school).from_select(list(given), values, include_defaults=False)
        if zone == "UTC" and not run.options.zones:
            run.report.unzoned.append(org.name)
        (row,) = await fetch(run.connection, made.returning(school.c.school_id))
        return int(row["school_id"])
    same = school.c.school_id == literal(school_id, Integer)
    (old,) = await fetch(run.connection, select(school.c.name, school.c.active).where(same))
    if (old["name"], old["active"]) == (org.name, org.active):
        changes.unchanged += 1
        return school_id
    if old["active"] != org.active:
        run.schools_with_changed_rights.add(school_id)
    changed = update(school).where(same).values(name=org.name, active=org.active)
    await execute(run.connection, changed)
    if old["active"] and not org.active:
        changes.made_inactive += 1
    else:
        changes.changed += 1
    return school_id


async def _refuse_beside_demo(run: ImportRun, org: Org) -> None:
    school = table("school")
    query = select(school.c.school_id).where(school.c.demo).order_by(school.c.school_id)
    if demo := await fetch(run.connection, query):
        commands = removing(each["school_id"] for each in demo)
        raise DemoDatabase(Saying.BESIDE_DEMO(name=org.name, commands=commands))


async def _called_so(run: ImportRun, org: Org) -> int | None:
    """The one school of the org's name that no roster has brought, which it is from now on."""
    school = table("school")
    made_here = (school.c.sourced_id.is_(None), school.c.name == org.name, school.c.active)
    found = await fetch(
        run.connection, select(school.c.school_id).where(*made_here, ~school.c.demo)
    )
    if len(found) != 1:
        return None
    (row,) = found
    same = school.c.school_id == literal(row["school_id"], Integer)
    named = update(school).where(same).values(sourced_id=org.sourced_id)
    await execute(run.connection, named)
    notice = Saying.TAKEN_AS_SCHOOL(name=org.name, number=row["school_id"])
    run.findings.notice(run.roster.sheet("orgs", Org).file, notice)
    return int(row["school_id"])


def _key(school: Table) -> ColumnElement[str]:
    return func.coalesce(school.c.sourced_id, literal(BY_NUMBER) + cast(school.c.school_id, String))


def _schools(run: ImportRun, sheet: Sheet[Org]) -> dict[str, Org]:
    """The orgs that are schools, and departments that have classes but no school above them."""
    orgs = {org.sourced_id: org for org in sheet.records}
    schools = {name: org for name, org in orgs.items() if org.type == "school"}
    named = {each.school_sourced_id for each in run.roster.sheet("classes", Class).records}
    for name in sorted(named):
        org = orgs.get(name)
        if (
            org is not None
            and org.type == "department"
            and _enclosing_school(schools, orgs, org) is None
        ):
            run.findings.notice(sheet.file, Saying.DEPARTMENT_AS_SCHOOL(name=name))
            schools[name] = org
    return schools


def _resolve_parents(run: ImportRun, sheet: Sheet[Org], schools: dict[str, Org]) -> None:
    """Find the school above each other org. An org whose parent is missing is bad, unless it is a
    school."""
    orgs = {org.sourced_id: org for org in sheet.records}
    for org in sheet.records:
        parent = org.parent_sourced_id
        lost = parent is not None and parent not in orgs and sheet.bulk
        if org.sourced_id in schools:
            if lost:
                run.findings.notice(sheet.file, Saying.PARENT_NOT_IN_FILE(id=parent))
        elif lost:
            reason = missing("org", str(parent), sheet)
            sheet.drop(org, run.findings, "parentSourcedId", reason)
        else:
            run.findings.notice(sheet.file, Saying.NO_SCHOOL_OF_ITS_OWN(type=org.type))
    for org in sheet.records:
        if org.sourced_id not in sheet.bad:
            school = _enclosing_school(schools, orgs, org)
            run.school_of[org.sourced_id] = run.school_of[school] if school else None


def _enclosing_school(schools: dict[str, Org], orgs: dict[str, Org], org: Org | None) -> str | None:
    seen: set[str] = set()
    while org is not None and org.sourced_id not in seen:
        if org.sourced_id in schools:
            return org.sourced_id
        seen.add(org.sourced_id)
        org = orgs.get(org.parent_sourced_id or "")
    return None
