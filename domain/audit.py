"""The audit: what an entry says, and the digests by which a changed one is found.

The entries of a school are numbered from 1, and each has the digest of its own content with the
digest of the one before. So whoever changes, removes, inserts or reorders entries has to make all
digests after them anew, and then the newest is another than the one that was noted elsewhere.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from domain.enums import DescribedEnum

FORMAT = 1
"""Part of every digest, so that entries of another format can be told apart."""
NOTHING = b""
"""What the first entry follows."""


class AuditKind(DescribedEnum):
    """What was done with a record."""

    CHANGED = "CHANGED", "It was made, changed or put away."
    READ = "READ", "Somebody outside the family read sensitive fields of it."
    EXPORTED = "EXPORTED", "It was written to a file, or such a file was taken."
    ERASED = "ERASED", "What the school kept of somebody was erased."
    PRUNED = "PRUNED", "Entries that were older than the term of the audit were removed."
    SIGNED_IN = "SIGNED_IN", "Somebody signed in; `what` is how."
    SIGN_IN_FAILED = (
        "SIGN_IN_FAILED",
        "It was tried to sign in as the account of `by`, wrongly; `what` is how often in the hour.",
    )
    DENIED = (
        "DENIED",
        "What the account may not read or do was refused; `what` is how often in the hour.",
    )


class Sensitive(DescribedEnum):
    """What of a person is so sensitive that the audit notes who reads it."""

    CONTACTS = "CONTACTS", "How somebody is reached."
    BIRTH_DATE = "BIRTH_DATE", "The day of birth."
    GUARDIANS = "GUARDIANS", "Who is whose guardian."


OTHERS = tuple(each.value for each in AuditKind if each is not AuditKind.CHANGED)
"""The kinds whose entries have the kind itself as their change; all others are changes."""


class Tally(StrEnum):
    """What is counted by account and hour, so that nobody fills the audit."""

    WRONG_PASSWORD = "WRONG_PASSWORD"
    WRONG_CODE = "WRONG_CODE"
    """The second step after a right password, or a passkey that shows nothing."""
    DENIED = "DENIED"

    @property
    def kind(self) -> AuditKind:
        return AuditKind.DENIED if self is Tally.DENIED else AuditKind.SIGN_IN_FAILED

    def what(self, number: int) -> str:
        return str(number) if self is Tally.DENIED else f"{number} {self}"


def kind_of(change: str) -> AuditKind:
    return AuditKind(change) if change in OTHERS else AuditKind.CHANGED


@dataclass(frozen=True, slots=True)
class Entry:
    """`what` are codes or columns with a space between them. It has no value of any field: what a
    record was is in its history."""

    school_id: int
    number: int
    id: UUID
    at: datetime
    account_id: UUID | None
    origin: str | None
    change: str
    noun: str
    ref: UUID
    version: int | None
    student_id: UUID | None
    what: str

    def digest(self, previous: bytes) -> bytes:
        """Of the entry after the one that has the previous digest."""
        content = [
            FORMAT, self.school_id, self.number, str(self.id),
            self.at.astimezone(UTC).isoformat(timespec="microseconds"), _text(self.account_id),
            self.origin, self.change, self.noun, str(self.ref), self.version,
            _text(self.student_id), self.what,
        ]  # fmt: skip
        return sha256(previous + json.dumps(content, ensure_ascii=False).encode()).digest()


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)


def pruned_as(number: int, digest: bytes) -> str:
    """The `what` of the entry that says up to which entry older ones were removed."""
    return f"{number} {digest.hex()}"
