"""Rules of e-mail: what a server's answer means, when to try again, and a message's identity."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from enum import StrEnum
from ssl import SSLContext
from uuid import UUID

from domain.webhooks import Schedule


class MailState(StrEnum):
    """How far a mail has come; all but the first two are final."""

    QUEUED = "QUEUED"
    SENDING = "SENDING"
    """Its text is being handed to the server. A mail that stays so is never sent again."""
    SENT = "SENT"
    SHOWN = "SHOWN"
    """Shown by the demo, where no server is configured."""
    BOUNCED = "BOUNCED"
    """The server refuses the address, or the mail, for good."""
    UNANSWERED = "UNANSWERED"
    """The text was handed over and no answer came: it may have arrived or not."""
    FAILED = "FAILED"
    """It could not be sent for too long, or its time was over."""
    NOBODY = "NOBODY"
    """There was nobody to send it to."""


class Outcome(StrEnum):
    """What became of a try."""

    SENT = "SENT"
    BOUNCED = "BOUNCED"
    DEFERRED = "DEFERRED"
    """The server asks to try this mail again later."""
    UNREACHABLE = "UNREACHABLE"
    """The server can't be reached, or takes no mail of ours at all."""
    UNANSWERED = "UNANSWERED"


def outcome_of(status: int) -> Outcome:
    """What a refusal of a recipient or a text means, by RFC 5321: 5yz is for good."""
    return Outcome.BOUNCED if 500 <= status < 600 else Outcome.DEFERRED


def message_id(mail: UUID, domain: str) -> str:
    """The same for each try, so that a receiver may recognize a second one."""
    return f"<{mail}@{domain}>"


def _minutes(*many: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=each) for each in many)


@dataclass(frozen=True, slots=True)
class MailSchedule(Schedule):
    """Greylisting servers accept the second try after some minutes; codes are valid for half an
    hour, so the first tries follow soon."""

    delays: tuple[timedelta, ...] = field(
        default=_minutes(0.2, 1, 3, 5, 10, 20, 60, 120, 240, 480, 720, 1440)
    )


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over, and as whose. `tls` is `implicit`, `starttls` or `off`."""

    host: str
    port: int
    sender: Address
    tls: str = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 30
    """For connecting and for each answer but the last."""
    answer_seconds: float = 300
    """For the answer to the text: a server may look for viruses meanwhile."""
    ssl_context: SSLContext | None = None
