"""Parts of a file that a request asks for (RFC 9110, 14)."""

import re

ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class NoSuchRange(ValueError):
    """A range that begins after the end."""


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """The first byte asked for, and the one after the last; None where all are, as for several
    ranges at once or a malformed header."""
    found = ONE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        first, end = size - min(int(found[2]), size), size
    else:
        first, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
        if found[2] and int(found[2]) < first:
            return None
    if first >= size:
        raise NoSuchRange
    return first, end
