"""The result of an import or of a dry run."""

from dataclasses import dataclass, field

from domain.oneroster import BadRow, Said


@dataclass(slots=True)
class Changes:
    """`ended` are people who have left, and ties that end, because they are no longer listed."""

    created: int = 0
    changed: int = 0
    made_inactive: int = 0
    ended: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        ended = f" {self.ended} ended," if self.ended else ""
        return (
            f"{self.created} created, {self.changed} changed,"
            f" {self.made_inactive} made inactive,{ended} {self.unchanged} unchanged"
        )

    @property
    def any(self) -> bool:
        return bool(self.created or self.changed or self.made_inactive or self.ended)

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.made_inactive + self.ended + self.unchanged


@dataclass(slots=True)
class Report:
    """`refusals` explain which deletions were too many; `written` is whether the import was
    committed; `schools` are those that the roster is about; `unzoned` names new schools that are in
    UTC because no zone was given.

    For a dry run with bad rows, `changes` are those of the sound rows.
    """

    changes: dict[str, Changes] = field(default_factory=dict)
    bad_rows: list[BadRow] = field(default_factory=list)
    notices: list[Said] = field(default_factory=list)
    refusals: list[Said] = field(default_factory=list)
    dry_run: bool = False
    written: bool = False
    skip_bad_rows: bool = False
    unzoned: list[str] = field(default_factory=list)
    schools: list[int] = field(default_factory=list)

    def of(self, noun: str) -> Changes:
        return self.changes.setdefault(noun, Changes())

    def lines(self) -> list[str]:
        """The report as lines of text."""
        said = [str(row) for row in self.bad_rows]
        said += [f"Notice: {notice}" for notice in self.notices]
        said += [f"{noun}: {changes}" for noun, changes in self.changes.items() if changes.rows]
        return [*said, *self.refusals, self._verdict()]

    def _verdict(self) -> str:
        rows = f"{len(self.bad_rows)} bad row{'s' * (len(self.bad_rows) != 1)}"
        if self.written:
            left_out = f", and {rows} left out" if self.bad_rows else ""
            return f"{'Written' if self._changed else 'Nothing had to change'}{left_out}."
        if self.bad_rows and self.dry_run and not self.skip_bad_rows:
            return f"Nothing would be written: {rows}. With --skip-bad-rows this would change."
        if self.bad_rows and not self.skip_bad_rows:
            return f"Nothing is written: {rows}. Mend them, or give --skip-bad-rows."
        if self.refusals:
            return "Nothing is written. If this is meant, give --allow-deletions."
        return (
            "This would change; nothing is written." if self._changed else "Nothing would change."
        )

    @property
    def _changed(self) -> bool:
        return any(each.any for each in self.changes.values())
