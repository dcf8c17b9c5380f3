"""All that a school keeps of a student: exported for the family or the head, and erased."""

from dataclasses import dataclass
from typing import Annotated, cast

from db.own_data.erasures import carry_out, erasable_from, planned
from db.reading.own_data import open_export_of_account
from db.reading.schools import schools_by_id
from db.store import Reader, Store
from db.tables.own_data import DataExport
from db.tables.students import Student
from db.writing.audit import note
from db.writing.own_data import ask_for_export
from db.writing.students import STUDENTS
from db.writing.versioned import Row
from domain.audience import FAMILY, HEAD
from domain.audit import AuditKind
from domain.clock import now
from domain.ids import uuid7
from domain.languages import language_of
from domain.refusals import UserErrorCode, refused
from domain.reports import ExportKind
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import office_of
from resolvers.declarations.parsing import LONGEST_REASON, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.own_data import DATA_EXPORT, KEPT, parts_for
from resolvers.relations import relation
from resolvers.students import STUDENT
from resolvers.viewer import Viewer

Code = UserErrorCode
ASKERS = FAMILY | HEAD


@dataclass(frozen=True, slots=True)
class ExportStudentData:
    """Whose data is exported."""

    student: Annotated[str, "The student, by global id.", GlobalId("Student")]
    language: Annotated[
        str | None, "In which language its tables are headed, by BCP 47; the school's unless told.",
        Text(32),
    ] = None  # fmt: skip


@mutation(
    DATA_EXPORT,
    "Have an archive made of all that the school keeps of a student, as far as the viewer may see "
    "it: JSON, and tables for spreadsheets. It is made in the background (`dataExportChanged` "
    "tells how far it is), and downloaded once, within a week.",
    Code.FORBIDDEN,
    Code.ALREADY_THERE,
    answer="The export.",
    by=ASKERS,
    at="Student",
)
async def export_student_data(
    store: Store, viewer: Viewer, given: ExportStudentData, key: str | None, services: Services
) -> Outcome:
    async def act(reader: Reader) -> list[DataExport]:
        parsed = parse(given)
        school, ref = parsed.keys["student"]
        rights_in(viewer, school, STUDENT.word, "student")
        transaction = Transaction(reader, viewer, school)
        student = await transaction.known(STUDENT, ref, "student")
        if not relation(viewer, "Student", student) & ASKERS:  # who only reads on exports too
            raise refused(Code.FORBIDDEN, "Only the family and the head export this.", "student")
        id_ = uuid7()
        request = Request("export_student_data", given, key)
        done = await earlier(reader, viewer, school, request, [id_])
        if done is not None:
            return await transaction.shown(DATA_EXPORT, done)
        account = viewer.account.id
        mine = {"school": school, "student": ref, "author": account}
        if await reader.first(open_export_of_account, **mine) is not None:
            message = "You have asked for this already: it is being made."
            raise refused(Code.ALREADY_THERE, message, "student")
        (of,) = await reader.fetch(schools_by_id, schools=[school])
        await reader.run(
            ask_for_export,
            school=school,
            account=account,
            new_id=id_,
            new_student_id=ref,
            new_kind=ExportKind.STUDENT_DATA.value,
            new_format=None,
            new_asked=None,
            new_language=language_of(parsed.given.language, of.language),
            new_parts=parts_for(viewer, student),
            new_expires_at=now() + KEPT,
        )
        asked = "Student", ref, ref, "asked"
        await note(reader, school, account, AuditKind.EXPORTED.value, asked)
        return cast("list[DataExport]", await transaction.shown(DATA_EXPORT, [id_]))

    return await attempt(store, viewer, DATA_EXPORT, act)


@dataclass(frozen=True, slots=True)
class EraseStudent:
    """Of whom what the school keeps is erased."""

    student: Annotated[str, "The student, by global id.", Reference()]
    fingerprint: Annotated[str, "That of the plan in `Student.erasurePlan`, which was looked at."]
    reason: Annotated[
        str | None, "Why, such as that the family asked for it.", Text(LONGEST_REASON)
    ] = None


@edits(
    STUDENT,
    "Erase what the school keeps of a student who has left, once its term of keeping is over: "
    "names, contacts, guardians, accounts and texts. Marks and attendance stay without a name, so "
    "that averages of classes stay what they were; so does what a law has the school keep longer.",
    Code.TOO_EARLY,
    Code.CONFLICT,
    by=HEAD,
    answer="The student, of whom `erasures` reports what was erased.",
)
async def erase_student(
    transaction: Transaction, given: Parsed[EraseStudent], student: Student
) -> Row:
    office = await office_of(transaction)
    whole = await office.whole(STUDENTS, student.id, STUDENT.word, "student")
    plan = await planned(transaction.reader, whole, office.school, transaction.today)
    if plan is None:
        since = erasable_from(whole, office.school)
        message = "They have not left." if since is None else f"The term is over on {since}."
        raise refused(Code.TOO_EARLY, message, "student")
    if plan.fingerprint != given.given.fingerprint:
        message = "What would be erased is other by now: look at the plan again."
        raise refused(Code.CONFLICT, message, "fingerprint")
    await carry_out(transaction.reader, plan, transaction.account_id, given.given.reason)
    return {}
