"""The grade scales that a roster's scores need: points by range, and words by their tokens."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from db.roster.import_run import Ids, ImportRun, known_or_new
from db.roster.merge import OURS, Batch
from db.roster.sql import fetch, of_schools, table
from db.tables.roster import UNRANGED
from domain.counting import Above, Counting
from domain.oneroster.saying import Said, Saying
from domain.presets import FIVE_POINT, LETTERS, PASS_FAIL
from domain.scales import BadScale, Mark, OutsideScale, Scale, ScaleKind, canonical

STEP = Decimal("0.001")
ALL = {"five-point": FIVE_POINT, "letters": LETTERS, "pass-fail": PASS_FAIL}
WORDS = "Marks of the roster"
USUAL = UNRANGED


@dataclass(slots=True)
class Scales:
    """The schools' scales, and those to insert or to extend with new marks."""

    ids: Ids
    known: dict[UUID, Scale]
    batch: Batch = field(default_factory=lambda: _batch())

    @classmethod
    async def load(cls, run: ImportRun) -> "Scales":
        source = table("grade_scale")
        query = select(source.c.id, source.c.definition).where(of_schools(source, run.schools))
        known = {}
        for row in await fetch(run.connection, query):
            known[row["id"]] = Scale.from_data(json.loads(row["definition"]))
        return cls(await run.ids("grade_scale"), known)

    def usual(self, school: int) -> UUID:
        """The scale of line items without a range."""
        return self._have(school, USUAL, _points("Points", Decimal(0), Decimal(100)))

    def points(self, school: int, least: Decimal, most: Decimal) -> UUID:
        name = f"{canonical(least)} to {canonical(most)} points"
        sourced_id = f"{OURS}points:{canonical(least)}:{canonical(most)}"
        return self._have(school, sourced_id, _points(name, least, most))

    def word(self, school: int, token: str) -> tuple[UUID, Mark]:
        """The ready-made scale with this mark, or else the school's scale for all other marks."""
        for name, scale in ALL.items():
            try:
                mark = scale.mark(token)
            except OutsideScale:
                continue
            return self._have(school, f"{OURS}{name}", scale), mark
        sourced_id = f"{OURS}marks"
        own = self.known.get(self.ids.get((school, sourced_id), UUID(int=0)))
        try:
            return self.ids[school, sourced_id], own.mark(token) if own else Mark(token, None, True)
        except (KeyError, OutsideScale):
            mark = Mark(token, None, True)
            scale = Scale(WORDS, (*(own.marks if own else ()), mark))
            return self._have(school, sourced_id, scale), mark

    def marks(self, scale: UUID) -> Scale | None:
        """The scale if it is one of marks, or None."""
        found = self.known.get(scale)
        return found if found is not None and found.kind is ScaleKind.MARKS else None

    async def save(self, run: ImportRun) -> None:
        if self.batch.rows:
            await run.merge("grade scales", self.batch)
            self.batch = _batch()

    def _have(self, school: int, sourced_id: str, scale: Scale) -> UUID:
        id_ = known_or_new(self.ids, school, sourced_id)
        if id_ not in self.known or len(self.known[id_].marks) < len(scale.marks):
            self.known[id_] = scale
            values = (scale.name, json.dumps(scale.to_data()), True)
            self.batch.add(school, id_, values, sourced_id)
        return id_


def _batch() -> Batch:
    return Batch("grade_scale", ("name", "definition", "active"), ("sourced_id",), counted=True)


def _points(name: str, least: Decimal, most: Decimal) -> Scale:
    """A scale of points. Extra credit counts in full until the school decides otherwise."""
    counting = Counting() if least else Counting.of_points(most)
    return Scale(name, (), least, most, STEP, None, counting, Above.COUNTED)


def scale_error(least: Decimal, most: Decimal) -> Said | None:
    """Why there can be no scale with this range; None if there can."""
    try:
        _points("Points", least, most)
    except BadScale as error:
        return Saying.NO_SCALE(least=canonical(least), most=canonical(most), why=error)
    return None
