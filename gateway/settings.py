"""What the environment may set, every name prefixed with `GRADEBOOK_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GRADEBOOK_", frozen=True)

    database_url: str | None = None
    """PostgreSQL's address; without one the gateway runs a server of its own over `data`."""
    data: Path = Path(".gradebook")
    """Where that server keeps its files, and the demo school its accounts."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    connections: int = Field(default=10, ge=1)
    trusted_proxies: int = Field(default=0, ge=0)
    """How many proxies in front of the gateway append to `X-Forwarded-For`."""
    secure_cookies: bool | None = None
    """Unless told, cookies need HTTPS wherever the host is not the loopback."""

    max_body_bytes: int = 1 << 20
    max_tokens: int = 5_000
    max_depth: int = 15
    max_aliases: int = 100
    max_cost: int = 250_000
    cache_bytes: int = 4 << 20
    """How much text of prepared documents is kept."""
    timeout_seconds: float = 30
    keep_alive_seconds: float = 15
    init_seconds: float = 10
    """How long a WebSocket may stay silent before `connection_init`."""
    max_operations: int = 100
    """How many operations may run at once over one WebSocket."""

    @property
    def cookies_are_secure(self) -> bool:
        if self.secure_cookies is None:
            return self.host not in LOOPBACK
        return self.secure_cookies
