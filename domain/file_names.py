"""Names of files: kept as people wrote them, and made safe for whoever saves the file."""

import unicodedata
from email.message import Message
from urllib.parse import quote

from domain.media import MediaType

LONGEST_NAME = 150
LONGEST_EXTENSION = 16
NAMELESS = "file"
RESERVED = frozenset('<>:"/\\|?*')
"""What no name on some system may hold."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that nobody sees; one of them writes `gpj.exe` as `exe.jpg`."""
JOINERS = "\u200c\u200d"
"""Those that some scripts, and emoji, need."""


class NoName(ValueError):
    """A Content-Disposition that names no file."""


def name_in(disposition: str) -> str:
    """The file's name in the Content-Disposition of an upload: of `filename*` (RFC 8187), or else
    `filename`."""
    message = Message()
    try:
        message["content-disposition"] = disposition
        name = message.get_filename()
    except (LookupError, ValueError):  # an unknown charset, or bytes that are not of it
        name = None
    if not name:
        raise NoName(
            "Name the file: `Content-Disposition: attachment; filename*=UTF-8''my%20essay.pdf`"
        )
    return name


def cleaned(name: str, type_: MediaType) -> str:
    """The name without folders and characters that nobody sees, and with an extension that is one
    of the type's."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(map(_visible, name))
    words = " ".join(seen.split()).rstrip(" .")
    stem, dot, extension = words.rpartition(".")
    if dot and extension.lower() in type_.extensions:
        return f"{_shortened(stem) or NAMELESS}.{extension}"
    return f"{_shortened(words) or NAMELESS}.{type_.extensions[0]}"


def _visible(character: str) -> str:
    if character in JOINERS:
        return character
    if character in RESERVED:
        return "_"
    return "" if unicodedata.category(character) in HIDDEN else character


def _shortened(stem: str) -> str:
    """No name begins or ends with a dot or a space, which some systems hide or take away."""
    return stem.strip(" .")[: LONGEST_NAME - LONGEST_EXTENSION].rstrip(" .")


def disposition(name: str, *, shown: bool) -> str:
    """The Content-Disposition of a download (RFC 6266), for clients that know RFC 8187 and for
    those that don't."""
    how = "inline" if shown else "attachment"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if each in RESERVED or each in "%;" else each for each in plain)
    plain = " ".join(plain.split())
    if not plain.rpartition(".")[0].strip(" ."):
        plain = f"{NAMELESS}.{plain.rpartition('.')[2]}"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
