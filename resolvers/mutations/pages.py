"""Pages begun, changed and followed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.pages import pages_of_owners
from db.tables.class_groups import ClassGroup
from db.tables.columns import OfSchool
from db.tables.guardians import Guardian
from db.tables.pages import OWNERS, Page
from db.tables.schools import Subject
from db.tables.students import Student
from db.tables.teachers import Teacher
from db.writing.pages import follow_page as insert_follow
from db.writing.pages import unfollow_page as delete_follow
from db.writing.versioned import Row
from domain.audience import HEADS, SELF, Audience
from domain.history import Step
from domain.ids import uuid7
from domain.moderation import Activity
from domain.pages import EDITORS, READERS, PageLevel, PageTheme
from domain.refusals import UserErrorCode, refused
from resolvers.allowances import WRITING, take
from resolvers.class_groups import CLASS_GROUP
from resolvers.declarations.creation import Act, creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import FileIds, GlobalId, Parsed, Reference, Text
from resolvers.declarations.mutation import Mutation
from resolvers.declarations.naming import snake
from resolvers.declarations.noun import Noun
from resolvers.declarations.office import held
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.guardians import GUARDIAN
from resolvers.moderation import insist_on_clean
from resolvers.pages import PAGE
from resolvers.schools import SUBJECT
from resolvers.students import STUDENT
from resolvers.teachers import TEACHER

I = TypeVar("I")  # noqa: E741
P = TypeVar("P", bound=OfSchool)
Code = UserErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A page to begin."""

    about: Annotated[
        str | None, "What it says of whose it is, in Markdown.", Text(LONGEST_TEXT)
    ] = None
    theme: Annotated[PageTheme, "What it looks like."] = PageTheme.PLAIN
    avatar: Annotated[
        Sequence[str] | None,
        "Its picture, at most one, by the id that `POST /files` has answered.",
        FileIds(),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginStudentPage(NewPage):
    """The page of a student to begin."""

    student: Annotated[str, "Whose page it is, by global id.", GlobalId("Student")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTeacherPage(NewPage):
    """The page of a teacher to begin."""

    teacher: Annotated[str, "Whose page it is, by global id.", GlobalId("Teacher")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginGuardianPage(NewPage):
    """The page of a guardian to begin."""

    guardian: Annotated[str, "Whose page it is, by global id.", GlobalId("Guardian")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginClassPage(NewPage):
    """The page of a class group to begin."""

    class_group: Annotated[str, "Whose page it is, by global id.", GlobalId("ClassGroup")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSubjectPage(NewPage):
    """The page of a subject to begin."""

    subject: Annotated[str, "Whose page it is, by global id.", GlobalId("Subject")]


def _begins(description: str, *, at: Noun[P], by: Audience) -> Callable[[Act[I, P]], Mutation[I]]:
    """Declare a mutation that begins the page of a record, which its input names."""
    return creates(
        PAGE,
        description,
        Code.ALREADY_THERE,
        Code.WRITING_RESTRICTED,
        Code.RATE_LIMITED,
        at=at,
        field=snake(at.name),
        step=Step.CREATED,
        by=by,
        refusal="You may not begin this page.",
    )


@_begins("Begin a student's own page; by themselves.", at=STUDENT, by=SELF)
async def begin_student_page(
    transaction: Transaction, given: Parsed[BeginStudentPage], student: Student
) -> Row:
    return await _row(transaction, given, "student", student.id)


@_begins("Begin a teacher's own page; by themselves.", at=TEACHER, by=SELF)
async def begin_teacher_page(
    transaction: Transaction, given: Parsed[BeginTeacherPage], teacher: Teacher
) -> Row:
    return await _row(transaction, given, "teacher", teacher.id)


@_begins("Begin a guardian's own page; by themselves.", at=GUARDIAN, by=SELF)
async def begin_guardian_page(
    transaction: Transaction, given: Parsed[BeginGuardianPage], guardian: Guardian
) -> Row:
    return await _row(transaction, given, "guardian", guardian.id)


@_begins(
    "Begin the page of a class group; by who leads it, or the head and the deputies.",
    at=CLASS_GROUP,
    by=Audience.CLASS_TEACHER | HEADS,
)
async def begin_class_page(
    transaction: Transaction, given: Parsed[BeginClassPage], group: ClassGroup
) -> Row:
    return await _row(transaction, given, "class_group", group.id)


@_begins(
    "Begin the page of a subject; by who teaches it, or the head and the deputies.",
    at=SUBJECT,
    by=Audience.COURSE_TEACHER | HEADS,
)
async def begin_subject_page(
    transaction: Transaction, given: Parsed[BeginSubjectPage], subject: Subject
) -> Row:
    return await _row(transaction, given, "subject", subject.id)


async def _row(transaction: Transaction, given: Parsed[Any], owner: str, id_: UUID) -> Row:
    """Nobody else begins one until the transaction ends."""
    new: NewPage = given.given
    await take(transaction, WRITING)
    await insist_on_clean(transaction, Activity.POSTS, new.about, "about")
    school = await held(transaction)
    of_staff = owner not in ("student", "guardian")
    if school.pages == PageLevel.OFF or (school.pages == PageLevel.STAFF and not of_staff):
        raise refused(Code.FORBIDDEN, "Your school has no such pages.")
    found = await transaction.reader.fetch(pages_of_owners, school=school.school_id, ids=[id_])
    if found:
        raise refused(Code.ALREADY_THERE, "There is such a page already.")
    return {
        "id": given.id,
        **dict.fromkeys(f"{each}_id" for each in OWNERS),
        f"{owner}_id": id_,
        "about": new.about,
        "theme": new.theme,
    }


@dataclass(frozen=True, slots=True)
class ChangePage(Edit):
    """What changes of a page."""

    about: Annotated[
        str | UnsetType | None,
        "What it says of whose it is, in Markdown; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    theme: Annotated[PageTheme | UnsetType, "What it looks like; as it is, if left out."] = UNSET
    avatar: Annotated[
        Sequence[str] | UnsetType,
        "Its picture, at most one, by the id of its file; as it is, if left out.",
        FileIds(),
    ] = UNSET


@edits(
    PAGE,
    "Change a page: what it says, its picture, or what it looks like.",
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    step=Step.CHANGED,
    by=EDITORS,
)
async def change_page(transaction: Transaction, given: Parsed[ChangePage], page: Page) -> Row:
    about = None if isinstance(given.given.about, UnsetType) else given.given.about
    await take(transaction, WRITING)
    await insist_on_clean(transaction, Activity.POSTS, about, "about")
    return given.columns(changes=True)


@dataclass(frozen=True, slots=True)
class FollowPage:
    """A page to follow, or not any more."""

    page: Annotated[str, "The page, by global id.", Reference()]
    followed: Annotated[bool, "Whether the viewer follows it from now on."] = True


@edits(
    PAGE,
    "Follow a page, so that its posts are in the viewer's feed; or not any more.",
    by=READERS,
    elsewhere=True,
    answer="The page.",
)
async def follow_page(transaction: Transaction, given: Parsed[FollowPage], page: Page) -> Row:
    of = {"school": transaction.school_id, "account": transaction.account_id}
    if given.given.followed:
        await transaction.reader.run(insert_follow, **of, id=[uuid7()], page_id=[page.id])
    else:
        await transaction.reader.run(delete_follow, **of, ids=[page.id])
    return {}
