"""The FAQ of a school: its questions made, changed and put away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.faq import faq_of_school
from db.tables.faq import FaqEntry
from db.tables.schools import School
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.history import Step
from domain.names import text_key
from domain.refusals import UserError, UserErrorCode, refused
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, sets_up
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.faq import FAQ_ENTRY

Code = UserErrorCode
LONGEST_QUESTION = 500
MOST_ENTRIES = 300
TEXTS = ("question_en", "answer_en", "question_ru", "answer_ru")


def incomplete(of: Mapping[str, Any]) -> UserError | None:
    """Refuse a question without its answer, an answer without its question, and neither."""
    for language in ("en", "ru"):
        question, answer = of[f"question_{language}"], of[f"answer_{language}"]
        if (question is None) != (answer is None):
            missing = "question" if question is None else "answer"
            message = f"It has no {missing} in this language."
            return UserError(Code.BAD_INPUT, message, (f"{missing}{language.capitalize()}",))
    if of["question_en"] is None and of["question_ru"] is None:
        return UserError(Code.BAD_INPUT, "Give it in English or in Russian.", ("questionEn",))
    return None


@dataclass(frozen=True, slots=True)
class FaqEntryToCreate:
    """One of many questions: in English, in Russian, or in both."""

    question_en: Annotated[str | None, "The question in English.", Text(LONGEST_QUESTION)] = None
    answer_en: Annotated[str | None, "The answer in English.", Text(LONGEST_TEXT)] = None
    question_ru: Annotated[str | None, "The question in Russian.", Text(LONGEST_QUESTION)] = None
    answer_ru: Annotated[str | None, "The answer in Russian.", Text(LONGEST_TEXT)] = None


@dataclass(frozen=True, slots=True)
class CreateFaqEntries:
    """Questions to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    faq_entries: Annotated[list[FaqEntryToCreate], "The questions, at most 200."]


@sets_up(
    FAQ_ENTRY,
    "Create questions of the school's FAQ with their answers, all of them or none, after those that"
    " are there.",
    Code.TOO_MANY,
    items="faq_entries",
)
async def create_faq_entries(
    transaction: Transaction, given: Parsed[CreateFaqEntries], school: School
) -> Sequence[Row]:
    there = await transaction.reader.fetch(faq_of_school, school=school.school_id)
    drafts = given.items["faq_entries"]
    if len(there) + len(drafts) > MOST_ENTRIES:
        raise refused(Code.TOO_MANY, f"A FAQ has at most {MOST_ENTRIES} questions.", "faqEntries")
    rank = max((each.rank for each in there), default=0)
    refusals, rows = Refusals(), list[Row]()
    for place, draft in enumerate(drafts, 1):
        texts = draft.columns()
        refusals.note(incomplete(texts), *draft.path)
        key = text_key(*texts.values())
        rows.append({"id": draft.id, **texts, "word_key": key, "rank": rank + place})
    refusals.check()
    return rows


@dataclass(frozen=True, slots=True)
class ChangeFaqEntry(Edit):
    """What changes of a question."""

    question_en: Annotated[
        str | UnsetType | None,
        "The question in English; as it is, if left out; null takes it away.",
        Text(LONGEST_QUESTION),
    ] = UNSET
    answer_en: Annotated[
        str | UnsetType | None,
        "The answer in English; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    question_ru: Annotated[
        str | UnsetType | None,
        "The question in Russian; as it is, if left out; null takes it away.",
        Text(LONGEST_QUESTION),
    ] = UNSET
    answer_ru: Annotated[
        str | UnsetType | None,
        "The answer in Russian; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    rank: Annotated[int | UnsetType, "Its place: the lowest first; as it is, if left out."] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET


@edits(
    FAQ_ENTRY,
    "Change a question of the FAQ or its answer, or take back one that was put away.",
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_faq_entry(
    transaction: Transaction, given: Parsed[ChangeFaqEntry], entry: FaqEntry
) -> Row:
    new = given.columns(changes=True)
    texts = {name: new.get(name, getattr(entry, name)) for name in TEXTS}
    transaction.insist(incomplete(texts))
    return {**new, "word_key": text_key(*texts.values())}


@edits(
    FAQ_ENTRY,
    "Put a question of the FAQ out of use; it is kept.",
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_faq_entry(_: Transaction, given: Parsed[Edit], entry: FaqEntry) -> Row:
    return {"active": False}
