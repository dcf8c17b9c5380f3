"""Webhooks of a school: created, changed, removed and sent again by its head."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.webhooks import first_row_since, webhooks_by_id, webhooks_of_school
from db.store import Reader, Store
from db.tables.webhooks import Webhook
from db.writing.webhooks import (
    CHANGEABLE,
    begin_anew,
    queue_dead_letters,
    webhook_to_change,
)
from db.writing.webhooks import (
    change_webhook as write_webhook,
)
from db.writing.webhooks import (
    create_webhook as insert_webhook,
)
from db.writing.webhooks import (
    remove_webhook as delete_webhook,
)
from domain.addresses import Network, may_send_to
from domain.audience import HEAD
from domain.clock import now
from domain.errors import Code, Problem
from domain.hosts import host_of
from domain.ids import uuid7
from domain.refusals import Refused, UserErrorCode, refused
from domain.webhooks import ROTATION, new_secret, shown_secret
from resolvers.declarations.inputs import (
    GlobalId,
    Parsed,
    Reference,
    Text,
    Topics,
    parse,
    record_id,
)
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.parsing import not_found, rights_in, text_of
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, attempt, conflict
from resolvers.feed.cursor import Position
from resolvers.feed.outbox import Outbox
from resolvers.throttle import Allowance, key_of
from resolvers.viewer import Viewer
from resolvers.webhooks.message import ping_message, secrets_of
from resolvers.webhooks.network import REFUSED_ADDRESS
from resolvers.webhooks.nouns import WEBHOOK
from resolvers.webhooks.sender import Answer, Sender

MOST_WEBHOOKS = 20
LONGEST_URL = 2_000
LONGEST_DESCRIPTION = 200
LONGEST_PING = 5.0
"""Seconds for a ping, for whose answer somebody waits."""
PINGS = Allowance(5, timedelta(minutes=1), "pings")
"""Of one webhook."""
SECRET = (
    "What messages are signed with, `whsec_` and base64. It is told this once: a retry with the "
    "same key does not tell it again."
)
NOW = "The webhook as it is now, after a conflict too."
Act = Callable[[Reader, Webhook], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CreateWebhook:
    """A webhook to create."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    url: Annotated[str, "Where events are sent; it begins with https://."]
    topics: Annotated[list[str], "What it is told of.", Topics()]
    description: Annotated[str | None, "What it is for.", Text(LONGEST_DESCRIPTION)] = None


@mutation(
    WEBHOOK,
    "Send the school's events from now on to an address, signed.",
    UserErrorCode.FORBIDDEN,
    UserErrorCode.TOO_MANY,
    answer="The webhook.",
    by=HEAD,
    at="School",
    more={"secret": SECRET},
)
async def create_webhook(
    store: Store, viewer: Viewer, given: CreateWebhook, key: str | None, services: Services
) -> Outcome:
    outbox = Outbox(store)
    head = await outbox.open()
    secret, id_ = new_secret(), uuid7()
    shown: list[str] = []

    async def act(reader: Reader) -> list[Webhook]:
        parsed = parse(given)
        school = _school_of_head(viewer, parsed)
        row = {
            "new_id": id_,
            "new_url": url_of(given.url, services.webhook_networks),
            "new_description": parsed.given.description,
            "new_topics": _topics(given.topics),
        }
        request = Request("create_webhook", given, key)
        done = await earlier(reader, viewer, school, request, [id_])
        if done is None:
            if len(await reader.fetch(webhooks_of_school, school=school)) >= MOST_WEBHOOKS:
                message = f"A school has at most {MOST_WEBHOOKS} webhooks."
                raise refused(UserErrorCode.TOO_MANY, message, "school")
            await reader.run(
                insert_webhook,
                school=school,
                **row,
                new_secret=secret,
                new_epoch=UUID(bytes=outbox.cursors.epoch),
                new_xid=str(head.xid),
                new_seq=head.seq,
                new_created_by=viewer.account.id,
                now=now(),
            )
            shown.append(shown_secret(secret))
        return await _found(reader, school, done[0] if done else id_)

    return _with_secret(await attempt(store, viewer, WEBHOOK, act), shown)


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    """What changes of a webhook; what is left out stays."""

    id: Annotated[str, "The webhook, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]
    url: Annotated[str | UnsetType, "Where events are sent; it begins with https://."] = UNSET
    topics: Annotated[list[str] | UnsetType, "What it is told of.", Topics()] = UNSET
    description: Annotated[
        str | UnsetType | None,
        "What it is for; null takes it away.",
        Text(LONGEST_DESCRIPTION),
    ] = UNSET
    enabled: Annotated[
        bool | UnsetType,
        "Whether it is sent to. Enabled again, it goes on where it stopped, as far as "
        "events are still kept, and what failed has all its tries anew.",
    ] = UNSET
    rotate_secret: Annotated[
        bool, "Make a new secret; for a day messages are signed with the old one too."
    ] = False


@mutation(
    WEBHOOK,
    "Change, disable or enable a webhook.",
    UserErrorCode.CONFLICT,
    answer=NOW,
    more={"secret": SECRET},
    by=HEAD,
)
async def change_webhook(
    store: Store, viewer: Viewer, given: ChangeWebhook, key: str | None, services: Services
) -> Outcome:
    shown: list[str] = []

    async def act(reader: Reader, webhook: Webhook) -> None:
        (current,) = await _found(reader, webhook.school_id, webhook.id)
        if current.version != given.expected_version:
            raise conflict(current)
        new = _changed(parse(given).given, webhook, services.webhook_networks)
        if given.rotate_secret:
            new |= {"secret": new_secret(), "previous_secret": webhook.secret}
            new["previous_until"] = now() + ROTATION
            shown.append(shown_secret(new["secret"]))
        begins_anew = "failing_since" in new
        await write(reader, webhook, new, at_once=begins_anew)
        if begins_anew:
            await reader.run(begin_anew, school=webhook.school_id, ref=webhook.id)

    request = Request("change_webhook", given, key)
    return _with_secret(await _of_head(store, viewer, given.id, request, act), shown)


@dataclass(frozen=True, slots=True)
class RemoveWebhook:
    """A webhook to remove."""

    id: Annotated[str, "The webhook, by global id.", Reference()]


@mutation(WEBHOOK, "Remove a webhook, with the log of its deliveries.", by=HEAD)
async def remove_webhook(
    store: Store, viewer: Viewer, given: RemoveWebhook, key: str | None, services: Services
) -> Outcome:
    """What is being sent at the moment may still arrive."""

    async def act(reader: Reader, webhook: Webhook) -> None:
        await reader.run(delete_webhook, school=webhook.school_id, ref=webhook.id)

    return await _of_head(store, viewer, given.id, Request("remove_webhook", given, key), act)


@dataclass(frozen=True, slots=True)
class ReplayWebhook:
    """What is to be sent again: one of the three."""

    id: Annotated[str, "The webhook, by global id.", Reference()]
    dead_letters: Annotated[bool, "All its dead letters, each with all its tries."] = False
    since: Annotated[
        datetime | None,
        "All of its topics' events since then, as far as they are still kept.",
    ] = None
    after: Annotated[str | None, "All after the event that had this cursor."] = None


@mutation(
    WEBHOOK,
    "Send events again, with the ids that they had; a disabled webhook sends them once it is "
    "enabled.",
    UserErrorCode.RESYNC,
    answer="The webhook.",
    by=HEAD,
)
async def replay_webhook(
    store: Store, viewer: Viewer, given: ReplayWebhook, key: str | None, services: Services
) -> Outcome:
    after = None if given.after is None else await _after(store, given.after)

    async def act(reader: Reader, webhook: Webhook) -> None:
        if (given.dead_letters, given.since, given.after) == (True, None, None):
            await reader.run(queue_dead_letters, school=webhook.school_id, ref=webhook.id)
            await write(reader, webhook, {}, at_once=True)
            return
        if given.dead_letters or (given.since is None) == (given.after is None):
            message = (
                "A replay is of dead letters, or since a time, or after a cursor: one of these."
            )
            raise refused(UserErrorCode.BAD_INPUT, message)
        if isinstance(after, Refused):
            raise after
        begins = after if given.since is None else await _since(reader, webhook, given.since)
        position = Position(webhook.xid, webhook.seq)
        begins = position if begins is None else min(begins, position)
        await write(reader, webhook, {"xid": begins.xid, "seq": begins.seq}, at_once=True)

    return await _of_head(store, viewer, given.id, Request("replay_webhook", given, key), act)


@dataclass(frozen=True, slots=True)
class PingWebhook:
    """A webhook to ping."""

    id: Annotated[str, "The webhook, by global id.", Reference()]


@mutation(
    WEBHOOK,
    "Send a webhook a message of the type `webhook.ping`, signed as all are, and tell what is "
    "answered; also one that is disabled. It is of no event, is sent once, and is not in the log.",
    UserErrorCode.RATE_LIMITED,
    answer="The webhook.",
    more={
        "status": ("The HTTP status of the answer; null where there was none.", int),
        "error": "Why it was not delivered; null where it was.",
        "excerpt": "The beginning of the answer's body.",
    },
    by=HEAD,
)
async def ping_webhook(
    store: Store, viewer: Viewer, given: PingWebhook, key: str | None, services: Services
) -> Outcome:
    """The answer is waited for after the transaction, which would hold up others meanwhile."""
    to_send: list[Webhook] = []

    async def act(reader: Reader, webhook: Webhook) -> None:
        try:
            await PINGS.take(reader, key_of(PINGS.what, str(webhook.school_id), webhook.id.hex))
        except Problem as problem:
            raise refused(UserErrorCode.RATE_LIMITED, problem.message, "id") from None
        to_send.append(webhook)

    request = Request("ping_webhook", given, key)
    outcome = await _of_head(store, viewer, given.id, request, act)
    if outcome.errors or not to_send:
        return outcome
    answer = await _pinged(to_send[0], services.webhook_networks)
    told = {"status": answer.status, "error": answer.error, "excerpt": answer.excerpt}
    return Outcome(outcome.records, [], told)


async def _pinged(webhook: Webhook, networks: Sequence[Network]) -> Answer:
    at = now()
    message = ping_message(webhook, at)
    async with Sender(networks).line(webhook.url, LONGEST_PING) as line:
        return await line.send(message.headers(secrets_of(webhook, at), at), message.body)


def _with_secret(outcome: Outcome, shown: list[str]) -> Outcome:
    more = {"secret": shown[0]} if shown and not outcome.errors else {}
    return Outcome(outcome.records, outcome.errors, more)


async def _of_head(store: Store, viewer: Viewer, id_: str, request: Request, act: Act) -> Outcome:
    """Let `act` change the webhook, once for the request; answer it as it is then, if it is."""

    async def whole(reader: Reader) -> list[Webhook]:
        school, ref = record_id(id_, "Webhook", "id")
        if not rights_in(viewer, school, "webhook", "id").head:
            raise not_found("webhook", "id")
        if await earlier(reader, viewer, school, request, [ref]) is None:
            webhook = await reader.first(webhook_to_change, school=school, ref=ref)
            if webhook is None:
                raise not_found("webhook", "id")
            await act(reader, webhook)
        return await _found(reader, school, ref)

    return await attempt(store, viewer, WEBHOOK, whole)


async def write(reader: Reader, webhook: Webhook, new: dict[str, Any], *, at_once: bool) -> None:
    """The webhook with these columns, to be tried `at_once` or when it would have been anyway;
    whoever sends for it as it was notes nothing more."""
    new = new | {"next_at": now()} if at_once else new
    await reader.run(
        write_webhook,
        school=webhook.school_id,
        ref=webhook.id,
        expected=webhook.version,
        new_xid=str(new.get("xid", webhook.xid)),
        **{f"new_{name}": new.get(name, getattr(webhook, name)) for name in CHANGEABLE},
    )


def _changed(asked: ChangeWebhook, webhook: Webhook, networks: Iterable[Network]) -> dict[str, Any]:
    """The columns that the change names, as they are to be."""
    new: dict[str, Any] = {}
    if isinstance(asked.url, str):
        new["url"] = url_of(asked.url, networks)
    if not isinstance(asked.topics, UnsetType):
        new["topics"] = _topics(asked.topics)
    if not isinstance(asked.description, UnsetType):
        new["description"] = asked.description
    if isinstance(asked.enabled, bool):
        # One that was given up stays so, where it is to be disabled: the reason is kept.
        put_off = "DISABLED" if webhook.state == "ENABLED" else webhook.state
        new["state"] = "ENABLED" if asked.enabled else put_off
    if not new and not asked.rotate_secret:
        raise refused(UserErrorCode.BAD_INPUT, "A change changes something.")
    if "url" in new or asked.enabled is True:
        new["failing_since"] = None
    return new


def url_of(url: str, networks: Iterable[Network] = (), *, refusal: str = REFUSED_ADDRESS) -> str:
    """An address that may be sent to, as far as that can be seen of it: where a host's name leads
    is looked at when it is connected to. Plain HTTP only where the loopback is an allowed network.
    `refusal` tells that it is one of others."""
    url = text_of(url, LONGEST_URL, "url")
    try:
        parts = urlsplit(url)
        host = host_of(parts.netloc.rpartition("@")[2])
    except ValueError:
        host = None
    if host is None or not all("!" <= each <= "~" for each in url):
        message = "This is no address of the form https://host/path, in ASCII."
        raise refused(UserErrorCode.BAD_INPUT, message, "url")
    local = parts.scheme == "http" and any(network.is_loopback for network in networks)
    if parts.scheme != "https" and not local:
        raise refused(UserErrorCode.BAD_INPUT, "The address has to begin with https://.", "url")
    if parts.username is not None or parts.password is not None or "#" in url:
        message = "The address has no user, no password and no fragment."
        raise refused(UserErrorCode.BAD_INPUT, message, "url")
    plain = parts.scheme == "http"
    if not isinstance(host, str) and not may_send_to(host, networks, plain=plain):
        raise refused(UserErrorCode.BAD_INPUT, refusal, "url")
    return parts._replace(scheme=parts.scheme.lower()).geturl()


def _topics(topics: Sequence[str]) -> list[str]:
    if not topics:
        raise refused(UserErrorCode.BAD_INPUT, "A webhook has at least one topic.", "topics")
    return list(dict.fromkeys(topics))


def _school_of_head(viewer: Viewer, given: Parsed[CreateWebhook]) -> int:
    school, _ = given.keys["school"]
    if not rights_in(viewer, school, "school", "school").head:
        message = "Only the school's administration has webhooks."
        raise refused(UserErrorCode.FORBIDDEN, message, "school")
    return school


async def _found(reader: Reader, school: int, ref: UUID) -> list[Webhook]:
    return await reader.fetch(webhooks_by_id, school=school, ids=[ref])


async def _since(reader: Reader, webhook: Webhook, since: datetime) -> Position | None:
    """Before the first row of that time which is still there, if one is."""
    if since.tzinfo is None:
        raise refused(UserErrorCode.BAD_INPUT, "The time needs its offset, such as Z.", "since")
    row = await reader.first(first_row_since, school=webhook.school_id, since=since)
    return None if row is None else Position(row.xid, row.seq - 1)


async def _after(store: Store, cursor: str) -> Position | Refused:
    outbox = Outbox(store)
    await outbox.open()
    try:
        return await outbox.resume(cursor)
    except Problem as problem:
        code = UserErrorCode.RESYNC if problem.code is Code.RESYNC else UserErrorCode.BAD_INPUT
        return refused(code, problem.message, "after")
