"""What the environment may set, every name prefixed with `GRADEBOOK_`."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gateway.introspection import Introspection
from gateway.origins import Origin, Origins, read_origin

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _with_commas(given: object) -> object:
    """The parts of a text, or what is no text."""
    if not isinstance(given, str):
        return given
    return tuple(part.strip() for part in given.split(",") if part.strip())


def _origins(given: object) -> object:
    parts = _with_commas(given)
    if not isinstance(parts, tuple):
        return parts
    return tuple(read_origin(part) if isinstance(part, str) else part for part in parts)


def _count_or_networks(given: object) -> object:
    text = given.strip() if isinstance(given, str) else given
    return int(text) if isinstance(text, str) and text.isdecimal() else _with_commas(text)


Addresses = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_origins)]
Count = Annotated[int, Field(ge=0)]
Networks = tuple[IPv4Network | IPv6Network, ...]
Proxies = Annotated[Count | Networks, NoDecode, BeforeValidator(_count_or_networks)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GRADEBOOK_", frozen=True)

    database_url: str | None = None
    """PostgreSQL's address; without one the gateway runs a server of its own over `data`."""
    data: Path = Path(".gradebook")
    """Where that server keeps its files, and the demo school its accounts."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1)
    """How many processes serve the port."""
    connections: int = Field(default=10, ge=1)
    """The most that one process opens to PostgreSQL; fewer where all of them would not fit."""
    nats_url: str | None = None
    """NATS, several servers with commas between them, carries the calls between processes; or
    else PostgreSQL does."""
    public_url: Addresses = ()
    """Where people reach the gateway, as `https://gradebook.example`; several, for other names of
    it and for pages elsewhere that are let in, with commas between them."""
    trusted_proxies: Proxies = 0
    """The addresses or networks of proxies whose forwarding headers are heeded, with commas
    between them; or how many proxies there are in front of the gateway, whatever theirs."""
    secure_cookies: bool | None = None
    """Unless told, as `public_url` says; without one, cookies need HTTPS wherever the host is not
    the loopback."""

    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks to which webhooks may go besides the public internet, as JSON: `["10.1.0.0/16"]`;
    with `["127.0.0.0/8"]` they may go to this machine, over plain HTTP too."""

    introspection: Introspection = Introspection.ANYONE
    """Who may ask the schema for itself, and is suggested names in errors: `anyone`, `signed_in`
    or `nobody`."""
    max_body_bytes: int = 1 << 20
    max_header_bytes: int = Field(default=64 << 10, ge=1_024)
    """Of a request's line and headers together; and what may stand around its body's chunks."""
    max_tokens: int = 5_000
    max_depth: int = 15
    max_aliases: int = 100
    max_cost: int = 250_000
    max_introspection: int = 100_000
    """The most of that by which the schema may be asked for itself: the whole of it three times."""
    max_values: int = 10_000
    """How many values the variables of an operation may hold."""
    cache_bytes: int = 32 << 20
    """How much memory prepared documents may take."""
    timeout_seconds: float = 30
    keep_alive_seconds: float = 15
    header_seconds: float = Field(default=10, gt=0)
    """How long a client may take for a request's headers."""
    body_seconds: float = Field(default=10, gt=0)
    """How long for its body or a WebSocket's message, and a second more for each
    `body_bytes_per_second` that have come."""
    body_bytes_per_second: int = Field(default=500, ge=1)
    init_seconds: float = 10
    """How long a WebSocket may stay silent before `connection_init`."""
    ping_seconds: float = Field(default=20, gt=0)
    """How often a WebSocket is pinged, and how long its peer may take to answer."""
    drain_seconds: int = Field(default=20, ge=0)
    """How long a process that is told to stop goes on with what has begun."""
    drain_delay_seconds: float = Field(default=0, ge=0)
    """How long it takes work before that, while `/readyz` sends load balancers elsewhere."""
    max_operations: int = 100
    """How many operations may run at once over one WebSocket."""

    # Each process has these bounds for itself. An address is of IPv6 a /64; its /56 may hold twice
    # as many, and its /48 four times. Behind trusted proxies it is the client's.
    max_connections: int = Field(default=20_000, ge=1)
    """Fewer where the system allows the process fewer open files."""
    max_connections_per_address: int = Field(default=2_000, ge=1)
    """Of clients that connect themselves, and not through a proxy."""
    max_sockets_per_address: int = Field(default=2_000, ge=1)
    max_sockets_per_account: int = Field(default=50, ge=1)
    max_streams_per_address: int = Field(default=10_000, ge=1)
    """Subscriptions, over WebSockets and as server-sent events together."""
    max_streams_per_account: int = Field(default=200, ge=1)

    @model_validator(mode="after")
    def _cookies_can_be_kept(self) -> Self:
        if self.public_url and self.secure_cookies not in (None, self.origins.secure):
            raise ValueError("GRADEBOOK_SECURE_COOKIES is not what GRADEBOOK_PUBLIC_URL says")
        return self

    @property
    def origins(self) -> Origins:
        return Origins(self.public_url)

    @property
    def cookies_are_secure(self) -> bool:
        if self.public_url:
            return self.origins.secure
        if self.secure_cookies is None:
            return self.host not in LOOPBACK
        return self.secure_cookies
