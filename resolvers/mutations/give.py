"""Giving grades: one, or those of a whole class, in one transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.reading.diary import grades_to_change
from db.store import Reader, Store
from db.writing.grades import GIVEN, give_grades
from domain.ids import uuid7
from domain.refusals import Fault, refused
from resolvers.mutations.attempt import Outcome, attempt
from resolvers.mutations.given import not_found
from resolvers.mutations.grounds import grounds_of, judged
from resolvers.mutations.new_grade import Draft, NewGrade, drafts_of
from resolvers.mutations.receipts import Request, earlier
from resolvers.mutations.repeated import already_given, insist_on_same
from resolvers.relations import may_know
from resolvers.viewer import Viewer

MOST_GRADES = 200
Placed = Sequence[tuple[tuple[str, ...], NewGrade]]


async def give_grade(
    store: Store, viewer: Viewer, new: NewGrade, key: str | None = None
) -> Outcome:
    return await _given(store, viewer, [((), new)], Request("giveGrade", new, key))


async def give_many(
    store: Store, viewer: Viewer, news: list[NewGrade], key: str | None = None
) -> Outcome:
    """All of them, in their order, or none."""
    placed = [(("grades", str(place)), new) for place, new in enumerate(news)]
    return await _given(store, viewer, placed, Request("giveGrades", news, key))


async def _given(store: Store, viewer: Viewer, news: Placed, request: Request) -> Outcome:
    async def act(reader: Reader) -> list[Any]:
        if not 0 < len(news) <= MOST_GRADES:
            raise refused(Fault.BAD_INPUT, f"Give 1 to {MOST_GRADES} grades at once.", "grades")
        drafts = drafts_of(viewer, news)
        _all_different(drafts)
        school, ids = drafts[0].school_id, [draft.id for draft in drafts]
        done = await earlier(reader, viewer, school, request, ids)
        new = await _give(reader, viewer, drafts) if done is None else []
        return await _as_they_are(reader, viewer, school, done or ids, new)

    return await attempt(store, viewer, "Grade", act)


def _all_different(drafts: Sequence[Draft]) -> None:
    seen = set()
    for draft in drafts:
        if draft.id in seen:
            message = "Two grades of this request have the same id."
            raise refused(Fault.BAD_INPUT, message, *draft.path, "id")
        seen.add(draft.id)


async def _give(reader: Reader, viewer: Viewer, drafts: list[Draft]) -> Sequence[Any]:
    """The grades that were not there yet."""
    done = await already_given(reader, viewer, [draft for draft in drafts if draft.named])
    left = [draft for draft in drafts if draft.id not in done]
    if not left:
        return []
    rows = judged(viewer, await grounds_of(reader, left), left)
    place = {row["id"]: number for number, row in enumerate(rows)}
    # In one order for everybody, so that two requests never wait for each other.
    rows.sort(key=lambda row: row["id"])
    given = await reader.fetch(
        give_grades,
        school=left[0].school_id,
        account=viewer.account.id,
        seq=[place[row["id"]] for row in rows],
        step=[uuid7() for _ in rows],
        **{name: [row[name] for row in rows] for name in GIVEN},
    )
    new = {grade.id for grade in given}
    await insist_on_same(reader, viewer, [draft for draft in left if draft.id not in new])
    return given


async def _as_they_are(
    reader: Reader, viewer: Viewer, school: int, ids: Sequence[UUID], new: Sequence[Any]
) -> list[Any]:
    rows = {row.id: row for row in new}
    if old := [id_ for id_ in ids if id_ not in rows]:
        rows |= {
            row.id: row for row in await reader.fetch(grades_to_change, school=school, ids=old)
        }
    found = {id_: row for id_, row in rows.items() if may_know(viewer, "Grade", row)}
    if any(id_ not in found for id_ in ids):
        raise not_found("grade")
    return [found[id_] for id_ in ids]
