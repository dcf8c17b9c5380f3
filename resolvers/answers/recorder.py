"""What a run of an operation has read, if that can be told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from db.dependencies import LESSON, Dependency, dependency_of
from db.statement import Statement
from resolvers.answers.changes import Basis
from resolvers.answers.loads import LoadsOfRun
from resolvers.answers.parts import PartsOfRun
from resolvers.global_id import NIL, Key
from resolvers.viewer import Rights

KEY_OF_DATABASE = "feed_key"
"""Reads what seals the cursors: with another key all answers are dropped, as each look tells."""


class Deciding(Protocol):
    """What of a viewer's rights decides an answer."""

    def of(self, rights: Rights) -> object:
        """Equal for viewers to whom the answer is the same."""


class Recorder:
    """Notes each load of a run. `unknown` is set once the answer depends on more than the records
    of one school."""

    __slots__ = (
        "deciding", "for_one_account", "loads", "parts", "rows", "school", "students", "unknown",
        "until",
    )  # fmt: skip

    def __init__(self) -> None:
        self.school: int | None = None
        self.unknown = False
        self.deciding: Deciding | None = None
        self.for_one_account = False
        """Whether the answer is for the viewer's account alone."""
        self.parts: PartsOfRun | None = None
        """Parts of answers that are used and made, where they may be."""
        self.rows: LoadsOfRun | None = None
        """Rows that are used and loaded, where they may be."""
        self.until: datetime | None = None
        """When the answer changes by itself, if it does."""
        self.students: list[Key] | None = None
        """Whose lessons were read, if no other lessons matter but those that are named."""
        self.loads: list[tuple[Dependency, Iterable[Key]]] = []

    def add(self, dependency: Dependency | None, keys: Iterable[Key]) -> None:
        """A load of these keys."""
        if dependency is None:
            self.unknown = True
            return
        for school, _ in keys:
            if self.school is None:
                self.school = school
            elif school != self.school:
                self.unknown = True
        self.loads.append((dependency, keys))

    def note(self, statement: Statement[Any], parameters: Mapping[str, object]) -> None:
        """A statement that a resolver has run."""
        if statement.name == KEY_OF_DATABASE:
            return
        school, ids = parameters.get("school"), parameters.get("ids")
        match parameters.get("schools"):
            case [int(only)] if school is None:
                school = only
        if not isinstance(school, int):
            self.unknown = True
            return
        named = cast("Iterable[UUID]", ids) if ids else (NIL,)
        self.add(dependency_of(statement), [(school, id_) for id_ in named])

    def keep_parts(self, number: int) -> None:
        if self.parts is not None and self.until is None:
            self.parts.keep(number)

    def basis(self, number: int) -> Basis | None:
        """What the answer depends on, as of the look with the number; None if it is not known."""
        if self.unknown or self.school is None:
            return None
        ids: dict[str, set[UUID]] = {}
        students: dict[Key, None] = {}
        whole: set[str] = set()
        for dependency, keys in self.loads:
            whole |= dependency.whole
            if dependency.of_courses:
                students.update(dict.fromkeys(keys))
            if dependency.keyed:
                found = {id_ for _, id_ in keys}
                for table in dependency.keyed:
                    ids.setdefault(table, set()).update(found)
        keyed = {table: frozenset(each) for table, each in ids.items() if table not in whole}
        if students:
            self.students = list(students) if LESSON not in whole else None
            whole.add(LESSON)
        return Basis(self.school, number, keyed, frozenset(whole))
