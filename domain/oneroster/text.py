"""Decodes the bytes of a file as lines of text, one at a time."""

from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
    getincrementaldecoder,
)
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from domain.oneroster.findings import Findings, UnreadableRoster
from domain.oneroster.saying import Said, Saying

MOST_LINES = 5_000_000
LONGEST_LINE = 1 << 20
PIECE = 1 << 20
LOOKED_AT = 64
"""Bytes at the start of a file by which UTF-16 without a byte-order mark is recognized."""


def as_utf8(file: str, data: bytes, findings: Findings) -> bytes | None:
    """The file as UTF-8 without a byte-order mark; None and a finding if that is impossible."""
    if count_lines(data) > MOST_LINES:
        raise UnreadableRoster(Saying.TOO_MANY_LINES(name=file, most=MOST_LINES))
    if data.startswith((BOM_UTF32_LE, BOM_UTF32_BE)):
        findings.bad(file, 1, "", Saying.UTF_32())
        return None
    codec = _utf16(data)
    if codec is None:
        return data.removeprefix(BOM_UTF8)
    if len(data) % 2:
        findings.bad(file, 1, "", Saying.UTF_16_CUT())
        return None
    findings.notice(file, Saying.UTF_16())
    decoder = getincrementaldecoder(codec)("surrogatepass")
    made = BytesIO()
    for at in range(0, len(data), PIECE):
        text = decoder.decode(data[at : at + PIECE])
        made.write(text.encode(errors="surrogatepass"))
    made.write(decoder.decode(b"", final=True).encode(errors="surrogatepass"))
    return made.getvalue().removeprefix(BOM_UTF8)


def _utf16(data: bytes) -> str | None:
    """The UTF-16 codec of the file: by its byte-order mark, or by the ASCII of its header."""
    if data.startswith(BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(BOM_UTF16_BE):
        return "utf-16-be"
    start = data[:LOOKED_AT]
    for codec, letters, zeros in (
        ("utf-16-le", start[0::2], start[1::2]),
        ("utf-16-be", start[1::2], start[0::2]),
    ):
        if len(start) > 3 and not any(zeros) and all(9 <= letter < 127 for letter in letters):
            return codec
    return None


def lines(data: bytes) -> Iterator[str | None]:
    """The lines without their ends (CR, LF or CRLF); None for a line that is too long.

    Bytes that are not UTF-8 become surrogates.
    """
    source = TextIOWrapper(BytesIO(data), encoding="utf-8", errors="surrogateescape", newline=None)
    while line := source.readline(LONGEST_LINE):
        if line.endswith("\n"):
            yield line[:-1]
        elif len(line) < LONGEST_LINE:
            yield line
        else:
            while line and not line.endswith("\n"):
                line = source.readline(LONGEST_LINE)
            yield None


def count_lines(data: bytes) -> int:
    """The number of lines, counted without splitting the file."""
    ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    return ends + (bool(data) and not data.endswith((b"\n", b"\r")))


def not_text(value: str) -> Said | None:
    """Why the value can't be stored as text; None if it can."""
    if "\0" in value:
        return Saying.NUL_CHARACTER()
    try:
        value.encode()
    except UnicodeEncodeError as error:
        byte = ord(value[error.start]) - 0xDC00
        shown = repr(value.encode(errors="replace").decode())
        return Saying.NOT_UTF_8(byte=f"{byte:02X}", value=shown)
    return None
