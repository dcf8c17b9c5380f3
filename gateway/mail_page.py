"""`/mail`: the mail of a demo that has no server to send it, shown to this machine only."""

from ipaddress import ip_address
from typing import Protocol

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from db.reading.mail import shown_mail
from db.store import Store
from db.tables.mail import Mail
from gateway.pages import rendered
from gateway.proxies import FORWARDING
from gateway.settings import LOOPBACK
from resolvers.mail import Post
from resolvers.mail.rendering import render

VIA = (*FORWARDING, b"via", b"x-real-ip", b"cf-", b"true-client-ip")
"""Beginnings of the headers by which a proxy, which may run on this machine, is known."""


class Process(Protocol):
    store: Store
    post: Post


def routes(process: Process) -> list[BaseRoute]:
    """`/mail`, newest first."""

    async def page(request: Request) -> Response:
        only_this_machine(request)
        shown = await process.store.fetch(shown_mail)
        letters = [_letter(each, process.post.address) for each in shown]
        response = rendered(request, "mail", letters=letters)
        response.headers["Cache-Control"] = "no-store"
        return response

    return [Route("/mail", page)]


def only_this_machine(request: Request) -> None:
    """Refuse whoever is not on this machine, or comes through a proxy, or by a name that may lead
    elsewhere: a page of another site could have its name lead here."""
    peer = request.client.host if request.client else ""
    proxied = any(name.startswith(VIA) for name, _ in request.scope["headers"])
    if not _is_loopback(peer) or proxied or request.url.hostname not in LOOPBACK:
        raise HTTPException(404)


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback


def _letter(mail: Mail, address: str) -> dict[str, object]:
    found = render(mail.template, mail.language, mail.data, address)
    return {
        "subject": found.subject,
        "to": mail.recipient,
        "at": f"{mail.created_at:%Y-%m-%d %H:%M:%S}",
        "language": mail.language,
        "text": _linked(found.text, address),
    }


def _linked(text: str, address: str) -> Markup:
    """The text with links where it names pages of the gateway."""
    return Markup("\n").join(
        Markup(" ").join(_link(word, address) for word in line.split(" "))
        for line in text.split("\n")
    )


def _link(word: str, address: str) -> Markup:
    if address and word.startswith(f"{address}/"):
        return Markup('<a href="{0}">{0}</a>').format(word)
    return escape(word)
