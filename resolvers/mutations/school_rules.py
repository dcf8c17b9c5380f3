"""What a school says of itself: its name, language, zone, scale, rounding, week, keeping."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.own_data.erasing import terms_to_data
from db.sort_keys import renew_keys
from db.tables.schools import School
from db.writing.schools import set_language
from db.writing.versioned import Row
from db.writing.zones import set_zone
from domain.audience import HEADS
from domain.calendar import Weekday
from domain.grading import Rounding
from domain.history import Step
from domain.homework import LONGEST_LEVEL, MOST_LEVELS, check_minutes
from domain.moderation import OLDEST_GUARDED, listed
from domain.names import LONGEST_NAME, UnknownLanguage, language_of
from domain.own_data import DataKind, Term
from domain.refusals import UserError, UserErrorCode
from domain.scales import PLACES, fits
from domain.timetable import WeekCount
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import Checked, GlobalId, Parsed, Reference, Text
from resolvers.declarations.office import held
from resolvers.declarations.parsing import LONGEST_REASON, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.schools import known_zone
from resolvers.schools import GRADE_SCALE, SCHOOL

LONGEST_KEEPING = 100


def known_language(tag: str) -> str:
    try:
        return language_of(tag[:LONGEST_NAME])
    except UnknownLanguage:
        message = f"{tag[:40]!r} is no language as BCP 47 writes it, such as de or pt-BR"
        raise ValueError(message) from None


def some_days(days: list[Weekday]) -> list[Weekday]:
    """In the order of the week, each once."""
    if not days:
        raise ValueError("A school has lessons on some day of the week")
    return [day for day in Weekday if day in days]


def some_years(years: int) -> int:
    if not 0 <= years <= LONGEST_KEEPING:
        raise ValueError(f"A diary is kept for 0 to {LONGEST_KEEPING} years")
    return years


def some_audit_years(years: int) -> int:
    if not 1 <= years <= LONGEST_KEEPING:
        raise ValueError(f"The audit is kept for 1 to {LONGEST_KEEPING} years")
    return years


def some_age(years: int) -> int:
    if not 0 <= years <= OLDEST_GUARDED:
        raise ValueError(f"A guarded age is from 0 to {OLDEST_GUARDED} years")
    return years


@dataclass(frozen=True, slots=True)
class ThresholdOfMark:
    """A threshold for one mark."""

    mark: Annotated[str, "The mark, as it is written.", Text(16)]
    threshold: Annotated[Decimal, "Above 0 and at most 1."]


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """When an average is near enough to the next better mark for it to be proposed."""

    threshold: Annotated[
        Decimal,
        "How far on the way to the next better mark, above 0 and at most 1: 0.6 proposes a 5 from "
        "4.6 on; with 1, nothing is rounded up.",
    ]
    marks: Annotated[list[ThresholdOfMark], "For marks that have a threshold of their own."] = (
        field(default_factory=list)
    )


def rounding_from(given: RoundingRule) -> Rounding:
    """The rule that is described; a ValueError says why it is none."""
    of_marks = tuple((each.mark.strip(), each.threshold) for each in given.marks)
    if not all(fits(each, PLACES) for each in (given.threshold, *dict(of_marks).values())):
        raise ValueError(f"A threshold has at most {PLACES} decimals")
    return Rounding(given.threshold, of_marks)


@dataclass(frozen=True, slots=True)
class LimitOfLevel:
    """How much homework a day may have for a grade level."""

    grade_level: Annotated[str, "The grade level, as class groups have it.", Text(LONGEST_LEVEL)]
    minutes: Annotated[int, "How many minutes may be due on a day.", Checked(check_minutes)]


@dataclass(frozen=True, slots=True)
class TermOfLaw:
    """For how long a law has the school keep something of who has left."""

    kind: Annotated[DataKind, "What is kept."]
    years: Annotated[int, "For how many years after they have left.", Checked(some_years)]
    reason: Annotated[str, "By which law; the report of an erasure says so.", Text(LONGEST_REASON)]


@dataclass(frozen=True, slots=True)
class ChangeSchool:
    """What changes of a school."""

    school: Annotated[str, "The school, by global id.", Reference()]
    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    time_zone: Annotated[
        str | UnsetType,
        "Its IANA time zone; as it is, if left out. Lessons that last whole days stay on theirs.",
        Checked(known_zone),
    ] = UNSET
    language: Annotated[
        str | UnsetType,
        "The language, by BCP 47, in whose order its names are sorted; as it is, if left out.",
        Checked(known_language),
    ] = UNSET
    grade_scale: Annotated[
        str | UnsetType | None,
        "The scale of courses that have none of their own, by global id; as it is, if left out; "
        "null makes it five-point.",
        GlobalId("GradeScale"),
    ] = UNSET
    rounding: Annotated[
        RoundingRule | UnsetType, "When an average is rounded up; as it is, if left out."
    ] = UNSET
    week_days: Annotated[
        list[Weekday] | UnsetType,
        "On which days of the week it has lessons; as it is, if left out.",
        Checked(some_days),
    ] = UNSET
    week_count: Annotated[
        WeekCount | UnsetType,
        "How weeks A and B are counted; as it is, if left out. Lessons to come follow when they "
        "are generated.",
    ] = UNSET
    keeping_years: Annotated[
        int | UnsetType,
        "For how many years after they have left somebody may read their diary, from 0 to 100; "
        "as it is, if left out.",
        Checked(some_years),
    ] = UNSET
    audit_years: Annotated[
        int | UnsetType,
        "For how many years entries of its audit are kept, from 1 to 100; as it is, if left out.",
        Checked(some_audit_years),
    ] = UNSET
    homework_limits: Annotated[
        list[LimitOfLevel] | UnsetType,
        "How much homework may be due on a day, for each grade level that has a limit; as it is, "
        "if left out. Teachers are warned above it.",
    ] = UNSET
    classmates_write: Annotated[
        bool | UnsetType,
        "Whether students may write to those with whom they learn in a class group; as it is, if "
        "left out.",
    ] = UNSET

    legal_terms: Annotated[
        list[TermOfLaw] | UnsetType,
        "What a law has it keep of who has left, and for how long; as it is, if left out.",
    ] = UNSET

    held_words: Annotated[
        list[str] | UnsetType,
        "Words that hold back what is written with them, until a moderator has seen it; one that "
        "ends with * stands for all that begin so. As it is, if left out.",
        Checked(listed),
    ] = UNSET
    guarded_age: Annotated[
        int | UnsetType,
        "Under which age, from 0 to 18, guardians see what their child writes and may keep it from "
        "that; as it is, if left out.",
        Checked(some_age),
    ] = UNSET

    def error(self) -> UserError | None:
        if isinstance(self.legal_terms, list):
            kinds = [each.kind for each in self.legal_terms]
            if len(set(kinds)) < len(kinds):
                message = "Each kind has one term."
                return UserError(UserErrorCode.BAD_INPUT, message, ("legalTerms",))
        if isinstance(self.homework_limits, list) and len(self.homework_limits) > MOST_LEVELS:
            message = f"A school has at most {MOST_LEVELS} grade levels."
            return UserError(UserErrorCode.BAD_INPUT, message, ("homeworkLimits",))
        if not isinstance(self.rounding, RoundingRule):
            return None
        try:
            rounding_from(self.rounding)
        except ValueError as error:
            return UserError(UserErrorCode.BAD_INPUT, f"{error}.", ("rounding",))
        return None


@edits(
    SCHOOL,
    "Change what a school says of itself: its name, its time zone and language, and its rules.",
    by=HEADS,
    step=Step.CHANGED,
    answer="The school as it is now.",
)
async def change_school(
    transaction: Transaction, given: Parsed[ChangeSchool], school: School
) -> Row:
    await held(transaction)
    new = given.columns(changes=True)
    if new.get("grade_scale_id") is not None:
        await _scale_in_use(transaction, given)
    if isinstance(given.given.rounding, RoundingRule):
        new["rounding"] = rounding_from(given.given.rounding).to_data()
    if isinstance(given.given.homework_limits, list):
        of_level = given.items.get("homework_limits", [])
        new["homework_limits"] = {each.given.grade_level: each.given.minutes for each in of_level}
    if isinstance(given.given.legal_terms, list):
        of_kind = given.items.get("legal_terms", [])
        terms = [(each.given.kind, Term(each.given.years, each.given.reason)) for each in of_kind]
        new["legal_terms"] = terms_to_data(terms)
    zone, language = new.get("time_zone"), new.get("language")
    reader, number = transaction.reader, transaction.school_id
    moved = zone is not None and await set_zone(reader, number, zone) is not None
    if language is not None:
        await reader.run(set_language, school=number, new_language=language)
        await renew_keys(reader.connection, number)
    kept = new.get("keeping_years", school.keeping_years) != school.keeping_years
    if moved or kept:  # what anybody is in the school is of another day now, or for another time
        await transaction.publish_rights(seq=1)
    return new


async def _scale_in_use(transaction: Transaction, given: Parsed[ChangeSchool]) -> None:
    found = await transaction.reader.first(
        GRADE_SCALE.read, school=transaction.school_id, ids=[given.keys["grade_scale"][1]]
    )
    if found is None or not found.active:
        raise not_found("grade scale", "gradeScale")
