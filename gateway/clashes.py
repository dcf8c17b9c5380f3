"""Other distributions that own files of our packages, whose names are short and common."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from importlib.util import find_spec
from pathlib import Path

OURS = "gradebook-gateway"
PACKAGES = ("gateway", "schema", "resolvers", "db", "domain")
ROOT = Path(__file__).parents[1]
OWNED = re.compile(rf"^((?:{'|'.join(PACKAGES)})(?:\.py|/[^,\n]*\.py))(?:,|$)", re.MULTILINE)
"""A Python file of one of the packages, in a distribution's list of files."""
REMEDY = f"Install {OURS} into an environment of its own"


@dataclass(frozen=True, slots=True)
class Clash:
    """A file that another distribution owns too."""

    file: str
    owner: str
    is_broken: bool
    """Whether Python finds the other's file in place of ours."""

    def __str__(self) -> str:
        if self.is_broken:
            return f"{self.file} is now a file of {self.owner}. {REMEDY}."
        return (
            f"{self.file} is also claimed by {self.owner}, and whichever is installed last has it."
            f" {REMEDY}."
        )


def clashes(installed: Iterable[Distribution] | None = None) -> list[Clash]:
    """One for each distribution that claims files of ours, the broken ones first."""
    found = [
        Clash(file, f"{other.name} {other.version}", _is_broken(other, file))
        for other in (distributions() if installed is None else installed)
        for file in _claimed(other)
        if other.name != OURS
    ]
    found.sort(key=lambda clash: not clash.is_broken)
    return list({clash.owner: clash for clash in reversed(found)}.values())[::-1]


def _claimed(other: Distribution) -> Iterator[str]:
    files = other.read_text("RECORD") or other.read_text("installed-files.txt") or ""
    return (found[1] for found in OWNED.finditer(files))


def _is_broken(other: Distribution, file: str) -> bool:
    package = file.split("/")[0].removesuffix(".py")
    theirs = Path(str(other.locate_file(file)))
    if theirs.parent.resolve() != (ROOT / file).parent.resolve():  # ours stands elsewhere
        spec = find_spec(package)
        return spec is None or Path(spec.origin or "").parents[1].resolve() != ROOT.resolve()
    ours = _digests().get(file)
    return ours is not None and (not theirs.exists() or ours != _digest(theirs))


def _digests() -> dict[str, str]:
    """The digests of our files as they were installed."""
    try:
        files = distribution(OURS).files or ()
    except PackageNotFoundError:
        return {}
    return {str(file): file.hash.value for file in files if file.hash is not None}


def _digest(file: Path) -> str:
    return urlsafe_b64encode(sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
