"""Giving grades: one, or those of a whole class, in one transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.reading.diary import grades_to_change
from db.store import Reader, Store
from db.writing.grades import GIVEN, give_grades, note_grades
from domain.ids import uuid7
from domain.refusals import Fault, refused
from resolvers.mutations.attempt import Outcome, attempt, tell_of
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
        if done is None:
            await _give(reader, viewer, drafts)
        return await _as_they_are(reader, viewer, school, done or ids)

    return await attempt(store, viewer, "Grade", act)


def _all_different(drafts: Sequence[Draft]) -> None:
    seen = set()
    for draft in drafts:
        if draft.id in seen:
            message = "Two grades of this request have the same id."
            raise refused(Fault.BAD_INPUT, message, *draft.path, "id")
        seen.add(draft.id)


async def _give(reader: Reader, viewer: Viewer, drafts: list[Draft]) -> None:
    done = await already_given(reader, viewer, [draft for draft in drafts if draft.named])
    left = [draft for draft in drafts if draft.id not in done]
    if not left:
        return
    rows = judged(viewer, await grounds_of(reader, left), left)
    # In one order for everybody, so that two requests never wait for each other.
    rows.sort(key=lambda row: row["id"])
    arrays = {name: [row[name] for row in rows] for name in GIVEN}
    new = {
        grade.id for grade in await reader.fetch(give_grades, school=left[0].school_id, **arrays)
    }
    await insist_on_same(reader, viewer, [draft for draft in left if draft.id not in new])
    await _noted(reader, viewer, left[0].school_id, [d.id for d in left if d.id in new])


async def _noted(reader: Reader, viewer: Viewer, school: int, ids: list[UUID]) -> None:
    nothing = [None] * len(ids)
    await reader.run(
        note_grades,
        school=school,
        account=viewer.account.id,
        new_change="GIVEN",
        new_reason=None,
        id=[uuid7() for _ in ids],
        grade_id=ids,
        version=[1] * len(ids),
        value_before=nothing,
        weight_before=nothing,
        state_before=nothing,
        work_type_id_before=nothing,
        excused_before=nothing,
        bonus_before=nothing,
        due_on_before=nothing,
        comment_before=nothing,
    )
    await tell_of(reader, "GRADE", "GIVEN", school, [(id_, 1) for id_ in ids])


async def _as_they_are(
    reader: Reader, viewer: Viewer, school: int, ids: Sequence[UUID]
) -> list[Any]:
    rows = await reader.fetch(grades_to_change, school=school, ids=list(ids))
    found = {row.id: row for row in rows if may_know(viewer, "Grade", row)}
    if any(id_ not in found for id_ in ids):
        raise not_found("grade")
    return [found[id_] for id_ in ids]
