"""`/mail`: the mail of a demo that has no server to send it, shown to this machine only."""

from html import escape
from ipaddress import ip_address
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from db.reading.mail import shown_mail
from db.store import Store
from db.tables.mail import Mail
from gateway.proxies import FORWARDING
from gateway.settings import LOOPBACK
from resolvers.mail import Post
from resolvers.mail.rendering import render

VIA = (*FORWARDING, b"via", b"x-real-ip", b"cf-", b"true-client-ip")
"""Beginnings of the headers by which a proxy, which may run on this machine, is known."""
SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
article { border: 1px solid #ccc; border-radius: 6px; padding: 0 1rem; margin: 1rem 0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
"""


class Process(Protocol):
    store: Store
    post: Post


def routes(process: Process) -> list[BaseRoute]:
    """`/mail`, newest first."""

    async def page(request: Request) -> Response:
        only_this_machine(request)
        shown = await process.store.fetch(shown_mail)
        letters = "\n".join(_article(each, process.post.address) for each in shown)
        body = letters or "<p>No mail has been sent yet.</p>"
        return HTMLResponse(
            f"<!doctype html><meta charset=utf-8><title>Mail</title><style>{STYLE}</style>"
            f"<h1>Mail</h1><p>The demo shows here what it would send.</p>{body}",
            headers=SECURITY,
        )

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


def _article(mail: Mail, address: str) -> str:
    rendered = render(mail.template, mail.language, mail.data, address)
    return (
        f"<article><h2>{escape(rendered.subject)}</h2>"
        f"<p>To {escape(mail.recipient)}, {mail.created_at:%Y-%m-%d %H:%M:%S} UTC</p>"
        f"<pre>{_linked(rendered.text, address)}</pre></article>"
    )


def _linked(text: str, address: str) -> str:
    """The text with links where it names pages of the gateway."""
    words = []
    for word in text.split(" "):
        lines = [
            f'<a href="{escape(line)}">{escape(line)}</a>'
            if address and line.startswith(f"{address}/")
            else escape(line)
            for line in word.split("\n")
        ]
        words.append("\n".join(lines))
    return " ".join(words)
