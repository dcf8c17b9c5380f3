"""The files of a roster, read from a folder or from an untrusted archive."""

import os
import stat
import zlib
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from domain.oneroster import Saying, UnreadableRoster
from domain.oneroster.records import FILES
from domain.oneroster.roster import MANIFEST, named

LARGEST_FILE = 512 * 1024 * 1024
LARGEST_ROSTER = 1024 * 1024 * 1024
MOST_FILES = 200
MOST_ENTRIES = 10_000
"""The limit for entries of any kind in a folder or archive."""
LARGEST_DIRECTORY = MOST_ENTRIES * 256
"""The limit for a zip's central directory; zipfile creates an object for every 46 bytes or more."""
DIRECTORY_END = b"PK\x05\x06"
DIRECTORY_END_SIZE, LONGEST_COMMENT = 22, 0xFFFF
ENCRYPTED = 1
ROSTER = {MANIFEST, *(f"{noun}.csv".lower() for noun in FILES)}


def read_files(path: Path) -> dict[str, bytes]:
    """The CSV files of a folder or zip by name. They may lie at the top or in a single folder.

    CSV files in other folders are included under their paths.
    """
    files = _folder(path) if path.is_dir() else _archive(path)
    if not files:
        raise UnreadableRoster(Saying.NO_CSV(archive=path.name))
    return files


def _folder(path: Path) -> dict[str, bytes]:
    found = {PurePosixPath(each.relative_to(path).as_posix()): each for each in _inside(path)}
    names = _names_to_read(list(found), path)
    files = {}
    remaining = LARGEST_ROSTER
    for key, name in names.items():
        with found[name].open("rb") as source:
            limit = min(remaining, LARGEST_FILE)
            files[key] = source.read(limit + 1)
        if len(files[key]) > limit:
            raise UnreadableRoster(Saying.LARGER(archive=path.name, name=name, most=limit >> 20))
        remaining -= len(files[key])
    return files


def _inside(path: Path) -> list[Path]:
    found: list[Path] = []
    entries = 0
    for folder, folders, names in os.walk(path):
        folders[:] = [each for each in folders if not each.startswith(".")]
        entries += len(folders) + len(names)
        if entries > MOST_ENTRIES:
            raise UnreadableRoster(Saying.TOO_MANY_ENTRIES(archive=path.name, most=MOST_ENTRIES))
        found += [Path(folder, name) for name in names if named(name).endswith(".csv")]
    return [each for each in found if each.is_file() and not each.is_symlink()]


def _archive(path: Path) -> dict[str, bytes]:
    try:
        check_directory(path)
        with ZipFile(path) as archive:
            members = [each for each in archive.infolist() if _is_file(each)]
            names = _names_to_read([_name(each) for each in members], path)
            by_name = {_name(each): each for each in members}
            remaining = LARGEST_ROSTER
            files = {}
            for key, name in names.items():
                files[key] = _unpacked(archive, by_name[name], min(remaining, LARGEST_FILE))
                remaining -= len(files[key])
            return files
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableRoster(Saying.NO_ARCHIVE(archive=path.name, why=error)) from error


def check_directory(path: Path) -> None:
    """Refuse a directory with millions of entries before zipfile creates an object for each."""
    with path.open("rb") as source:
        size = source.seek(0, os.SEEK_END)
        source.seek(max(0, size - DIRECTORY_END_SIZE - LONGEST_COMMENT))
        tail = source.read()
    at = tail.rfind(DIRECTORY_END)
    end = tail[at : at + DIRECTORY_END_SIZE]
    if at < 0 or len(end) < DIRECTORY_END_SIZE:
        return
    if int.from_bytes(end[12:16], "little") > LARGEST_DIRECTORY:
        raise UnreadableRoster(Saying.DIRECTORY_TOO_LARGE(archive=path.name))


def _name(member: ZipInfo) -> PurePosixPath:
    """The member's path; some programs on Windows write it with backslashes."""
    return PurePosixPath(member.filename.replace("\\", "/"))


def _is_file(member: ZipInfo) -> bool:
    mode = member.external_attr >> 16
    folder = member.is_dir() or member.filename.endswith("\\")
    return not folder and (stat.S_IFMT(mode) in (0, stat.S_IFREG))


def _unpacked(archive: ZipFile, member: ZipInfo, limit: int) -> bytes:
    """The bytes of a member, at most `limit` of them. The size that the archive states is not
    trusted."""
    if member.flag_bits & ENCRYPTED:
        raise UnreadableRoster(Saying.ENCRYPTED(name=member.filename))
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise UnreadableRoster(Saying.NOT_DEFLATED(name=member.filename))
    kept = BytesIO()
    with archive.open(member) as source:
        while piece := source.read(1 << 20):
            kept.write(piece)
            if kept.tell() > limit:
                raise UnreadableRoster(
                    Saying.UNPACKS_LARGER(name=member.filename, most=limit >> 20)
                )
    return kept.getvalue()


def _names_to_read(names: list[PurePosixPath], path: Path) -> dict[str, PurePosixPath]:
    """The files to read, by name: no hidden files, and no paths out of the archive.

    Files in the roster's folder go by their names, others by their paths.
    """
    kept = [name for name in names if _may_be_read(name)]
    if len(kept) > MOST_FILES:
        raise UnreadableRoster(Saying.TOO_MANY_FILES(archive=path.name, most=MOST_FILES))
    for name, times in Counter(kept).items():
        if times > 1:
            raise UnreadableRoster(Saying.SEVERAL_TIMES(archive=path.name, name=name, times=times))
    home = _home(kept, path)
    return {name.name if name.parent == home else str(name): name for name in kept}


def _may_be_read(name: PurePosixPath) -> bool:
    """Whether the file is a CSV file, or a text file with the name of a roster file."""
    plain = named(name.name)
    return (
        (name.suffix.lower() == ".csv" or plain in ROSTER)
        and not name.is_absolute()
        and ":" not in name.parts[0]
        and ".." not in name.parts
        and not any(part.startswith((".", "__MACOSX")) for part in name.parts)
    )


def _home(names: Iterable[PurePosixPath], path: Path) -> PurePosixPath:
    """The folder that holds the roster's files."""
    all_ = {name.parent for name in names}
    folders = {name.parent for name in names if named(name.name) in ROSTER} or all_
    if len(folders) > 1:
        listed = ", ".join(sorted(map(str, folders)))
        raise UnreadableRoster(Saying.SEVERAL_FOLDERS(archive=path.name, folders=listed))
    return folders.pop() if folders else PurePosixPath()
