"""The files of a roster, from a folder or an archive that nobody vouches for."""

import stat
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

LARGEST_FILE = 512 * 1024 * 1024
LARGEST_ROSTER = 1024 * 1024 * 1024
MOST_FILES = 200
ENCRYPTED = 1


class UnreadableRoster(ValueError):
    """What was given is no roster; the message says why."""


def read_files(path: Path) -> dict[str, bytes]:
    """The CSV files by name, of a folder or a zip, in it or in the one folder that it holds."""
    files = _folder(path) if path.is_dir() else _archive(path)
    if not files:
        raise UnreadableRoster(f"{path.name} holds no CSV files")
    return files


def _folder(path: Path) -> dict[str, bytes]:
    found = {PurePosixPath(each.relative_to(path).as_posix()): each for each in _inside(path)}
    names = _flat(list(found), path)
    if sum(found[each].stat().st_size for each in names) > LARGEST_ROSTER:
        raise UnreadableRoster(f"{path.name} is larger than {LARGEST_ROSTER >> 20} MiB")
    return {each.name: found[each].read_bytes() for each in names}


def _inside(path: Path) -> list[Path]:
    found = [*path.glob("*.csv"), *path.glob("*.CSV"), *path.glob("*/*.csv")]
    return [each for each in dict.fromkeys(found) if each.is_file() and not each.is_symlink()]


def _archive(path: Path) -> dict[str, bytes]:
    try:
        with ZipFile(path) as archive:
            members = {PurePosixPath(each.filename): each for each in archive.infolist()}
            names = _flat([name for name, each in members.items() if _is_file(each)], path)
            left = LARGEST_ROSTER
            files = {}
            for name in names:
                files[name.name] = _unpacked(archive, members[name], min(left, LARGEST_FILE))
                left -= len(files[name.name])
            return files
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableRoster(f"{path.name} is not a zip that can be read: {error}") from error


def _is_file(member: ZipInfo) -> bool:
    mode = member.external_attr >> 16
    return not member.is_dir() and (stat.S_IFMT(mode) in (0, stat.S_IFREG))


def _unpacked(archive: ZipFile, member: ZipInfo, most: int) -> bytes:
    """The bytes of a member; what it says of its own size is not believed."""
    if member.flag_bits & ENCRYPTED:
        raise UnreadableRoster(f"{member.filename} is encrypted")
    kept = BytesIO()
    with archive.open(member) as source:
        while piece := source.read(1 << 20):
            kept.write(piece)
            if kept.tell() > most:
                raise UnreadableRoster(f"{member.filename} unpacks to more than {most >> 20} MiB")
    return kept.getvalue()


def _flat(names: list[PurePosixPath], path: Path) -> list[PurePosixPath]:
    """Those of the roster: nothing hidden, nothing that leads out, all of one folder."""
    kept = [
        name
        for name in names
        if name.suffix.lower() == ".csv"
        and not name.is_absolute()
        and ".." not in name.parts
        and "\\" not in str(name)
        and not any(part.startswith((".", "__MACOSX")) for part in name.parts)
    ]
    if len(kept) > MOST_FILES:
        raise UnreadableRoster(f"{path.name} holds more than {MOST_FILES} files")
    top = [name for name in kept if len(name.parts) == 1]
    if top:
        return top
    folders = {name.parent for name in kept}
    if len(folders) > 1:
        raise UnreadableRoster(f"{path.name} holds CSV files in several folders")
    return kept
