"""Moderation: reporting what people write, holding it back, hiding it, and who may not write.

A noun whose records people write to one another has the columns `author_id` and `hidden`, keeps the
history of `hidden`, and is declared beside itself:

    moderated(FORUM_TOPIC, Activity.FORUM, "title", "text")

From that follow the mutation `reportForumTopic`, the decisions of moderators on its records, and
what guardians see of it. What is left to do by hand: the mutation that makes a record answers
`await posted(transaction, FORUM_TOPIC, row)` instead of the row, the one that changes its texts
`await edited(transaction, FORUM_TOPIC, record, new)`; and the schema declares its texts by
`moderated_text` and its case by `case_of` (`schema/moderation.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, cast
from uuid import UUID

from db.reading import moderation
from db.reading.moderation import ModeratorRow
from db.reading.parts import table
from db.reading.writings import texts_of
from db.store import Reader, Store
from db.tables.moderation import ChildRestriction, ModerationCase
from db.writing.changing import Changing
from db.writing.moderation import CASE_CHANGES, CASES, CHILD_RESTRICTIONS
from db.writing.versioned import Row
from domain.audience import FAMILY, HEADS, Audience
from domain.history import Step
from domain.moderation import WAITING, Activity, ModerationState, guarded_since, has_word
from domain.notice_kinds import NoticeKind, Readers, Said
from domain.refusals import UserErrorCode, refused
from domain.ties import TieName
from resolvers.allowances import REPORTING, WRITING, take
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import Parsed, Reference, Text
from resolvers.declarations.mutation import Mutation
from resolvers.declarations.naming import snake
from resolvers.declarations.noticing import Naming, School, To, noticed
from resolvers.declarations.noun import Event, History, MisdeclaredNoun, Noun
from resolvers.declarations.parsing import LONGEST_REASON
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing
from resolvers.loaders import Loader
from resolvers.relations import addressee, family

Code, State = UserErrorCode, ModerationState
MODERATORS = HEADS
TOLD = HEADS | Audience.ADDRESSEE
MODERATION_CASE = Noun(
    ModerationCase,
    code="Mo",
    visible_to=TOLD,
    ties=addressee("told_id"),
    read=moderation.cases_by_id,
    written=CASES,
    history=History("Mp", MODERATORS),
    event=Event(
        "Something that was reported, held back, or decided on by a moderator.",
        "What is reported, held back and decided on, of the viewer's own and to moderators",
        "Moderation: `moderation_case.reported` etc.",
    ),
)
CHILD_RESTRICTION = Noun(
    ChildRestriction,
    code="Cr",
    visible_to=FAMILY | HEADS,
    ties=family("student_id"),
    read=moderation.restrictions_by_id,
    written=CHILD_RESTRICTIONS,
    history=History("Cq", FAMILY | HEADS),
    event=Event(
        "Something that a guardian keeps their child from, or no longer does.",
        "What guardians keep their children from",
        "What guardians keep their children from: `child_restriction.added` etc.",
    ),
)
noticed(
    MODERATION_CASE,
    NoticeKind.MODERATION,
    {
        Step.HIDDEN: Said("A moderator hid what you wrote", "Модератор скрыл написанное вами"),
        Step.SHOWN: Said(
            "A moderator found what you wrote to be in order",
            "Модератор признал написанное вами допустимым",
        ),
        Step.WARNED: Said("A moderator warned you", "Модератор вынес вам предупреждение"),
        Step.SILENCED: Said(
            "A moderator decided whether you may write", "Модератор решил, можете ли вы писать"
        ),
        Step.UPHELD: Said("Your appeal was refused", "Ваше обжалование отклонено"),
    },
    lambda case: [] if case.told_id is None else [To(case.told_id, Readers.ACCOUNT)],
    whom=Readers.ACCOUNT,
)


async def _moderators(
    store: Store, school: School, cases: Sequence[Any]
) -> Mapping[UUID, Iterable[UUID]]:
    """Who may decide on each case."""
    moderators = await moderators_of(store, school.id, school.today)
    return {case.id: moderators - {case.author_id} for case in cases}


noticed(
    MODERATION_CASE,
    NoticeKind.REPORT,
    {
        Step.REPORTED: Said("Something was reported", "Поступила жалоба"),
        Step.HELD: Said("Something was held back", "Текст задержан до проверки"),
        Step.APPEALED: Said("A decision was appealed", "Решение обжаловано"),
    },
    Naming(_moderators, again=timedelta(hours=1)),
    leads="/diary/moderation",
    when=lambda case, _: case.state in WAITING,
)
ModerationCaseById = MODERATION_CASE.by_id
RestrictionsByStudent = Loader(
    "RestrictionsByStudent", moderation.restrictions_of_students, "student_id", many=True
)


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a {noun} to the moderators."""

    id: Annotated[str, "The {noun}, by global id.", Reference()]
    reason: Annotated[str, "What is wrong with it; for the moderators alone.", Text(LONGEST_REASON)]


@dataclass(frozen=True, slots=True, eq=False)
class Moderated:
    """A noun that moderators look after. Its `texts` are columns of what people write, in Markdown
    or not, `instant` is that of when they did."""

    noun: Noun[Any]
    activity: Activity
    texts: tuple[str, ...]
    markdown: bool
    instant: str
    written: Loader
    shown: Callable[[Any], Row]
    changes: Changing[Any]
    report: Mutation[Any]


MODERATED: dict[str, Moderated] = {}
"""By the names of their nouns."""


def moderated(
    noun: Noun[Any],
    activity: Activity,
    *texts: str,
    markdown: bool = False,
    instant: str = "written_at",
    shown: Callable[[Any], Row] = lambda _: {},
) -> Moderated:
    """Have moderators look after the records of a noun; MisdeclaredNoun where it lacks a column.
    `shown` answers what else of a record changes once it is shown again."""
    columns = table(noun.model).c
    if missing := [
        each for each in ("author_id", "hidden", instant, *texts) if each not in columns
    ]:
        raise MisdeclaredNoun(
            f"{noun.name}: its table has no {', '.join(missing)}, which moderation needs. Add the "
            "column to its table."
        )
    if noun.written is None or "hidden" not in noun.written.kept:
        raise MisdeclaredNoun(
            f"{noun.name}: its history does not keep `hidden`: name it in history_of(...)."
        )
    written = Loader(f"TextBy{noun.name}", texts_of(noun.model, texts))
    made = Moderated(
        noun,
        activity,
        texts,
        markdown,
        instant,
        written,
        shown,
        Changing(noun.written),
        _report_of(noun),
    )
    MODERATED[noun.name] = made
    return made


def _report_of(noun: Noun[Any]) -> Mutation[Any]:
    """The mutation by which whoever may read a record reports it, once each."""

    async def report(transaction: Transaction, given: Parsed[Report], record: Any) -> Row:
        if record.author_id == transaction.account_id:
            raise refused(Code.BAD_INPUT, "This is your own.", "id")
        await take(transaction, REPORTING)
        await report_record(transaction, noun, record, given.given.reason)
        return {}

    report.__name__ = f"report_{snake(noun.name)}"
    may_be_withdrawn = "withdrawn" in table(noun.model).c
    return edits(
        noun,
        f"Report a {noun.word} to the moderators, who are the head and the deputies; once each. Its"
        " author is not told who did.",
        Code.ALREADY_THERE,
        Code.NOBODY_DECIDES,
        Code.RATE_LIMITED,
        *((Code.WITHDRAWN,) if may_be_withdrawn else ()),
        by=noun.visible_to,
        elsewhere=True,
        requires=[standing(noun)] if may_be_withdrawn else (),
        answer=f"The {noun.word}.",
    )(report)


async def report_record(
    transaction: Transaction, noun: Noun[Any], record: Any, reason: str
) -> None:
    """Report a record to the moderators; NOBODY_DECIDES where its author is the only one."""
    moderators = await moderators_of(transaction.reader, transaction.school_id, transaction.today)
    if moderators == {record.author_id}:
        message = (
            "Its author is the only head of this school, and nobody decides on what they wrote "
            "themselves: ask the office for a deputy, or whoever supervises the school."
        )
        raise refused(Code.NOBODY_DECIDES, message, "id")
    while not await _reported(transaction, noun, record, reason):
        pass


async def moderators_of(reader: Reader | Store, school: int, day: date) -> set[UUID]:
    """The accounts of the head and the deputies."""
    rows = await reader.fetch(moderation.moderators_of_school, school=school, day=day)
    return {row.account_id for row in cast("list[ModeratorRow]", rows)}


async def _reported(transaction: Transaction, noun: Noun[Any], record: Any, reason: str) -> bool:
    """Whether the report is in the case: not where another was faster."""
    reader, account, school = transaction.reader, transaction.account_id, transaction.school_id
    case = await case_to_change(transaction, record.id)
    if case is None:
        row = _case(noun, record.id, record.author_id, State.OPEN, reports=1)
        return bool(
            await CASES.insert(reader, account, school, Step.REPORTED, [row], reason=reason)
        )
    own = {"school": school, "ids": [record.id], "account": account}
    if await reader.first(moderation.reports_of_account, **own) is not None:
        raise refused(Code.ALREADY_THERE, "You have reported this already.", "id")
    state = State.OPEN if case.state in (State.CLEARED, State.WARNED) else case.state
    to = {"reports": case.reports + 1, "state": state}
    changed = await CASES.change(reader, account, case, Step.REPORTED, reason, to)
    return changed is not None


async def case_to_change(transaction: Transaction, id_: UUID) -> ModerationCase | None:
    """The case of a record, by the record's id, as it is."""
    return await transaction.reader.first(
        MODERATION_CASE.whole, school=transaction.school_id, ids=[id_]
    )


def _case(
    noun: Noun[Any], id_: object, author: object, state: ModerationState, reports: int
) -> Row:
    return {
        "id": id_,
        "noun": noun.name,
        "author_id": author,
        "told_id": author if state is State.HELD else None,
        "state": state,
        "reports": reports,
        "restricted_until": None,
        "appeal": None,
    }


async def posted(
    transaction: Transaction, noun: Noun[Any], row: Mapping[str, Any], *, seq: int = 1
) -> Row:
    """The row of a new record, `hidden` where it has a word of the school's list: a moderator sees
    it first. WRITING_RESTRICTED where the viewer may not write there, RATE_LIMITED where they
    write too much. `seq` is the place of the feed's row of its case among those of the
    transaction."""
    of = MODERATED[noun.name]
    await take(transaction, WRITING)
    held = await _has_words(transaction, of, *(row[name] for name in of.texts))
    if held:
        await _hold(transaction, noun, row["id"], row["author_id"], seq=seq)
    return {**row, "hidden": held}


async def edited(
    transaction: Transaction, noun: Noun[Any], record: Any, new: Mapping[str, Any]
) -> Row:
    """The columns to change of a record; it is `hidden` where it has such a word from now on. What
    is hidden stays so: only a moderator shows it again."""
    of = MODERATED[noun.name]
    await take(transaction, WRITING)
    texts = [new.get(name, record[name]) for name in of.texts]
    if not await _has_words(transaction, of, *texts) or record.hidden:
        return new
    await _hold(transaction, noun, record.id, record.author_id, seq=1)
    return {**new, "hidden": True}


async def may_write(transaction: Transaction, activity: Activity) -> Any:
    """The school's rules of writing; WRITING_RESTRICTED where the viewer may not write there."""
    rules = await may_take_part(transaction, activity)
    until: date | None = rules.restricted_until
    if until is not None:
        message = f"A moderator keeps you from writing until {until} is over."
        raise refused(Code.WRITING_RESTRICTED, message)
    return rules


async def may_take_part(transaction: Transaction, activity: Activity) -> Any:
    """The school's rules; WRITING_RESTRICTED where a guardian keeps the viewer from it."""
    rules: Any = await transaction.reader.first(
        moderation.rules_of_writing,
        school=transaction.school_id,
        account=transaction.account_id,
        day=transaction.today,
        students=list(transaction.rights.of_today[TieName.STUDENT]),
        activity=str(activity),
    )
    if rules.barred is not None and rules.barred > guarded_since(
        transaction.today, rules.guarded_age
    ):
        raise refused(Code.WRITING_RESTRICTED, "A guardian keeps you from taking part here.")
    return rules


async def insist_on_clean(
    transaction: Transaction, activity: Activity, text: str | None, *path: str
) -> None:
    """Refuse a text that no moderator could see first, where it has a word of the school's list;
    WRITING_RESTRICTED where the viewer may not write there."""
    rules = await may_write(transaction, activity)
    if has_word(rules.held_words, text):
        message = "This has a word that your school does not want here."
        raise refused(Code.BAD_INPUT, message, *path)


async def _has_words(transaction: Transaction, of: Moderated, *texts: str | None) -> bool:
    """Moderators themselves are not held back."""
    rules = await may_write(transaction, of.activity)
    return not transaction.rights.leads and has_word(rules.held_words, *texts)


async def _hold(
    transaction: Transaction, noun: Noun[Any], id_: object, author: object, *, seq: int
) -> None:
    """Open the case of a record, or open it again. The feed tells of it after the record itself."""
    reader, account, school = transaction.reader, transaction.account_id, transaction.school_id
    row = _case(noun, id_, author, State.HELD, reports=0)
    while not await CASES.insert(reader, account, school, Step.HELD, [row], seq=seq):
        case = await case_to_change(transaction, id_)  # type: ignore[arg-type]
        if case is None:  # of another record, that has the id: who inserts this one is told
            return
        to = {"state": State.HELD, "told_id": author}
        changes = [(case, to)]
        if await CASE_CHANGES.change(reader, account, school, Step.HELD, None, changes, seq=seq):
            return


async def set_hidden(
    transaction: Transaction, case: ModerationCase, *, hidden: bool, reason: str
) -> None:
    """Hide what the case is of, or show it again, with a step of its own history."""
    of = MODERATED[case.noun]
    step = Step.HIDDEN if hidden else Step.SHOWN
    school = transaction.school_id
    while True:
        record = await transaction.reader.first(of.noun.whole, school=school, ids=[case.id])
        if record is None or record.hidden == hidden:
            return
        row = {"hidden": True} if hidden else {"hidden": False, **of.shown(record)}
        if await of.changes.change(
            transaction.reader, transaction.account_id, school, step, reason, [(record, row)], seq=1
        ):  # fmt: skip
            return
