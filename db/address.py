"""The address of a database, as hosted providers hand it out, for asyncpg and for libpq."""

import os
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
OF_OTHERS = frozenset(
    {"connection_limit", "pgbouncer", "pool_mode", "pool_timeout", "schema", "statement_cache_size"}
)
"""Parameters that providers write for other clients; neither asyncpg nor libpq has them."""
OF_LIBPQ = frozenset(
    {
        "channel_binding", "client_encoding", "connect_timeout", "fallback_application_name",
        "gssencmode", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval",
        "load_balance_hosts", "require_auth", "sslcompression", "sslsni", "tcp_user_timeout",
    }
)  # fmt: skip
"""Parameters of libpq that asyncpg would take for settings of the server."""
KNOWN = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": (
        "any", "read-write", "read-only", "primary", "standby", "prefer-standby",
    ),
}  # fmt: skip
"""The values that such parameters may have."""
UNVERIFIED = (None, "disable", "allow", "prefer", "require")


class BadAddress(ValueError):
    """The text is no address of a PostgreSQL database; the message repeats no password."""


def asyncpg_parameters(url: str) -> dict[str, Any]:
    """The parameters of `asyncpg.connect`.

    asyncpg cannot bind the channel: an address that requires it gets what protects as well, a
    certificate that is verified.
    """
    query = _query(url)
    parameters: dict[str, Any] = {}
    if query.get("channel_binding") == "require" and query.get("sslmode") in UNVERIFIED:
        query["sslmode"] = "verify-full"
        query.setdefault("sslrootcert", "system")
    if query.get("sslrootcert") == "system":
        if query.pop("sslmode", "verify-full") != "verify-full":
            raise BadAddress("sslrootcert=system goes with sslmode=verify-full")
        del query["sslrootcert"]
        parameters["ssl"] = _verified(query)
    if seconds := query.get("connect_timeout"):
        parameters["timeout"] = float(seconds)
    parts = urlsplit(url)
    left = {name: value for name, value in query.items() if name not in OF_LIBPQ}
    return parameters | {"dsn": _joined(parts.netloc, parts.path, left)}


def libpq_address(url: str) -> tuple[str, str | None]:
    """The address for programs of PostgreSQL, without the password, and the password: other users
    of the machine could read it among a program's arguments."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    netloc = f"{name}{at}{host}"
    return _joined(netloc, parts.path, _query(url)), unquote(password) if colon else None


def shown(url: str) -> str:
    """The address for people: who, where and which, without the password."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    query = dict(parse_qsl(parts.query))
    name = unquote(user.partition(":")[0]) or query.get("user", "")
    where = host or query.get("host", "localhost")
    return f"postgresql://{name}{'@' if name else ''}{where}{parts.path}"


def check(url: str) -> None:
    """Raise BadAddress unless it is the address of a database."""
    if not url.strip():
        raise BadAddress("It is empty: unset it for the gateway's own PostgreSQL")
    try:
        parts = urlsplit(url)
        known = parts.scheme in SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number, as after a password with `/` or `#`
        known = False
    if not known or parts.fragment:
        raise BadAddress(
            "It is no address such as postgresql://user:password@host:5432/database;"
            " in a password @ / ? # and % are written %40 %2F %3F %23 and %25"
        )
    _check_parameters(_query(url))
    try:
        asyncpg_parameters(url)
    except OSError as error:
        raise BadAddress(f"Its certificate cannot be used: {error}") from error


def _check_parameters(query: Mapping[str, str]) -> None:
    """Raise BadAddress for values that fail only once a connection is made."""
    for name, known in KNOWN.items():
        if query.get(name, known[0]) not in known:
            raise BadAddress(f"Its {name} is none of {', '.join(known)}")
    if not query.get("connect_timeout", "1").isdecimal():
        raise BadAddress("Its connect_timeout is no number of seconds")
    for name in ("sslrootcert", "sslcert", "sslkey", "sslcrl"):
        file = query.get(name)
        if file and file != "system" and not os.access(file, os.R_OK):
            raise BadAddress(f"Its certificate cannot be used: {name}, {file}, cannot be read")


def _query(url: str) -> dict[str, str]:
    query: dict[str, str] = {}
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if name == "ssl":  # as other drivers call it
            query["sslmode"] = {"true": "require", "false": "disable"}.get(value, value)
        elif name not in OF_OTHERS:
            query[name] = value
    return query


def _verified(query: dict[str, str]) -> ssl.SSLContext:
    """TLS with a certificate that the system's authorities vouch for."""
    context = ssl.create_default_context()
    if certificate := query.pop("sslcert", None):
        context.load_cert_chain(
            certificate, query.pop("sslkey", None), query.pop("sslpassword", None)
        )
    return context


def _joined(netloc: str, path: str, query: Mapping[str, str]) -> str:
    address = f"postgresql://{netloc}{path}"
    return f"{address}?{urlencode(query)}" if query else address
