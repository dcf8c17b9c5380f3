"""Webhooks of a school, created, changed and removed by its head."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.webhooks import webhooks_by_id, webhooks_of_school
from db.store import Reader, Store
from db.tables.columns import now
from db.writing.webhooks import (
    CHANGEABLE,
    begin_anew,
    change_webhook,
    create_webhook,
    remove_webhook,
    webhook_to_change,
)
from domain.addresses import Network, may_send_to
from domain.hosts import host_of
from domain.ids import uuid7
from domain.refusals import Fault, refused
from domain.webhooks import ROTATION, new_secret, shown_secret
from resolvers.feed.outbox import Outbox
from resolvers.mutations.attempt import Outcome, attempt
from resolvers.mutations.edit import expect
from resolvers.mutations.given import not_found, record_id, rights_in, text_of, text_or_none
from resolvers.mutations.receipts import Request, earlier
from resolvers.viewer import Viewer
from resolvers.webhooks.network import REFUSED_ADDRESS

MOST_WEBHOOKS = 20
LONGEST_URL = 2_000
LONGEST_DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """`school` is a global id."""

    school: str
    url: str
    topics: Sequence[str]
    description: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """What is UNSET stays; `id` is a global id."""

    id: str
    expected_version: int
    url: str | UnsetType | None = UNSET
    topics: Sequence[str] | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    enabled: bool | UnsetType | None = UNSET
    rotate_secret: bool = False


@dataclass(frozen=True, slots=True)
class WebhookRemoval:
    id: str


Act = Callable[[Reader, Any], Awaitable[None]]


async def create(
    store: Store,
    viewer: Viewer,
    asked: NewWebhook,
    key: str | None = None,
    networks: Iterable[Network] = (),
) -> tuple[Outcome, str | None]:
    """The webhook and its secret, which is told this once."""
    outbox = Outbox(store)
    head = await outbox.open()
    secret, id_ = new_secret(), uuid7()
    told: list[str] = []

    async def act(reader: Reader) -> list[Any]:
        school = _school_of_head(viewer, asked.school)
        row = {
            "new_id": id_,
            "new_url": url_of(asked.url, networks),
            "new_description": text_or_none(asked.description, LONGEST_DESCRIPTION, "description"),
            "new_topics": _topics(asked.topics),
        }
        request = Request("createWebhook", asked, key)
        done = await earlier(reader, viewer, school, request, [id_])
        if done is None:
            if len(await reader.fetch(webhooks_of_school, school=school)) >= MOST_WEBHOOKS:
                message = f"A school has at most {MOST_WEBHOOKS} webhooks."
                raise refused(Fault.TOO_MANY, message, "school")
            await reader.run(
                create_webhook,
                school=school,
                **row,
                new_secret=secret,
                new_epoch=UUID(bytes=outbox.cursors.epoch),
                new_xid=str(head.xid),
                new_seq=head.seq,
                new_created_by=viewer.account.id,
                now=now(),
            )
            told.append(shown_secret(secret))
        return await _found(reader, school, done[0] if done else id_)

    outcome = await attempt(store, viewer, "Webhook", act)
    return outcome, told[0] if told and not outcome.errors else None


async def change(
    store: Store,
    viewer: Viewer,
    asked: WebhookChange,
    key: str | None = None,
    networks: Iterable[Network] = (),
) -> tuple[Outcome, str | None]:
    """The webhook and, where the secret was asked to be another, that one."""
    told: list[str] = []

    async def act(reader: Reader, webhook: Any) -> None:
        (shown,) = await _found(reader, webhook.school_id, webhook.id)
        expect(shown, asked.expected_version)
        new = _changed(asked, webhook, networks)
        if asked.rotate_secret:
            new |= {"secret": new_secret(), "previous_secret": webhook.secret}
            new["previous_until"] = now() + ROTATION
            told.append(shown_secret(new["secret"]))
        begins_anew = "failing_since" in new
        await write(reader, webhook, new, at_once=begins_anew)
        if begins_anew:
            await reader.run(begin_anew, school=webhook.school_id, ref=webhook.id)

    outcome = await of_head(store, viewer, asked.id, Request("changeWebhook", asked, key), act)
    return outcome, told[0] if told and not outcome.errors else None


async def remove(
    store: Store, viewer: Viewer, asked: WebhookRemoval, key: str | None = None
) -> Outcome:
    """What is being sent at the moment may still arrive."""

    async def act(reader: Reader, webhook: Any) -> None:
        await reader.run(remove_webhook, school=webhook.school_id, ref=webhook.id)

    request = Request("removeWebhook", asked, key)
    return await of_head(store, viewer, asked.id, request, act)


async def of_head(store: Store, viewer: Viewer, id_: str, request: Request, act: Act) -> Outcome:
    """Let `act` change the webhook, once for the request; answer it as it is then, if it is."""

    async def whole(reader: Reader) -> list[Any]:
        school, ref = record_id(id_, "Webhook", "id")
        if not rights_in(viewer, school, "webhook", "id").head:
            raise not_found("webhook", "id")
        if await earlier(reader, viewer, school, request, [ref]) is None:
            webhook = await reader.first(webhook_to_change, school=school, ref=ref)
            if webhook is None:
                raise not_found("webhook", "id")
            await act(reader, webhook)
        return await _found(reader, school, ref)

    return await attempt(store, viewer, "Webhook", whole)


async def write(reader: Reader, webhook: Any, new: dict[str, Any], *, at_once: bool) -> None:
    """The webhook with these columns, to be tried `at_once` or when it would have been anyway;
    whoever sends for it as it was notes nothing more."""
    new = new | {"next_at": now()} if at_once else new
    await reader.run(
        change_webhook,
        school=webhook.school_id,
        ref=webhook.id,
        expected=webhook.version,
        new_xid=str(new.get("xid", webhook.xid)),
        **{f"new_{name}": new.get(name, webhook[name]) for name in CHANGEABLE},
    )


def _changed(asked: WebhookChange, webhook: Any, networks: Iterable[Network]) -> dict[str, Any]:
    """The columns that the change names, as they are to be."""
    new: dict[str, Any] = {}
    for name in ("url", "topics", "enabled"):
        if getattr(asked, name) is None:
            raise refused(Fault.BAD_INPUT, "This can't be taken away: leave it out.", name)
    if isinstance(asked.url, str):
        new["url"] = url_of(asked.url, networks)
    if not isinstance(asked.topics, UnsetType | None):
        new["topics"] = _topics(asked.topics)
    if not isinstance(asked.description, UnsetType):
        text = text_or_none(asked.description, LONGEST_DESCRIPTION, "description")
        new["description"] = text
    if isinstance(asked.enabled, bool):
        # One that was given up stays so, where it is to be disabled: the reason is kept.
        put_off = "DISABLED" if webhook.state == "ENABLED" else webhook.state
        new["state"] = "ENABLED" if asked.enabled else put_off
    if not new and not asked.rotate_secret:
        raise refused(Fault.BAD_INPUT, "A change changes something.")
    if "url" in new or asked.enabled is True:
        new["failing_since"] = None
    return new


def url_of(url: str, networks: Iterable[Network] = ()) -> str:
    """An address that may be sent to, as far as that can be seen of it: where a host's name leads
    is looked at when it is connected to. Plain HTTP only where the loopback is an allowed network.
    """
    url = text_of(url, LONGEST_URL, "url")
    try:
        parts = urlsplit(url)
        host = host_of(parts.netloc.rpartition("@")[2])
    except ValueError:
        host = None
    if host is None or not all("!" <= each <= "~" for each in url):
        message = "This is no address of the form https://host/path, in ASCII."
        raise refused(Fault.BAD_INPUT, message, "url")
    local = parts.scheme == "http" and any(network.is_loopback for network in networks)
    if parts.scheme != "https" and not local:
        raise refused(Fault.BAD_INPUT, "The address has to begin with https://.", "url")
    if parts.username is not None or parts.password is not None or "#" in url:
        message = "The address has no user, no password and no fragment."
        raise refused(Fault.BAD_INPUT, message, "url")
    plain = parts.scheme == "http"
    if not isinstance(host, str) and not may_send_to(host, networks, plain=plain):
        raise refused(Fault.BAD_INPUT, REFUSED_ADDRESS, "url")
    return parts._replace(scheme=parts.scheme.lower()).geturl()


def _topics(topics: Sequence[str]) -> list[str]:
    if not topics:
        raise refused(Fault.BAD_INPUT, "A webhook has at least one topic.", "topics")
    return list(dict.fromkeys(topics))


def _school_of_head(viewer: Viewer, id_: str) -> int:
    school, _ = record_id(id_, "School", "school")
    if not rights_in(viewer, school, "school", "school").head:
        message = "Only the school's administration has webhooks."
        raise refused(Fault.FORBIDDEN, message, "school")
    return school


async def _found(reader: Reader, school: int, ref: UUID) -> list[Any]:
    return await reader.fetch(webhooks_by_id, school=school, ids=[ref])
