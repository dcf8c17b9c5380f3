"""The schools of a roster, and which org belongs to which."""

from typing import Any

from sqlalchemy import Integer, String, cast, func, insert, literal, select, update

from db.roster.merge import OURS
from db.roster.sql import execute, fetch, of_schools, table
from db.roster.work import Work, missing
from db.roster.zones import ALL, BadOption, asked_for
from db.store import Reader
from db.writing.zones import set_zone
from domain.oneroster import Sheet
from domain.oneroster.records import Class, Enrollment, Org, Role, User

BY_NUMBER = f"{OURS}school-"
"""How a school that no roster has brought is named in one, before its number."""


async def school_numbers(connection: Any) -> list[int]:
    """Every school of the register."""
    school = table("school")
    rows = await fetch(connection, select(school.c.school_id).order_by(school.c.school_id))
    return [row["school_id"] for row in rows]


async def place_schools(work: Work) -> None:
    """Register the schools of the roster, and find the school of every org."""
    sheet = work.roster.sheet("orgs", Org)
    schools = _schools(work, sheet)
    known = await _register(work, sorted({*schools, *_named(work)}))
    for org in schools.values():
        known[org.sourced_id] = await _bring(work, org, known.get(org.sourced_id))
    work.school_of.update(known)
    _parents(work, sheet, schools)
    about = {found for found in work.school_of.values() if found is not None}
    await _set_zones(work, sorted(about))
    rows = await _zones(work, sorted(about))
    work.zones = {row["school_id"]: row["time_zone"] for row in rows}
    work.schools = work.report.schools = sorted(work.zones)
    if not work.schools:
        work.findings.notice(sheet.file, "no school is in this roster, so nothing has a place")


def _named(work: Work) -> set[str]:
    """Every org that the roster's rows name."""
    roster = work.roster
    named = {each.school_sourced_id for each in roster.sheet("classes", Class).records}
    named |= {each.school_sourced_id for each in roster.sheet("enrollments", Enrollment).records}
    named |= {each.org_sourced_id for each in roster.sheet("roles", Role).records}
    for user in roster.sheet("users", User).records:
        named.update(user.org_sourced_ids)
    return named


async def _register(work: Work, names: list[str]) -> dict[str, int | None]:
    school = table("school")
    key = _key(school)
    query = select(key.label("key"), school.c.school_id, school.c.name, school.c.active)
    rows = await fetch(work.connection, query)
    wanted = set(names)
    return {row["key"]: row["school_id"] for row in rows if row["key"] in wanted}


async def _zones(work: Work, about: list[int]) -> list[Any]:
    """The time zones of the schools; of every rostered school, where the roster names none."""
    school = table("school")
    query = select(school.c.school_id, school.c.time_zone)
    if about or "orgs" in work.roster.sheets or _named(work):
        query = query.where(of_schools(school, about))
    return await fetch(work.connection, query)


async def _set_zones(work: Work, about: list[int]) -> None:
    """Move schools to the zones that were asked for; every one of those is some school's."""
    school, zones = table("school"), work.asked.zones
    unknown = zones.keys() - {ALL}
    query = select(school.c.school_id, school.c.name, _key(school).label("key"))
    for row in await fetch(work.connection, query.where(of_schools(school, about))):
        unknown -= {row["key"], row["name"]}
        zone = asked_for(zones, row["key"], row["name"])
        if zone is not None:
            moved = await set_zone(Reader(work.connection), row["school_id"], zone)
            if moved is not None:
                work.report.of("time zones").changed += 1
                work.report.of("lessons").changed += moved
                work.rights_moved.add(row["school_id"])
    if unknown:
        names = ", ".join(sorted(unknown))
        raise BadOption(f"the roster has no school {names} to give a time zone")


async def _bring(work: Work, org: Org, school_id: int | None) -> int:
    school, changes = table("school"), work.report.of("schools")
    if school_id is None:
        school_id = await _called_so(work, org)
    if school_id is None:
        changes.created += 1
        zone = asked_for(work.asked.zones, org.sourced_id, org.name) or "UTC"
        says: dict[str, Any] = {
            "name": org.name,
            "sourced_id": org.sourced_id,
            "active": org.active,
            "time_zone": zone,
            "language": work.language,
            "sorted_by": "",
        }
        values = select(*(literal(value, school.c[name].type) for name, value in says.items()))
        # What it says nothing of is as the database has it, not as Python would.
        made = insert(school).from_select(list(says), values, include_defaults=False)
        if zone == "UTC" and not work.asked.zones:
            work.report.unzoned.append(org.name)
        (row,) = await fetch(work.connection, made.returning(school.c.school_id))
        return int(row["school_id"])
    same = school.c.school_id == literal(school_id, Integer)
    (old,) = await fetch(work.connection, select(school.c.name, school.c.active).where(same))
    if (old["name"], old["active"]) == (org.name, org.active):
        changes.unchanged += 1
        return school_id
    if old["active"] != org.active:
        work.rights_moved.add(school_id)
    changed = update(school).where(same).values(name=org.name, active=org.active)
    await execute(work.connection, changed)
    if old["active"] and not org.active:
        changes.made_inactive += 1
    else:
        changes.changed += 1
    return school_id


async def _called_so(work: Work, org: Org) -> int | None:
    """The one school of the org's name that no roster has brought, which it is from now on."""
    school = table("school")
    made_here = (school.c.sourced_id.is_(None), school.c.name == org.name, school.c.active)
    found = await fetch(
        work.connection, select(school.c.school_id).where(*made_here, ~school.c.demo)
    )
    if len(found) != 1:
        return None
    (row,) = found
    same = school.c.school_id == literal(row["school_id"], Integer)
    named = update(school).where(same).values(sourced_id=org.sourced_id)
    await execute(work.connection, named)
    notice = f"{org.name} is taken as school {row['school_id']}, which is called so"
    work.findings.notice(work.roster.sheet("orgs", Org).file, notice)
    return int(row["school_id"])


def _key(school: Any) -> Any:  # a column's expression
    return func.coalesce(school.c.sourced_id, literal(BY_NUMBER) + cast(school.c.school_id, String))


def _schools(work: Work, sheet: Sheet[Org]) -> dict[str, Org]:
    """The schools, and what stands in for one: a department below none that has classes."""
    orgs = {org.sourced_id: org for org in sheet.records}
    schools = {name: org for name, org in orgs.items() if org.type == "school"}
    named = {each.school_sourced_id for each in work.roster.sheet("classes", Class).records}
    for name in sorted(named):
        org = orgs.get(name)
        if org is not None and org.type == "department" and _above(schools, orgs, org) is None:
            work.findings.notice(sheet.file, f"the department {name} is taken as a school")
            schools[name] = org
    return schools


def _parents(work: Work, sheet: Sheet[Org], schools: dict[str, Org]) -> None:
    """Lead the other orgs up to their schools; one without its parent is bad, unless a school."""
    orgs = {org.sourced_id: org for org in sheet.records}
    for org in sheet.records:
        parent = org.parent_sourced_id
        lost = parent is not None and parent not in orgs and sheet.bulk
        if org.sourced_id in schools:
            if lost:
                work.findings.notice(sheet.file, f"a school's parent {parent} is not in the file")
        elif lost:
            reason = missing("org", str(parent), sheet)
            sheet.drop(org, work.findings, "parentSourcedId", reason)
        else:
            work.findings.notice(sheet.file, f"a {org.type} is no school of its own")
    for org in sheet.records:
        if org.sourced_id not in sheet.bad:
            school = _above(schools, orgs, org)
            work.school_of[org.sourced_id] = work.school_of[school] if school else None


def _above(schools: dict[str, Org], orgs: dict[str, Org], org: Org | None) -> str | None:
    seen: set[str] = set()
    while org is not None and org.sourced_id not in seen:
        if org.sourced_id in schools:
            return org.sourced_id
        seen.add(org.sourced_id)
        org = orgs.get(org.parent_sourced_id or "")
    return None
