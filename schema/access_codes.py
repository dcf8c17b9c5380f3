"""Access codes: for whom they are, and what has become of them."""

from datetime import datetime
from typing import Any

import strawberry

from domain.access_codes import AccessCodeState, AccessRole
from domain.clock import now
from resolvers.access_codes import MAKERS
from resolvers.guardians import GuardianById
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from schema.declare import column, computed, loaded, tell
from schema.node import Node, id_of, school_of
from schema.nouns import GuardianRef, SchoolRef, StudentRef, TeacherRef
from schema.permissions import viewer_may

tell(AccessCodeState)
tell(AccessRole)


def _state(
    undone_at: datetime | None,
    used_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
) -> AccessCodeState:
    if undone_at is not None:
        return AccessCodeState.UNDONE
    if used_at is not None:
        return AccessCodeState.USED
    if revoked_at is not None:
        return AccessCodeState.REVOKED
    return AccessCodeState.EXPIRED if expires_at <= now() else AccessCodeState.OPEN


def _code(record: Any) -> str | None:
    return getattr(record, "code", None)


@strawberry.type(
    description="A code with which one person of the school registers, or adds their part in it to "
    "the account they have; it works once."
)
class AccessCode(Node):
    id: strawberry.ID = id_of("AccessCode", MAKERS)
    school: SchoolRef | None = school_of(MAKERS)
    viewer_may = viewer_may()
    student: StudentRef | None = loaded(
        MAKERS, "The student whom it is for; null where it is for another.", StudentById,
        "student_id",
    )  # fmt: skip
    guardian: GuardianRef | None = loaded(
        MAKERS, "The guardian whom it is for; null where it is for another.", GuardianById,
        "guardian_id",
    )  # fmt: skip
    teacher: TeacherRef | None = loaded(
        MAKERS, "The teacher whom it is for; null where it is for another.", TeacherById,
        "teacher_id",
    )  # fmt: skip
    state: AccessCodeState = computed(
        MAKERS,
        "What has become of it.",
        _state,
        "undone_at",
        "used_at",
        "revoked_at",
        "expires_at",
    )
    code: str | None = computed(
        MAKERS, "The code itself, where it has just been made; it is stored nowhere.", _code
    )
    created_at: datetime = column(MAKERS, "When it was made.")
    created_by: str | None = column(
        MAKERS, "Who made it; null where a command did.", name="maker_name"
    )
    expires_at: datetime = column(MAKERS, "From when on it no longer works.")
    revoked_at: datetime | None = column(MAKERS, "When it was taken back, if it was.")
    used_at: datetime | None = column(MAKERS, "When somebody registered with it, if they did.")
    used_by: str | None = column(
        MAKERS, "The name of the account that it was used by.", name="user_name"
    )
    undone_at: datetime | None = column(
        MAKERS, "When the registration with it was undone, if it was."
    )
    undone_by: str | None = column(
        MAKERS, "Who undid the registration; null where nobody did.", name="undoer_name"
    )
    undone_reason: str | None = column(
        MAKERS, "Why the registration was undone; null where it was not."
    )
