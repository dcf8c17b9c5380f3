"""Conversations started, messages sent and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from db.reading.correspondents import reached_by_account
from db.reading.messages import blocking_account
from db.tables.messages import Conversation, Message
from db.writing.messages import CONVERSATIONS, drop_new_draft, note_sent, reach_more
from db.writing.versioned import Row
from domain.addressees import TO_CLASS_GROUP, TO_COURSE
from domain.audience import AUTHOR, PRESENT
from domain.history import Step
from domain.ids import uuid7
from domain.messages import (
    LONGEST_SUBJECT,
    MOST_NAMED,
    MOST_REACHED,
    Answers,
    CorrespondentRole,
    recipients,
)
from domain.moderation import Activity
from domain.names import text_key
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.class_groups import CLASS_GROUP
from resolvers.courses import COURSE
from resolvers.declarations.creation import creates, inserts
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import (
    Aside,
    FileIds,
    GlobalId,
    GlobalIds,
    OwnId,
    Parsed,
    Reference,
    Text,
    record_id,
)
from resolvers.declarations.parsing import LONGEST_TEXT, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing
from resolvers.messages import CONVERSATION, MESSAGE, PARTAKERS, resting
from resolvers.moderation import insist_on_clean, posted

Code = UserErrorCode
NAMED = {
    "students": ("Student", CorrespondentRole.STUDENT),
    "guardians": ("Guardian", CorrespondentRole.GUARDIAN),
    "teachers": ("Teacher", CorrespondentRole.TEACHER),
}
"""The fields that name people: of which noun these are, and in which role they are written to."""
Files = Annotated[
    Sequence[str] | None,
    "What to attach, in order, by the ids that `POST /files` has answered.",
    FileIds(),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartConversation:
    """A conversation to start, with its first message: with people, with the office or the staff,
    or with the students or families of a class group or a course."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    text: Annotated[str, "What is written: text alone, of which nothing runs.", Text(LONGEST_TEXT)]
    subject: Annotated[str | None, "What it is about.", Text(LONGEST_SUBJECT), Aside()] = None
    students: Annotated[
        Sequence[str], f"Students, by global id: {MOST_NAMED} people at most.", GlobalIds("Student")
    ] = field(default_factory=list)
    guardians: Annotated[
        Sequence[str], "Guardians, by global id; as for students.", GlobalIds("Guardian")
    ] = field(default_factory=list)
    teachers: Annotated[
        Sequence[str], "Teachers, by global id; as for students.", GlobalIds("Teacher")
    ] = field(default_factory=list)
    class_group: Annotated[
        str | None, "The class group whose people it is for.", GlobalId("ClassGroup"), Aside()
    ] = None
    course: Annotated[
        str | None, "The course whose people it is for.", GlobalId("Course"), Aside()
    ] = None
    to_students: Annotated[bool, "Whether it is for the students there.", Aside()] = False
    to_families: Annotated[bool, "Whether it is for the guardians of those.", Aside()] = False
    to_staff: Annotated[bool, "Whether it is for the staff of the school.", Aside()] = False
    to_office: Annotated[bool, "Whether it is for the school's office.", Aside()] = False
    answers: Annotated[Answers, "Whom answers reach.", Aside()] = Answers.ALL
    files: Files = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, which names the message and the conversation, so that "
        "starting it is safe to retry.",
        OwnId(),
    ] = None

    @property
    def placed(self) -> bool:
        return self.class_group is not None or self.course is not None

    @property
    def named(self) -> int:
        return sum(len(getattr(self, each)) for each in NAMED)

    def error(self) -> UserError | None:
        """It is for one kind of addressees."""
        code = Code.BAD_INPUT
        if self.named > MOST_NAMED:
            most = max(NAMED, key=lambda each: len(getattr(self, each)))
            message = f"At most {MOST_NAMED} people are named; a group is addressed as one."
            return UserError(code, message, (most,))
        if self.class_group is not None and self.course is not None:
            return UserError(code, "Name a class group or a course.", ("course",))
        if self.placed != (self.to_students or self.to_families):
            message = "Say whether it is for the students or the families of which place."
            return UserError(code, message, ("toFamilies",))
        if [bool(self.named), self.placed, self.to_staff or self.to_office].count(True) != 1:
            message = "Name people, or a place, or else the staff or the office."
            return UserError(code, message, ("toStaff",))
        return None


async def _of_school(
    transaction: Transaction, drafts: Sequence[tuple[Parsed[StartConversation], Message]]
) -> Sequence[Row]:
    return [{"school_id": transaction.school_id} for _ in drafts]


async def _started(
    transaction: Transaction, drafts: Sequence[Parsed[StartConversation]]
) -> Sequence[Row]:
    """The row of the first message; its conversation, which has its id, is there then."""
    (draft,) = drafts
    given = draft.given
    if not transaction.rights.present:
        raise refused(Code.FORBIDDEN, "You may not write to anybody here.", "school")
    row = await _rule(transaction, draft)
    reached = await _addressed(transaction, draft, row)
    if not reached:
        raise refused(Code.WRONG_STATE, "Nobody of these has an account.", _field_of(given))
    _insist_on_few(reached, _field_of(given))
    if given.subject is not None:
        await insist_on_clean(transaction, Activity.MESSAGES, given.subject, "subject")
    written = await _message(transaction, draft, draft.id, reached, given.subject)
    await CONVERSATIONS.insert(
        transaction.reader,
        transaction.account_id,
        transaction.school_id,
        Step.ADDED,
        [row | {"account_ids": [transaction.account_id, *sorted(reached)]}],
        seq=1,
    )
    await _note_sent(transaction, draft.id)
    await transaction.reader.run(
        drop_new_draft, school=transaction.school_id, account=transaction.account_id
    )
    return [await posted(transaction, MESSAGE, written, seq=2)]


start_conversation = inserts(
    MESSAGE,
    StartConversation,
    _started,
    "Start a conversation with people whom the viewer has to do with; others do not exist for "
    "them. A group is a rule: each message reaches those whom it fits on that day.",
    Code.FORBIDDEN,
    Code.WRONG_STATE,
    Code.TOO_MANY,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    field="school",
    step=Step.ADDED,
    by=PRESENT,
    at="School",
    as_written=_of_school,
)


def _field_of(given: StartConversation) -> str:
    if given.class_group is not None:
        return "classGroup"
    if given.course is not None:
        return "course"
    return next(
        (each for each in NAMED if getattr(given, each)),
        "toStaff" if given.to_staff else "toOffice",
    )


async def _rule(transaction: Transaction, draft: Parsed[StartConversation]) -> dict[str, Any]:
    """The conversation's row, without whom it has reached; refused where it is not the viewer's to
    address them all."""
    given, group, course = draft.given, draft.id_of("class_group"), draft.id_of("course")
    if group is not None:
        place = await transaction.known(CLASS_GROUP, group, "classGroup")
        if not transaction.relation(CLASS_GROUP, place) & TO_CLASS_GROUP:
            message = "Only who leads this class group writes to all of it."
            raise refused(Code.FORBIDDEN, message, "classGroup")
    if course is not None:
        taught = await transaction.known(COURSE, course, "course")
        if not transaction.relation(COURSE, taught) & TO_COURSE:
            message = "Only who teaches this course writes to all of it."
            raise refused(Code.FORBIDDEN, message, "course")
    if given.to_staff and not transaction.rights.staff:
        raise refused(Code.FORBIDDEN, "Only the staff writes to all of it.", "toStaff")
    return {
        "id": draft.id,
        "author_id": transaction.account_id,
        "subject": given.subject,
        "answers": given.answers,
        "class_group_id": group,
        "course_id": course,
        "to_students": given.to_students,
        "to_families": given.to_families,
        "to_staff": given.to_staff,
        "to_office": given.to_office,
        "hidden": False,
    }


async def _addressed(
    transaction: Transaction, draft: Parsed[StartConversation], rule: Row
) -> set[UUID]:
    """The accounts that it reaches. Somebody named whom the viewer has nothing to do with is not
    found, as is who is not there."""
    if not draft.given.named:
        return await _reached(transaction, transaction.account_id, **_addressing(rule))
    named: dict[tuple[str, UUID], tuple[str, str]] = {}
    for name, (noun, role) in NAMED.items():
        for place, text in enumerate(getattr(draft.given, name)):
            school, id_ = record_id(text, noun, name, str(place))
            if school != transaction.school_id:
                raise not_found(noun.lower(), name, str(place))
            named[role, id_] = name, str(place)
    rows: list[Any] = list(
        await transaction.reader.fetch(
            reached_by_account,
            school=transaction.school_id,
            account=transaction.account_id,
            day=transaction.today,
            people=[id_ for _, id_ in named],
        )
    )
    accounts = {(row.role, row.person_id): row.account_id for row in rows}
    missing = [
        not_found(NAMED[path[0]][0].lower(), *path).errors[0]
        for person, path in named.items()
        if person not in accounts
    ]
    if missing:
        raise Refused(*missing)
    return {row.account_id for row in rows if (row.role, row.person_id) in named}


def _addressing(conversation: Any) -> dict[str, Any]:
    """The rule of a conversation's addressees, as parameters of the statement."""
    return {
        "class_group": conversation["class_group_id"],
        "course": conversation["course_id"],
        **{f"to_{who}": conversation[f"to_{who}"]
           for who in ("students", "families", "staff", "office")},
    }  # fmt: skip


async def _reached(transaction: Transaction, starter: UUID, **addressed: Any) -> set[UUID]:
    rows: list[Any] = list(
        await transaction.reader.fetch(
            reached_by_account,
            school=transaction.school_id,
            account=starter,
            day=transaction.today,
            **addressed,
        )
    )
    return {row.account_id for row in rows}


def _insist_on_few(reached: set[UUID], path: str) -> None:
    if len(reached) > MOST_REACHED:
        message = f"These are more than {MOST_REACHED}: announce it instead."
        raise refused(Code.TOO_MANY, message, path)


async def _message(
    transaction: Transaction,
    draft: Parsed[Any],
    conversation: UUID,
    to: set[UUID],
    subject: str | None = None,
) -> Row:
    """The row of a message to these accounts; who rests gets it later."""
    waits = await resting(transaction.reader, transaction.school_id, to)
    return {
        "id": draft.id,
        "conversation_id": conversation,
        "author_id": transaction.account_id,
        "account_ids": [transaction.account_id, *sorted(to - waits.keys())],
        "waiting_ids": sorted(waits),
        "late_ids": [],
        "late_at": None,
        "due_at": min(waits.values(), default=None),
        "text": draft.given.text,
        "word_key": text_key(subject, draft.given.text),
    }


async def _note_sent(transaction: Transaction, conversation: UUID) -> None:
    await transaction.reader.run(
        note_sent,
        school=transaction.school_id,
        account=transaction.account_id,
        ref=uuid7(),
        conversation=conversation,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    """A message to send in a conversation."""

    conversation: Annotated[str, "The conversation, by global id.", GlobalId("Conversation")]
    text: Annotated[str, "What is written: text alone, of which nothing runs.", Text(LONGEST_TEXT)]
    only_to: Annotated[
        str | None,
        "A message in it, by global id, whose author alone is answered: by who started the "
        "conversation, where answers are private.",
        GlobalId("Message"),
        Aside(),
    ] = None
    files: Files = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that sending it is safe to retry.",
        OwnId(),
    ] = None


@creates(
    MESSAGE,
    "Send a message in a conversation that the viewer is in. It reaches those of it whom its "
    "starter may write to today.",
    Code.WRONG_STATE,
    Code.TOO_MANY,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    at=CONVERSATION,
    field="conversation",
    step=Step.ADDED,
    by=PARTAKERS,
    refusal="You may not write in this conversation any more.",
)
async def send_message(
    transaction: Transaction, given: Parsed[SendMessage], conversation: Conversation
) -> Row:
    to = await _recipients(transaction, given, conversation)
    message = await _message(transaction, given, conversation.id, to)
    await transaction.reader.run(
        reach_more, school=transaction.school_id, ref=conversation.id, accounts=sorted(to)
    )
    await _note_sent(transaction, conversation.id)
    return await posted(transaction, MESSAGE, message)


async def _recipients(
    transaction: Transaction, given: Parsed[SendMessage], conversation: Conversation
) -> set[UUID]:
    me, starter = transaction.account_id, conversation.author_id
    rule = _addressing(conversation)
    if not any(rule.values()):
        rule = {"accounts": conversation.account_ids}
    reached = await _reached(transaction, starter, **rule)
    if me != starter and me not in reached:
        message = "You may not write in this conversation any more."
        raise refused(Code.FORBIDDEN, message, "conversation")
    _insist_on_few(reached, "conversation")
    answered = await _answered(transaction, given, conversation)
    to = recipients(me, starter, reached, conversation.answers, answered)
    blocking: list[Any] = list(
        await transaction.reader.fetch(
            blocking_account,
            school=transaction.school_id,
            account=me,
            day=transaction.today,
            accounts=list(to),
        )
    )
    left = set(to) - {row.account_id for row in blocking}
    if not left:
        message = "Nobody is left in this conversation whom you may write to."
        raise refused(Code.WRONG_STATE, message, "conversation")
    return left


async def _answered(
    transaction: Transaction, given: Parsed[SendMessage], conversation: Conversation
) -> UUID | None:
    """Whose message alone is answered."""
    if (id_ := given.id_of("only_to")) is None:
        return None
    answered = await transaction.known(MESSAGE, id_, "onlyTo")
    if answered.conversation_id != conversation.id:
        raise not_found("message", "onlyTo")
    if conversation.author_id != transaction.account_id or conversation.answers != Answers.PRIVATE:
        message = "Only who started a conversation with private answers answers one alone."
        raise refused(Code.BAD_INPUT, message, "onlyTo")
    return answered.author_id


@dataclass(frozen=True, slots=True)
class WithdrawMessage:
    """A message to take back."""

    message: Annotated[str, "The message, by global id.", Reference()]


@edits(
    MESSAGE,
    "Take a message back: nobody reads its text or files any more, and that it was there stays.",
    Code.WITHDRAWN,
    step=Step.WITHDRAWN,
    by=AUTHOR,
    requires=[standing(MESSAGE)],
    answer="The message as it is now.",
)
async def withdraw_message(_: Transaction, given: Parsed[WithdrawMessage], message: Message) -> Row:
    return {"withdrawn": True}
