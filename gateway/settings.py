"""What the environment may set, every name prefixed with `GRADEBOOK_`."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.introspection import Introspection

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


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
    trusted_proxies: int = Field(default=0, ge=0)
    """How many proxies in front of the gateway append to `X-Forwarded-For`."""
    secure_cookies: bool | None = None
    """Unless told, cookies need HTTPS wherever the host is not the loopback."""

    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks to which webhooks may go besides the public internet, as JSON: `["10.1.0.0/16"]`;
    with `["127.0.0.0/8"]` they may go to this machine, over plain HTTP too."""

    introspection: Introspection = Introspection.ANYONE
    """Who may ask the schema for itself, and is suggested names in errors: `anyone`, `signed_in`
    or `nobody`."""
    max_body_bytes: int = 1 << 20
    max_tokens: int = 5_000
    max_depth: int = 15
    max_aliases: int = 100
    max_cost: int = 250_000
    max_introspection: int = 50_000
    """The most of that by which the schema may be asked for itself: the whole of it three times."""
    max_values: int = 10_000
    """How many values the variables of an operation may hold."""
    cache_bytes: int = 32 << 20
    """How much memory prepared documents may take."""
    timeout_seconds: float = 30
    keep_alive_seconds: float = 15
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

    @property
    def cookies_are_secure(self) -> bool:
        if self.secure_cookies is None:
            return self.host not in LOOPBACK
        return self.secure_cookies
