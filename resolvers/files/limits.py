"""How much may be uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.media import LIMITS, FileLimits, FileUse


@dataclass(frozen=True, slots=True)
class Limits:
    """`loose` are files that hang on nothing: how many an account may have in a school, and how
    many bytes."""

    uses: Mapping[FileUse, FileLimits] = field(default_factory=lambda: LIMITS)
    bytes_of_school: int = 50 << 30
    loose_bytes: int = 200 << 20
    loose_files: int = 100

    @property
    def most(self) -> int:
        """The most bytes that a file may have for any use."""
        return max(each.bytes for each in self.uses.values())
