"""The public addresses of the gateway, and the origins whose pages may use its cookie."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

PATH = re.compile(r"(/[A-Za-z0-9_-]+)*")
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, host and port, as in the `Origin` header."""

    scheme: str
    host: str
    """With the port, unless it is the scheme's default."""
    path: str = ""
    """Where the gateway stands below the host, such as `/gradebook`; no part of the origin."""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def address(self) -> str:
        """Where the gateway's pages begin."""
        return f"{self}{self.path}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The values of `Host` for it."""
        port = PORTS[self.scheme]
        bare = self.host.rpartition("]")[2].count(":") == 0
        return (self.host, f"{self.host}:{port}") if bare else (self.host,)


def read_origin(text: str) -> Origin:
    """Parse the address of a host, or of a path below it; raises ValueError if it is none."""
    wrong = ValueError(f"{text!r} is no address such as https://gradebook.example")
    parts = urlsplit(text.strip())
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise wrong
    path = parts.path.rstrip("/")
    if parts.query or parts.fragment or not PATH.fullmatch(path):
        raise ValueError(f"{text!r} has more than a host and a path of letters, digits, - and _")
    try:
        port, name = parts.port, parts.hostname.encode("idna").decode()
    except ValueError:  # UnicodeError is one
        raise wrong from None
    host = f"[{name}]" if ":" in name else name
    with_port = host if port in (None, PORTS[parts.scheme]) else f"{host}:{port}"
    return Origin(parts.scheme, with_port, path)


def origin_of(url: str | None) -> str | None:
    """The origin of a page's address, such as that of `Referer`."""
    try:
        parts = urlsplit(url or "")
        return str(read_origin(f"{parts.scheme}://{parts.netloc}"))
    except ValueError:
        return None


@dataclass(frozen=True)
class Origins:
    """The configured origins. Without any, every host is answered, and only its own pages may use
    the cookie."""

    named: tuple[Origin, ...] = ()

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(host for origin in self.named for host in origin.hosts)

    @cached_property
    def texts(self) -> frozenset[str]:
        return frozenset(map(str, self.named))

    @property
    def secure(self) -> bool:
        """Whether the first of them, which people use, has TLS."""
        return bool(self.named) and self.named[0].scheme == "https"

    def answer(self, host: str) -> bool:
        """Whether the host is one of the gateway's."""
        return not self.named or host.lower() in self._hosts

    def let_in(self, origin: str | None, host: str) -> bool:
        """Whether a page of the origin may use its visitor's cookie."""
        if not origin:
            return False
        if self.named:
            return origin in self.texts
        parts = urlsplit(origin)
        return parts.scheme in PORTS and parts.netloc == host
