"""Texts that another system translates: how long they are, and how they are known again."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from domain.enums import DescribedEnum
from domain.openid import LOOPBACK

LONGEST = 5_000
"""Characters of one text."""
KEPT_FOR = timedelta(days=90)
"""After which a translation is asked for anew."""


class EngineKind(DescribedEnum):
    """The interfaces by which an engine may be asked."""

    LIBRETRANSLATE = "libretranslate", "LibreTranslate, a server of one's own."
    DEEPL = "deepl", "DeepL's service."


def is_address_of_engine(address: str) -> bool:
    """Whether texts may be sent there: by https; or without, to this machine or to a host that the
    network alone knows by a name without a dot, such as a container beside this one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    near = host in LOOPBACK or (bool(host) and not {".", ":"} & set(host))
    sound = parts.scheme == "https" or (parts.scheme == "http" and near)
    return bool(host) and sound and not (parts.query or parts.fragment or parts.username)


def digest_of(account: UUID, engine: str, source: str | None, target: str, text: str) -> bytes:
    """By what an account's translation is found again, without what it is of. Another account's is
    another: nobody learns, from what is counted or from how fast it comes, that somebody has had
    the same text translated."""
    named = "\0".join((str(account), engine, source or "", target, text))
    return sha256(named.encode()).digest()


@dataclass(frozen=True, slots=True)
class Translated:
    """`source` is the language that the text was taken to be of."""

    text: str
    source: str | None
