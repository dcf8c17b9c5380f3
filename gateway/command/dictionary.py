"""`gradebook import-dictionary`: a dictionary of the DICT format, as FreeDict offers them."""

import gzip
import re
import zlib
from pathlib import Path
from typing import Annotated, Any

import typer

from db.store import Reader
from db.writing import dictionaries as writing
from domain.dictionaries import BadDictionary, DictFile, look_up_key
from domain.ids import uuid7
from gateway.command.database import WRONGLY_USED, fail, with_connection
from gateway.command.language import HELP, read

LARGEST = 1 << 30
"""Bytes of a file when it is not compressed."""
TEXTS = (".dict.dz", ".dict")
LANGUAGES = re.compile(r"(?:^|-)(?P<from>[a-z]{2,3})-(?P<to>[a-z]{2,3})$")
"""At the end of a name, such as `freedict-eng-rus`."""


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="Its .index, or its .dict or .dict.dz beside that.", show_default=False
        ),
    ],
    source: Annotated[
        str | None, typer.Option("--from", help=f"The language of its words. {HELP}")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", help="The language of what it tells.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What it is known by; the file's name unless told.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the dictionary of this name instead.")
    ] = False,
) -> None:
    """Import a dictionary for all schools, or renew it; of the DICT format (.index, .dict.dz)."""
    base = _base(file)
    known_as = name or base.name
    if remove:
        _remove(known_as)
        return
    languages = _languages(base.name, source, target)
    try:
        found = DictFile(_whole(base.with_name(f"{base.name}.index")), _texts(base))
    except BadDictionary as error:
        fail(f"{file}: {error}.")

    async def work(connection: Any) -> None:
        async with connection.transaction():
            await _put(connection, known_as, found, languages)

    with_connection(work)
    typer.echo(f"{known_as} has {len(found)} words, from {languages[0]} to {languages[1]}.")


def _remove(name: str) -> None:
    async def work(connection: Any) -> bool:
        async with connection.transaction():
            reader = Reader(connection)
            found: Any = await reader.first(writing.dictionary_by_name, name=name)
            if found is not None:
                await reader.run(writing.drop_entries, ref=found.id)
                await reader.run(writing.drop_dictionary, ref=found.id)
            return found is not None

    if not with_connection(work):
        fail(f"There is no dictionary {name}.")
    typer.echo(f"{name} is removed.")


async def _put(connection: Any, name: str, found: DictFile, languages: tuple[str, str]) -> None:
    reader, about = Reader(connection), found.about(name)
    put: Any = await reader.first(
        writing.put_dictionary,
        ref=uuid7(),
        name=name,
        new_title=about.title,
        new_source_language=languages[0],
        new_target_language=languages[1],
        new_notice=about.notice,
        new_url=about.url,
        new_entries=len(found),
    )
    await reader.run(writing.drop_entries, ref=put.id)
    entries = ((look_up_key(each.headword), each.headword, each.text) for each in found.entries())
    await writing.copy_entries(connection, put.id, entries)


def _base(file: Path) -> Path:
    """The path without what tells its files apart."""
    for ending in (".index", *TEXTS):
        if file.name.endswith(ending):
            return file.with_name(file.name.removesuffix(ending))
    return file


def _languages(name: str, source: str | None, target: str | None) -> tuple[str, str]:
    """As told, or else as the name of the file ends."""
    named = LANGUAGES.search(name)
    if named is not None:
        source, target = source or named["from"], target or named["to"]
    if source is None or target is None:
        fail("Say from which language to which it leads: --from en --to ru.", WRONGLY_USED)
    return read(source), read(target)


def _texts(base: Path) -> bytes:
    paths = (base.with_name(f"{base.name}{ending}") for ending in TEXTS)
    path = next((each for each in paths if each.exists()), None)
    if path is None:
        fail(f"There is no {base.name}{TEXTS[0]} beside the index.")
    return _whole(path)


def _whole(path: Path) -> bytes:
    """A file's bytes; dictzip is gzip with an index of its own."""
    try:
        with gzip.open(path) if path.suffix == ".dz" else path.open("rb") as file:
            found: bytes = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        fail(f"{path}: {error}.")
    if len(found) > LARGEST:
        fail(f"{path} holds more than {LARGEST >> 20} MiB.")
    return found
