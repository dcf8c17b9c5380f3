"""Lessons replaced: a single one, and all of a day at once, as when a teacher is absent."""

from db.store import Reader, Store
from db.tables.lessons import Lesson
from domain.audience import OFFICE
from domain.ids import uuid7
from domain.policy import takes_place
from domain.refusals import UserErrorCode, refused
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.inputs import parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import office_of
from resolvers.declarations.parsing import not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.global_id import NIL
from resolvers.lessons import LESSON
from resolvers.mutations.replacement_inputs import ReplaceLesson, ReplaceLessons
from resolvers.mutations.replacement_plans import Plan
from resolvers.viewer import Viewer

Code = UserErrorCode
CODES = (
    Code.FORBIDDEN, Code.CONFLICT, Code.CLASH, Code.LESSON_CANCELLED, Code.LESSON_IN_FUTURE,
    Code.NOT_THERE, Code.OUTSIDE_YEAR, Code.PERIOD_LOCKED,
)  # fmt: skip


@mutation(
    LESSON,
    "Replace a lesson: give it another teacher, room or time, let another course have its hour, "
    "join it to another, or cancel it. It shows what it was.",
    *CODES,
    by=OFFICE,
    requires=[takes_place],
    answer="The lesson as it is now; where another course has its hour, the lesson of that.",
)
async def replace_lesson(
    store: Store, viewer: Viewer, given: ReplaceLesson, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Lesson]:
        parsed = parse(given)
        school, ref = parsed.keys["lesson"]
        rights_in(viewer, school, "lesson", "lesson")
        transaction = Transaction(reader, viewer, school)
        lesson = await transaction.known(LESSON, ref, "lesson")
        if not transaction.relation(LESSON, lesson) & OFFICE:
            raise refused(Code.FORBIDDEN, "Only the school's office does this.", "lesson")
        parsed.check_school(school)
        new_id = uuid7()
        refs = [new_id if parsed.given.course is not None else ref]
        request = Request("replace_lesson", given, key)
        done = await earlier(reader, viewer, school, request, refs)
        if done is None:
            plan = Plan(await office_of(transaction), [parsed], [new_id], given.reason, None)
            await plan.carry_out(overruled=given.overrule)
        return await transaction.shown(LESSON, done or refs)

    return await attempt(store, viewer, LESSON, act)


@mutation(
    LESSON,
    "Replace lessons of a day, all of them or none, as when a teacher is absent: each as "
    "`replaceLesson` does it. What clashes is looked for after all of it.",
    *CODES,
    by=OFFICE,
    at="School",
    answer="The lessons as they are now, in the order of the input; where another course has the "
    "hour, the lesson of that.",
    many=True,
)
async def replace_lessons(
    store: Store, viewer: Viewer, given: ReplaceLessons, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Lesson]:
        if not 0 < len(given.lessons) <= MOST_AT_ONCE:
            message = f"Give 1 to {MOST_AT_ONCE} lessons at once."
            raise refused(Code.BAD_INPUT, message, "lessons")
        parsed = parse(given)
        school, nil = parsed.keys["school"]
        rights = rights_in(viewer, school, "school", "school")
        if nil != NIL:
            raise not_found("school", "school")
        if not rights.everywhere & OFFICE:
            raise refused(Code.FORBIDDEN, "Only the school's office does this.", "school")
        transaction, lines = Transaction(reader, viewer, school), parsed.items["lessons"]
        for line in lines:
            line.check_school(school)
        new_ids = [uuid7() for _ in lines]
        refs = [
            new if line.given.course is not None else line.keys["lesson"][1]
            for line, new in zip(lines, new_ids, strict=True)
        ]
        request = Request("replace_lessons", given, key)
        done = await earlier(reader, viewer, school, request, refs)
        if done is None:
            office = await office_of(transaction)
            plan = Plan(office, lines, new_ids, parsed.given.reason, parsed.given.day)
            await plan.carry_out(overruled=given.overrule)
        return await transaction.shown(LESSON, done or refs)

    return await attempt(store, viewer, LESSON, act)
