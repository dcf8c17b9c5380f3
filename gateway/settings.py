"""Settings from environment variables with the prefix `GRADEBOOK_`."""

import re
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.utils import getaddresses
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from db import address
from db.storage import Storage
from domain.mail import Server
from domain.media import LIMITS, FileLimits, FileUse
from domain.openid import NAME, Provider, is_address_of_issuer, unique
from domain.session_limits import SessionLimits
from domain.translation import EngineKind, is_address_of_engine
from gateway import logs
from gateway.environment import PREFIX, FileSource
from gateway.introspection import Introspection
from gateway.origins import Origin, Origins, read_origin
from gateway.persisted_documents import Persisted, read_manifests
from resolvers.files.limits import Limits

T = TypeVar("T")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _with_commas(given: object) -> object:
    """The parts of a text with commas; other values are returned as they are."""
    if not isinstance(given, str):
        return given
    return tuple(part.strip() for part in given.split(",") if part.strip())


def _origins(given: object) -> object:
    parts = _with_commas(given)
    if not isinstance(parts, tuple):
        return parts
    return tuple(read_origin(part) if isinstance(part, str) else part for part in parts)


def _count_or_networks(given: object) -> object:
    if not isinstance(given, str):
        return given
    text = given.strip()
    if text.isdecimal():
        return int(text)
    parts = _with_commas(text)
    assert isinstance(parts, tuple)
    try:
        return tuple(map(ip_network, parts))
    except ValueError:
        raise ValueError(
            "Neither a number of proxies nor addresses and networks, such as 127.0.0.1,10.0.0.0/8"
        ) from None


def _instant(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        instant = datetime.fromisoformat(given.strip())
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ValueError("Not an instant with its zone, such as 2026-09-01T08:00:00+03:00")
    return instant


Addresses = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_origins)]
Count = Annotated[int, Field(ge=0)]
Hours = Annotated[float, Field(gt=0, le=87_600)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
SecondsOrNone = Annotated[float, Field(ge=0, le=86_400)]
Networks = tuple[IPv4Network | IPv6Network, ...]
Files = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_with_commas)]
Proxies = Annotated[Count | Networks, NoDecode, BeforeValidator(_count_or_networks)]


def _database(url: str) -> str:
    address.check(url)
    return url


def _told(given: T) -> T:
    text = given.get_secret_value() if isinstance(given, SecretStr) else str(given)
    if not text.strip():
        raise ValueError("It is empty")
    return given


def _servers(addresses: str) -> str:
    for each in filter(None, (part.strip() for part in addresses.split(","))):
        if not re.fullmatch(r"(?:(?:nats|tls|wss?)://)?[^\s/?#!]+/?", each):
            raise ValueError("It is no address such as nats://host:4222")
    return addresses


def _engine(address: str) -> str:
    if not is_address_of_engine(address):
        raise ValueError("An engine has an https address, or is near and has a name without a dot")
    return address


DatabaseUrl = Annotated[str, AfterValidator(_database)]


class FileRule(BaseModel):
    """What a use of files takes, in place of its own limits."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: int | None = Field(default=None, ge=1)
    types: frozenset[str] | None = None

    @model_validator(mode="after")
    def _types_are_known(self) -> Self:
        self.over(FileLimits(1))
        return self

    def over(self, limits: FileLimits) -> FileLimits:
        return FileLimits(self.bytes or limits.bytes, self.types or limits.types)


class ProviderSettings(BaseModel):
    """A provider of identities. Without a secret the gateway is a public client, with PKCE."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=rf"^{NAME.pattern}$")
    """Stands in addresses: `PUBLIC_URL/sign-in/from/NAME` is what the provider sends back to."""
    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    titles: dict[str, str] = {}
    """What buttons call it, by language."""
    scope: str = "openid profile"
    two_factors: frozenset[str] = frozenset()
    """Values of `acr` or `amr` by which it says that two factors were shown."""

    @model_validator(mode="after")
    def _issuer_is_safe(self) -> Self:
        if not is_address_of_issuer(self.issuer):
            raise ValueError("An issuer is an https address, as the provider writes it")
        if "openid" not in self.scope.split():
            raise ValueError("The scope has `openid` in it")
        return self

    @property
    def provider(self) -> Provider:
        secret = self.client_secret
        return Provider(
            self.name,
            self.issuer,
            self.client_id,
            None if secret is None else secret.get_secret_value(),
            self.titles,
            self.scope,
            self.two_factors,
        )


class Settings(BaseSettings):
    """Each has a meaning, which `gradebook settings` prints."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, use_attribute_docstrings=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSource(settings_cls)

    database_url: DatabaseUrl | None = None
    """The database, `postgresql://user:password@host:5432/name`; without one, the gateway runs a
    PostgreSQL of its own in `GRADEBOOK_DATA`."""
    embedded: bool = True
    """Whether the gateway may run a PostgreSQL of its own. The image for containers says `false`:
    what a container holds goes with it."""
    data: Annotated[Path, BeforeValidator(_told)] = Path(".gradebook")
    """The folder of the embedded server and of the demo school's accounts."""

    host: Annotated[str, AfterValidator(_told)] = "127.0.0.1"
    """The address to listen at."""
    port: int = Field(default=8000, ge=0, le=65_535)
    """The port to listen at."""
    workers: int = Field(default=1, ge=1)
    """Processes that serve the port."""
    connections: int = Field(default=10, ge=1)
    """The maximum of a process's connections to PostgreSQL; fewer if `max_connections` is too
    low."""
    nats_url: Annotated[str, AfterValidator(_servers)] | None = None
    """NATS servers, separated by commas, that carry messages between processes instead of
    PostgreSQL."""
    public_url: Addresses = ()
    """The gateway's public address, such as `https://gradebook.example`, or with a path,
    `https://school.example/gradebook`. Further addresses, separated by commas, are other names of
    its host, or origins of pages that may use it."""
    trusted_proxies: Proxies = 0
    """Addresses or networks of trusted proxies, separated by commas, or the number of proxies in
    front of the gateway."""
    secure_cookies: bool | None = None
    """Whether cookies are `Secure`. By default they are if `GRADEBOOK_PUBLIC_URL` has https, and
    without it unless the host is the loopback."""

    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks to which webhooks may be sent besides the public internet, as JSON:
    `["10.1.0.0/16"]`. `["127.0.0.0/8"]` allows this machine, also over plain HTTP."""

    session_hours: Hours = 720
    """Hours after which a session ends, however much it is used."""
    session_brief_hours: Hours = 12
    """Hours after which the session of a device that is not to be remembered ends."""
    session_idle_hours: Hours = Field(default=336, ge=0.25)
    """Hours without use after which a session ends. Use is noted every five minutes."""

    providers: tuple[ProviderSettings, ...] = ()
    """Providers of identities (OpenID Connect) with which people sign in, as a JSON list."""

    translator: EngineKind = EngineKind.LIBRETRANSLATE
    """The interface of the engine that translates texts: `libretranslate` or `deepl`."""
    translator_url: Annotated[str, AfterValidator(_engine)] | None = None
    """The address of the engine that translates, such as `https://translate.school.example` or
    `https://api-free.deepl.com`; without one nothing is translated."""
    translator_key: SecretStr | None = None
    """The key of the engine that translates, where it asks for one."""
    translator_characters: int = Field(default=20_000, ge=0)
    """Characters that an account may have translated in a day; what is known already counts
    nothing."""

    smtp_url: SecretStr | None = None
    """The server that sends mail: `smtp://user:password@host:587` encrypts with STARTTLS,
    `smtps://host:465` from the start."""
    smtp_tls: bool = True
    """Whether mail is sent only over TLS with a valid certificate; `false` sends it in clear."""
    smtp_seconds: Seconds = 30
    """Seconds for the mail server's answers, except the last."""
    smtp_answer_seconds: Seconds = 300
    """Seconds for the mail server's answer to a mail's text; after them the mail is not sent
    again."""
    mail_sender: str | None = None
    """Who sends the mail: `Gradebook <gradebook@school.example>`."""
    clock: Annotated[datetime | None, BeforeValidator(_instant)] = None
    """For tests and rehearsals: the instant at which the clock of the process starts; it runs on
    from there."""

    files: str | None = None
    """Where uploaded files are kept: a folder, or `s3://bucket/prefix` with the keys, the region
    and the address of the bucket in the usual variables `AWS_...`. By default `files` in
    `GRADEBOOK_DATA`."""
    file_limits: dict[FileUse, FileRule] = {}
    """What is taken for a use, as JSON: `{"ABSENCE_NOTICE": {"bytes": 5000000, "types":
    ["application/pdf", "image/jpeg"]}}`. What is left out is as it is by default."""
    school_file_bytes: int = Field(default=50 << 30, ge=0)
    """The most bytes of all files of a school."""
    loose_file_bytes: int = Field(default=200 << 20, ge=0)
    """The most bytes that an account may have uploaded in a school and attached to nothing."""
    loose_files: int = Field(default=100, ge=1)
    """The most files that an account may have uploaded in a school and attached to nothing."""
    max_uploads: int = Field(default=50, ge=1)
    """Uploads at once in a process."""
    max_uploads_per_account: int = Field(default=3, ge=1)
    """Uploads at once of an account."""

    log_format: logs.Format = "text"
    """How lines of the log on stderr are written: `text`, or `json` with one object a line."""
    log_level: logs.Level = "warning"
    """The least level that is logged: `debug`, `info`, `warning` or `error`. Events of security are
    logged in any case."""
    access_log: bool = False
    """Whether each operation is logged with its name, outcome, time and client's address; variables
    never are."""
    slow_seconds: SecondsOrNone = 2
    """Seconds after which an operation is logged as slow, with its statements and its plan; 0 logs
    none."""
    metrics_token: Annotated[SecretStr, AfterValidator(_told)] | None = None
    """The bearer token with which Prometheus reads `/metrics`; without one there is no such
    page."""

    persisted_documents: Files = ()
    """Files, separated by commas, with documents that clients may ask for by id: JSON objects of
    texts by id, as Relay's compiler and GraphQL Code Generator write them, or manifests of
    Apollo's."""
    introspection: Introspection = Introspection.ANYONE
    """Who may introspect the schema and gets suggestions in errors: `anyone`, `signed_in` or
    `nobody`."""
    max_body_bytes: int = Field(default=1 << 20, ge=1)
    """The most bytes of a request's body, and of a WebSocket's message."""
    max_header_bytes: int = Field(default=64 << 10, ge=1_024)
    """For the request line and headers together, and for the overhead of chunks in a body."""
    max_tokens: int = Field(default=5_000, ge=1)
    """Tokens of a document, with its comments."""
    max_depth: int = Field(default=15, ge=1)
    """The depth of nested fields."""
    max_aliases: int = Field(default=100, ge=0)
    """Aliases of a document."""
    max_cost: int = Field(default=250_000, ge=1)
    """The cost of an operation: a field costs one, below a list once for each item."""
    max_introspection: int = Field(default=300_000, ge=0)
    """The part of the cost that introspection may have; the whole schema twice."""
    max_values: int = Field(default=10_000, ge=0)
    """Values that the variables of an operation may hold."""
    cache_bytes: int = Field(default=32 << 20, ge=0)
    """Memory for cached documents."""
    kept_answer_bytes: int = Field(default=128 << 20, ge=0)
    """Memory for answers that are kept until something changes that they depend on; 0 keeps
    none."""
    compression_level: int = Field(default=1, ge=0, le=9)
    """How hard answers to queries and pages are compressed with gzip, from 1 to 9; 0 compresses
    none, for a proxy that does so itself."""
    timeout_seconds: Seconds = 30
    """Seconds that an operation may take."""
    keep_alive_seconds: Seconds = 15
    """Seconds of silence after which a stream of events sends a comment."""
    header_seconds: Seconds = 10
    """Seconds for a request's headers."""
    body_seconds: Seconds = 10
    """Seconds for a body or a WebSocket message, and one more for each
    `GRADEBOOK_BODY_BYTES_PER_SECOND` received."""
    body_bytes_per_second: int = Field(default=500, ge=1)
    """Bytes of a body that a client has to send in a second."""
    init_seconds: Seconds = 10
    """Seconds until `connection_init`."""
    ping_seconds: Seconds = 20
    """Seconds between pings of a WebSocket, and for the peer to answer."""
    drain_seconds: int = Field(default=20, ge=0)
    """Seconds that a stopping process has for what has begun."""
    drain_delay_seconds: SecondsOrNone = 0
    """Seconds before those in which a stopping process still takes work while `/readyz` answers
    503."""
    max_operations: int = Field(default=100, ge=1)
    """Concurrent operations over one WebSocket."""

    # These limits are for each process. An IPv6 address is a /64; its /56 may hold twice as many,
    # and its /48 four times. Behind trusted proxies the address is the client's.
    max_connections: int = Field(default=20_000, ge=1)
    """Connections of all clients to a process; fewer if the limit of open files is lower."""
    max_connections_per_address: int = Field(default=2_000, ge=1)
    """Connections of an address, for clients that connect directly, not through a proxy."""
    max_sockets_per_address: int = Field(default=2_000, ge=1)
    """WebSockets of an address."""
    max_sockets_per_account: int = Field(default=50, ge=1)
    """WebSockets of an account."""
    max_streams_per_address: int = Field(default=10_000, ge=1)
    """Subscriptions of an address, over WebSockets and as server-sent events together."""
    max_streams_per_account: int = Field(default=200, ge=1)
    """Subscriptions of an account."""

    @model_validator(mode="after")
    def _path_is_one(self) -> Self:
        if any(each.path not in ("", self.prefix) for each in self.public_url):
            raise ValueError("GRADEBOOK_PUBLIC_URL has several paths, and the first is for all")
        return self

    @model_validator(mode="after")
    def _cookies_can_be_kept(self) -> Self:
        if self.public_url and self.secure_cookies not in (None, self.origins.secure):
            raise ValueError("GRADEBOOK_SECURE_COOKIES is not what GRADEBOOK_PUBLIC_URL says")
        return self

    @model_validator(mode="after")
    def _providers_are_several(self) -> Self:
        for name in ("name", "issuer"):
            if not unique(getattr(each, name) for each in self.providers):
                raise ValueError(f"GRADEBOOK_PROVIDERS has the same {name} twice")
        return self

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> Self:
        if self.smtp_url is not None:
            if self.mail_sender is None:
                raise ValueError("GRADEBOOK_SMTP_URL needs GRADEBOOK_MAIL_SENDER beside it")
            server_of(self)
        return self

    @model_validator(mode="after")
    def _manifests_can_be_read(self) -> Self:
        _ = self.persisted  # reads them
        return self

    @cached_property
    def persisted(self) -> Persisted:
        try:
            return read_manifests(self.persisted_documents)
        except ValueError as error:
            raise ValueError(f"GRADEBOOK_PERSISTED_DOCUMENTS: {error}") from None

    @property
    def session_limits(self) -> SessionLimits:
        return SessionLimits(
            timedelta(hours=self.session_hours),
            timedelta(hours=self.session_brief_hours),
            timedelta(hours=self.session_idle_hours),
        )

    @property
    def storage(self) -> Storage:
        return Storage(self.files or str(self.data / "files"))

    @property
    def limits_of_files(self) -> Limits:
        uses = {use: self.file_limits.get(use, FileRule()).over(LIMITS[use]) for use in FileUse}
        return Limits(uses, self.school_file_bytes, self.loose_file_bytes, self.loose_files)

    @property
    def address(self) -> str:
        """The gateway's own address, for links in mail."""
        if self.public_url:
            return self.public_url[0].address
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def prefix(self) -> str:
        """Where the gateway stands below its host; empty at the root."""
        return self.public_url[0].path if self.public_url else ""

    @property
    def mail_server(self) -> Server | None:
        return None if self.smtp_url is None else server_of(self)

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


SMTP_PORTS = {"smtp": 587, "smtps": 465}


def server_of(settings: Settings) -> Server:
    """The mail server of the settings; raises ValueError without repeating the password."""
    assert settings.smtp_url is not None
    wrong = "GRADEBOOK_SMTP_URL is smtp://user:password@host:587, or smtps:// and port 465"
    try:
        url = urlsplit(settings.smtp_url.get_secret_value())
        port = url.port or SMTP_PORTS[url.scheme]
    except (KeyError, ValueError):
        raise ValueError(wrong) from None
    if not url.hostname or url.path.strip("/") or url.query:
        raise ValueError(wrong)
    encrypted = "implicit" if url.scheme == "smtps" else "starttls"
    return Server(
        url.hostname,
        port,
        _sender(settings.mail_sender or ""),
        encrypted if settings.smtp_tls else "off",
        unquote(url.username) if url.username else None,
        unquote(url.password) if url.password else None,
        settings.smtp_seconds,
        settings.smtp_answer_seconds,
    )


def _sender(given: str) -> Address:
    try:
        ((name, address),) = getaddresses([given])
        sender = Address(name, addr_spec=address)
    except Exception:  # the email package raises errors of several kinds
        sender = Address()
    if not sender.username or not sender.domain:
        raise ValueError(
            "GRADEBOOK_MAIL_SENDER is no address such as `Gradebook <gradebook@school.example>`"
        )
    return sender
