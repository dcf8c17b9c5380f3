"""Logins: what may be one, what a person's is suggested to be, and how one is kept free of others.

Whether a login is taken is told to nobody. So a login of one's own choice always gets a tail of
four digits, and only one that the school's roster gave to the person stays as it is, if it can.
"""

import secrets
import unicodedata
from collections.abc import Iterator
from uuid import UUID

from domain.names import latin

SHORTEST, LONGEST = 2, 60
TAIL = 10_000
TRIES = 40
LONGEST_TYPED = 1_024
"""Characters that are read of what somebody types: normalising takes the square of their number
where they are accents, and nothing so long is a login or an address."""
"""Tails that are tried at most; the last of them have more digits."""
INVENTED = "gradebook:"
"""How roster ids begin that no roster gave."""


class BadLogin(ValueError):
    """What can't be a login, and why."""


def canonical(login: str) -> str:
    """A login as it is stored: one writing of each letter, lower-case."""
    typed = login[:LONGEST_TYPED].replace("\0", "\ufffd")
    return unicodedata.normalize("NFKC", typed).strip().lower()


def login_of(text: str) -> str:
    """The login in its one writing; raises BadLogin."""
    login = canonical(text)
    if not SHORTEST <= len(login) <= LONGEST:
        raise BadLogin(f"A login has {SHORTEST} to {LONGEST} characters")
    if any(each.isspace() or not each.isprintable() for each in login):
        raise BadLogin("A login has no spaces in it")
    if "@" in login:
        raise BadLogin("A login is no e-mail address: give that as the e-mail address")
    return login


def suggested(username: str | None, sourced_id: str | None) -> str | None:
    """The login that the school's roster gives a person; its id there where that is the same."""
    for given in (username, sourced_id):
        if given is None or given.startswith(INVENTED) or _is_uuid(given):
            continue
        try:
            return login_of(given)
        except BadLogin:
            continue
    return None


def of_names(given_name: str, family_name: str) -> str:
    """A login made of a name, such as `ada.adler`."""
    parts = (latin(name)[: LONGEST // 3] for name in (given_name, family_name))
    return ".".join(filter(None, parts)) or "reader"


def candidates(login: str, *, own: bool) -> Iterator[str]:
    """What to try in turn until one is free; nobody has chosen the login where it is not `own`."""
    if not own:
        yield login
    for tried in range(TRIES):
        size = TAIL if tried < TRIES // 2 else TAIL**2
        yield f"{login}-{secrets.randbelow(size * 9 // 10) + size // 10}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
