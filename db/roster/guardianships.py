"""Guardianships, from agents: the child's row names the guardian, or the guardian's row the
child."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from db.roster.ended_ties import end_ties_of_guardians
from db.roster.import_run import Ids, ImportRun, missing
from db.roster.merge import Batch
from db.roster.people import People
from db.roster.sql import fetch, of_schools, table
from domain.ids import uuid7
from domain.oneroster import Sheet
from domain.oneroster.records import Role, User
from domain.oneroster.saying import Saying

Names = dict[str, set[str]]


@dataclass(slots=True)
class KnownGuardianship:
    id: UUID
    ends_on: date | None
    by_guardian: bool


@dataclass(slots=True)
class Agents:
    """The guardians that each child's row names, and the guardians whose rows name the child."""

    by_child: Names = field(default_factory=dict)
    by_guardian: Names = field(default_factory=dict)

    def of(self, child: str) -> set[str]:
        return self.by_child.get(child, set()) | self.by_guardian.get(child, set())


async def place_guardianships(run: ImportRun, people: People) -> None:
    """Merge the guardianships of agents who are guardians, and end those that the roster no longer
    names."""
    sheet = run.roster.sheet("users", User)
    students = await run.ids("student")
    agents = _agents(run, sheet, people, {name for _, name in students})
    guardians = await run.ids("guardian")
    placing = _Placing(run, people, agents, sheet, students, guardians, await _ties(run))
    for user in sheet.records:
        for school in run.schools:
            if ("student", school, user.sourced_id) in people.parts:
                placing.place(school, user.sourced_id)
    for school, child in placing.others():
        placing.place(school, child)
    await run.merge("guardianships", placing.batch)
    if sheet.bulk:
        run.check_deletions("guardianships", placing.gone, placing.before)
    await end_ties_of_guardians(run)


class _Placing:
    def __init__(
        self,
        run: ImportRun,
        people: People,
        agents: Agents,
        sheet: Sheet[User],
        students: Ids,
        guardians: Ids,
        ties: dict[tuple[int, UUID], dict[UUID, KnownGuardianship]],
    ) -> None:
        self.run, self.people, self.agents = run, people, agents
        self.sheet, self.ties = sheet, ties
        self.students, self.guardians = students, guardians
        self.names = {(school, id_): name for (school, name), id_ in guardians.items()}
        owned = ("ends_on", "named_by_guardian")
        self.batch = Batch("guardianship", owned, ("student_id", "guardian_id", "relation"))
        self.unread = _unread(run, sheet)
        self.gone = self.before = 0

    def place(self, school: int, child: str) -> None:
        student = self.students[school, child]
        ties = self.ties.get((school, student), {})
        named = {
            self.guardians[school, agent]: agent not in self.agents.by_child.get(child, ())
            for agent in self.agents.of(child)
            if self.people.parts.get(("guardian", school, agent))
        }
        today = self.run.today(school)
        for guardian, by_guardian in sorted(named.items()):
            tie = ties.get(guardian) or KnownGuardianship(uuid7(), None, False)
            is_over = tie.ends_on is not None and tie.ends_on < today
            values = None if is_over else tie.ends_on, tie.by_guardian or by_guardian
            self.batch.add(school, tie.id, values, student, guardian, "GUARDIAN")
        for guardian, tie in ties.items():
            if tie.ends_on is not None and tie.ends_on < today:
                continue
            self.before += child in self.sheet.lines
            name = self.names[school, guardian]
            if guardian in named or not self.has_ended(child, name, tie):
                continue
            if name == str(guardian):
                self.run.findings.notice(self.sheet.file, Saying.TIE_LEFT_ALONE())
                continue
            self.gone += 1
            values = today - timedelta(days=1), tie.by_guardian
            self.batch.add(school, tie.id, values, student, guardian, "GUARDIAN")

    def has_ended(self, child: str, guardian: str, tie: KnownGuardianship) -> bool:
        """Whether a guardianship that is no longer named has ended.

        In a delta it ends only if the row that named it is there: the guardian's row if that one
        named the child, or else the child's. It does not end if a bad row may name it.
        """
        if self.unread is None or guardian in self.unread:
            return False
        if self.sheet.bulk:
            return child in self.sheet.lines
        told_by_child = child in self.sheet.lines and bool(self.agents.by_child.get(child))
        if tie.by_guardian:
            return guardian in self.sheet.lines or told_by_child
        return child in self.sheet.lines

    def others(self) -> Iterator[tuple[int, str]]:
        """Children without a row whom the row of a guardian names, or named before."""
        for (school, child), id_ in sorted(self.students.items()):
            ties = () if self.sheet.bulk else self.ties.get((school, id_), {}).values()
            named = child in self.agents.by_guardian or any(tie.by_guardian for tie in ties)
            if named and child not in self.sheet.lines:
                yield school, child


def _unread(run: ImportRun, users: Sheet[User]) -> set[str] | None:
    """The users with bad rows; None if a bad row may be about anybody."""
    roles = run.roster.sheet("roles", Role)
    if not users.whole or not roles.whole or any(each not in roles.lines for each in roles.bad):
        return None
    dropped = {each.user_sourced_id for each in roles.records if each.sourced_id in roles.bad}
    return dropped | users.bad.keys()


async def _ties(run: ImportRun) -> dict[tuple[int, UUID], dict[UUID, KnownGuardianship]]:
    source = table("guardianship")
    found: dict[tuple[int, UUID], dict[UUID, KnownGuardianship]] = {}
    for row in await fetch(run.connection, select(source).where(of_schools(source, run.schools))):
        at = found.setdefault((row["school_id"], row["student_id"]), {})
        at[row["guardian_id"]] = KnownGuardianship(
            row["id"], row["ends_on"], row["named_by_guardian"]
        )
    return found


def _agents(run: ImportRun, sheet: Sheet[User], people: People, students: set[str]) -> Agents:
    """The agents of users that are guardians, or children of the guardian whose row it is. Unknown
    agents are reported and left out."""
    found = Agents()
    for user in sheet.records:
        for agent in user.agent_sourced_ids:
            if agent in people.guardians:
                found.by_child.setdefault(user.sourced_id, set()).add(agent)
            elif user.sourced_id in people.guardians and agent in students:
                found.by_guardian.setdefault(agent, set()).add(user.sourced_id)
            elif agent in people.users:
                run.findings.notice(sheet.file, Saying.AGENT_WITHOUT_ROLE())
            else:
                reason = missing("user", agent, sheet)
                run.findings.bad(sheet.file, user.line, "agentSourcedIds", reason)
    for child, guardians in found.by_guardian.items():
        for _ in guardians - found.by_child.get(child, set()):
            run.findings.notice(sheet.file, Saying.TIED_BY_GUARDIAN())
    return found
