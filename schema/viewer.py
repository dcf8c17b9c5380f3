"""Who is signed in, and where a client starts from."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, cast
from uuid import UUID

import strawberry

from db.reading.accounts import sessions_of_account, steps_of_account
from db.reading.calendars import calendars_of_account
from db.reading.identities import identities_of_account
from db.reading.passkeys import passkeys_of_account
from db.reading.profiles import profiles_of_account
from db.reading.schools import schools_by_id
from db.reading.second_factors import (
    CodesLeft,
    recovery_codes_left,
    trusted_devices_of_account,
)
from domain.account_steps import AccountChange
from domain.audience import ANYONE
from domain.clock import now
from domain.roles import OfficeRole
from domain.ties import TieName
from resolvers import addresses
from resolvers.context import Context
from resolvers.global_id import NIL, Key
from resolvers.guardians import GuardianById
from resolvers.readings import Items, Told
from resolvers.schools import SchoolById
from resolvers.sessions import hash_of
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from resolvers.viewer import OWN, Rights
from resolvers.viewer import Viewer as ViewerRecord
from schema.declare import column, computed, keyed, loaded, resolver, tell
from schema.notices import notice_settings, notices, unread_notices
from schema.nouns import GuardianRef, SchoolRef, StudentRef, TeacherRef
from schema.words import Words

tell(AccountChange)


@strawberry.type(description="Something that others than its owner did to an account.")
class AccountStep:
    change: AccountChange = column(ANYONE, "What was done.")
    at: datetime = column(ANYONE, "When it was done.")
    by: str | None = column(
        ANYONE, "Who did it; null where it was who runs the gateway.", name="actor_name"
    )
    reason: str | None = column(ANYONE, "Why, where it was said; else null.")
    school: str | None = column(
        ANYONE, "In which school, by its name; null where it was of none.", name="school_name"
    )


@strawberry.type(description="A login.")
class Account:
    login: str = column(ANYONE, "What is typed to sign in.")
    display_name: str = column(ANYONE, "The name to greet with.")
    email: str | None = column(ANYONE, "Where a forgotten password is sent.")
    email_confirmed_at: datetime | None = column(
        ANYONE, "When a link has confirmed the address; null until then, and it is not used."
    )

    without_password: bool = column(
        ANYONE, "Whether it has no password, and signs in with a provider or a passkey alone."
    )

    @resolver(
        ANYONE,
        "Why the link that was mailed last has not arrived, as far as is known; else null.",
        str | None,
        needs=("id",),
    )
    async def email_problem(record: Any, context: Context) -> str | None:
        return await addresses.problem_of(context.store, record)

    @resolver(
        ANYONE,
        "What others did to the account, the newest first: a hundred at most.",
        list[AccountStep],
        items=Items(2),
        needs=("id",),
    )
    async def done_by_others(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(steps_of_account, account=record.id))


def _tied(tie: TieName, viewer: ViewerRecord) -> list[Key]:
    """School by school, the first one first."""
    schools = sorted(viewer.schools.items())
    return [(school, id_) for school, rights in schools for id_ in sorted(rights[tie])]


def _by_name(people: list[Any]) -> list[Any]:
    return sorted(people, key=lambda one: (one.sort_key, one.id))


def _first(people: list[Any]) -> Any:
    return people[0] if people else None


@strawberry.enum(description="What an account is in a school.")
class Role(Enum):
    STUDENT = strawberry.enum_value("STUDENT", description="A student.")
    GUARDIAN = strawberry.enum_value("GUARDIAN", description="A guardian.")
    TEACHER = strawberry.enum_value("TEACHER", description="A teacher.")
    HEAD = strawberry.enum_value("HEAD", description="The head of the school.")
    DEPUTY_HEAD = strawberry.enum_value("DEPUTY_HEAD", description="A deputy of the head.")
    SECRETARY = strawberry.enum_value("SECRETARY", description="A secretary of the office.")


@dataclass(frozen=True, slots=True)
class MembershipRecord:
    school_id: int
    roles: list[str]
    student_id: UUID | None
    teacher_id: UUID | None
    guardian_id: UUID | None


def _membership(rights: Rights) -> MembershipRecord:
    roles = [role.value for role in OWN if rights[role]]
    return MembershipRecord(
        rights.school_id,
        roles + [role.value for role in OfficeRole if role.value in rights.roles],
        min(rights[TieName.STUDENT], default=None),
        min(rights[TieName.TEACHER], default=None),
        min(rights[TieName.GUARDIAN], default=None),
    )


@strawberry.enum(description="How a session was signed in.")
class SignInMethod(Enum):
    PASSWORD = strawberry.enum_value("PASSWORD", description="With login and password.")
    CODE = strawberry.enum_value(
        "CODE", description="With a code of an authenticator app after another way."
    )
    RECOVERY_CODE = strawberry.enum_value(
        "RECOVERY_CODE", description="With a recovery code after another way."
    )
    TRUSTED_DEVICE = strawberry.enum_value(
        "TRUSTED_DEVICE", description="With the password, on a device that is trusted."
    )
    PASSKEY = strawberry.enum_value(
        "PASSKEY", description="With a passkey, alone or after the password."
    )
    PROVIDER = strawberry.enum_value(
        "PROVIDER", description="With a provider of identities (OpenID Connect)."
    )


@strawberry.type(description="The viewer's part in one school, as of today.")
class Membership:
    roles: list[Role] = column(ANYONE, "What the viewer is there.")
    student: StudentRef | None = loaded(
        ANYONE, "The student whom the viewer is there; null where none.", StudentById, "student_id"
    )
    teacher: TeacherRef | None = loaded(
        ANYONE, "The teacher whom the viewer is there; null where none.", TeacherById, "teacher_id"
    )

    guardian: GuardianRef | None = loaded(
        ANYONE, "The guardian whom the viewer is there; null where none.", GuardianById,
        "guardian_id",
    )  # fmt: skip

    @resolver(ANYONE, "The school.", SchoolRef | None, told=Told.DAY)
    async def school(record: MembershipRecord, context: Context) -> Any:
        return await context.store.first(schools_by_id, schools=[record.school_id])


@strawberry.type(description="One of the viewer's sessions, which has not ended.")
class Session:
    id: strawberry.ID = column(ANYONE, "Names it for `endSession`.")
    current: bool = column(ANYONE, "Whether it is the one that asks.")
    began_at: datetime = column(ANYONE, "When it was signed in.")
    last_used_at: datetime = column(
        ANYONE, "When it was last used; noted every five minutes at most."
    )
    ends_at: datetime = column(ANYONE, "When it ends unless it is used again before.")
    device: str | None = column(
        ANYONE, "The browser and the system, as the browser tells them; null where it does not."
    )
    method: SignInMethod = column(ANYONE, "How it was signed in.")


@dataclass(frozen=True, slots=True)
class SessionRecord:
    id: UUID
    current: bool
    began_at: datetime
    last_used_at: datetime
    ends_at: datetime
    device: str | None
    method: str


@strawberry.type(description="A device on which the viewer's password is enough.")
class TrustedDevice:
    id: strawberry.ID = column(ANYONE, "Names it for `distrustDevice`.")
    device: str | None = column(
        ANYONE, "The browser and the system, as the browser tells them; null where it does not."
    )
    trusted_at: datetime = column(ANYONE, "Since when it is trusted.", name="created_at")
    ends_at: datetime = column(ANYONE, "Until when it is trusted.", name="expires_at")


@strawberry.type(description="A second factor: what is asked for after the viewer's password.")
class SecondFactor:
    since: datetime | None = column(
        ANYONE, "Since when there is one; null where the password is enough."
    )
    required: bool = column(ANYONE, "Whether a school requires one of the viewer, as its staff.")

    @resolver(ANYONE, "How many recovery codes are left.", int)
    async def recovery_codes_left(record: Any, context: Context) -> int:
        row = await context.store.first(recovery_codes_left, account=_own(context))
        return cast("CodesLeft", row).left

    @resolver(
        ANYONE,
        "The devices that are trusted, the newest first.",
        list[TrustedDevice],
        items=Items(2),
    )
    async def trusted_devices(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(trusted_devices_of_account, account=_own(context)))


@strawberry.type(description="A passkey (WebAuthn) of the viewer's.")
class Passkey:
    id: strawberry.ID = column(ANYONE, "Names it for `renamePasskey` and `removePasskey`.")
    name: str = column(ANYONE, "What its owner calls it.")
    synced: bool = column(ANYONE, "Whether it is kept on several devices of the owner's.")
    added_at: datetime = column(ANYONE, "Since when it signs in.", name="created_at")
    last_used_at: datetime | None = column(ANYONE, "When it has signed in last.")


def _student_of_calendar(calendar: Any) -> Key | None:
    return None if calendar.student_id is None else (calendar.of_school, calendar.student_id)


def _teacher_of_calendar(calendar: Any) -> Key | None:
    return None if calendar.teacher_id is None else (calendar.of_school, calendar.teacher_id)


@strawberry.type(description="A calendar that programs of the viewer's may subscribe to.")
class Calendar:
    id: strawberry.ID = computed(
        ANYONE, "Names it for `renewCalendar` and `revokeCalendar`.", str, "id"
    )
    student: StudentRef | None = keyed(
        ANYONE,
        "The student whose it is; null where of a teacher, or of nobody whom the viewer still "
        "sees.",
        StudentById,
        _student_of_calendar,
    )
    teacher: TeacherRef | None = keyed(
        ANYONE, "The teacher whose it is; null where of a student.", TeacherById,
        _teacher_of_calendar,
    )  # fmt: skip
    created_at: datetime = column(ANYONE, "When it was opened.")
    last_read_at: datetime | None = column(
        ANYONE, "When a program has read it last; null where none has."
    )


@strawberry.type(description="Who the viewer is at a provider, and signs in as.")
class Identity:
    id: strawberry.ID = column(ANYONE, "Names it for `unlinkIdentity`.")
    issuer: str = column(ANYONE, "The provider.")
    name: str | None = column(ANYONE, "What the provider called them.")
    added_at: datetime = column(ANYONE, "Since when it signs in.", name="created_at")
    last_used_at: datetime | None = column(ANYONE, "When it has signed in last.")

    @resolver(
        ANYONE,
        "The provider's name in this gateway's addresses; null where it is no provider any more.",
        str | None,
        needs=("issuer",),
    )
    def provider(record: Any, context: Context) -> str | None:
        found = context.providers.of_issuer(record.issuer)
        return None if found is None else found.name


@dataclass(frozen=True, slots=True)
class SecondFactorRecord:
    since: datetime | None
    required: bool


def _own(context: Context) -> UUID:
    return context.signed_in().account.id


def _student_of(profile: Any) -> Key | None:
    return None if profile.student_id is None else (profile.child_school, profile.student_id)


def _school_of(profile: Any) -> Key | None:
    return None if profile.child_school is None else (profile.child_school, NIL)


@strawberry.type(description="A view that an account keeps, such as one for each child.")
class Profile:
    id: strawberry.ID = computed(ANYONE, "Names it for `saveProfile`.", str, "id")
    name: str = column(ANYONE, "Its name.")
    language: str | None = column(ANYONE, "In which language it is shown; null where none is kept.")
    student: StudentRef | None = keyed(
        ANYONE,
        "The child it shows; null where it keeps none, or one whom the viewer sees no more.",
        StudentById,
        _student_of,
    )
    school: SchoolRef | None = keyed(
        ANYONE,
        "Its school; null where it keeps none, or one that the viewer has left.",
        SchoolById,
        _school_of,
    )


@strawberry.type(description="The account that asks, and who it is in its schools.")
class Viewer(Words):
    account: Account = column(ANYONE, "The login.")

    children: list[StudentRef] = keyed(
        ANYONE,
        "The children whose guardian the viewer is today, or was when they left, by name.",
        StudentById,
        partial(_tied, TieName.CHILD),
        items=Items(3),
        then=_by_name,
        reads=("sort_key", "id"),
    )
    student: StudentRef | None = keyed(
        ANYONE,
        "The student whom the viewer is; in the first school that has one.",
        StudentById,
        partial(_tied, TieName.STUDENT),
        then=_first,
    )
    teacher: TeacherRef | None = keyed(
        ANYONE,
        "The teacher whom the viewer is; in the first school that has one.",
        TeacherById,
        partial(_tied, TieName.TEACHER),
        then=_first,
    )

    @resolver(
        ANYONE,
        "The schools that the viewer belongs to.",
        list[SchoolRef],
        items=Items(2),
        told=Told.VIEWER,
    )
    async def schools(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(schools_by_id, schools=list(record.schools)))

    @resolver(
        ANYONE, "The views that the account keeps, in its order.", list[Profile], items=Items(3)
    )
    async def profiles(record: Any, context: Context) -> list[Any]:
        account = context.signed_in().account.id
        return list(await context.store.fetch(profiles_of_account, account=account))

    @resolver(
        ANYONE, "The viewer's sessions, the one last used first.", list[Session], items=Items(3)
    )
    async def sessions(record: Any, context: Context) -> list[Any]:
        viewer, token, time = context.signed_in(), context.token, now()
        idle = context.session_limits.idle
        own = hash_of(token) if token else b""
        found = await context.store.fetch(
            sessions_of_account, account=viewer.account.id, now=time, idle_since=time - idle
        )
        return [
            SessionRecord(
                each.id,
                each.token_hash == own,
                each.created_at,
                each.last_used_at,
                min(each.expires_at, each.last_used_at + idle),
                each.device,
                each.method,
            )
            for each in found
        ]

    @resolver(ANYONE, "The viewer's second factor.", SecondFactor)
    def second_factor(record: Any, context: Context) -> Any:
        since = record.account.second_factor_at
        return SecondFactorRecord(since, record.second_factor_required)

    @resolver(ANYONE, "The viewer's passkeys, the oldest first.", list[Passkey], items=Items(2))
    async def passkeys(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(passkeys_of_account, account=_own(context)))

    @resolver(ANYONE, "The viewer's calendars, the oldest first.", list[Calendar], items=Items(2))
    async def calendars(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(calendars_of_account, account=_own(context)))

    @resolver(
        ANYONE,
        "Who the viewer is at providers, the oldest first.",
        list[Identity],
        items=Items(1),
    )
    async def identities(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(identities_of_account, account=_own(context)))

    notices = notices
    unread_notices = unread_notices
    notice_settings = notice_settings

    @resolver(
        ANYONE,
        "The viewer's part in each school, the first school first.",
        list[Membership],
        items=Items(2),
        told=Told.VIEWER,
    )
    def memberships(record: Any, context: Context) -> list[Any]:
        return [_membership(record.schools[school]) for school in sorted(record.schools)]
