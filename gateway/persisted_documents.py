"""Persisted documents: a client sends the id of one instead of its text, so that a GET is short and
its answer can be revalidated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

APOLLO = "apollo-persisted-query-manifest"


@dataclass(frozen=True, slots=True)
class Persisted:
    """Texts of documents by their ids, which are usually their SHA-256."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, id_: str) -> str | None:
        return self.texts.get(id_.removeprefix("sha256:"))


def read_manifests(files: Iterable[Path]) -> Persisted:
    """The documents of the files: JSON objects of texts by id, as Relay's compiler and GraphQL Code
    Generator write them, or Apollo's manifests. Raises ValueError, which names the file."""
    texts: dict[str, str] = {}
    for file in files:
        try:
            found = orjson.loads(file.read_bytes())
        except OSError as error:
            raise ValueError(f"{file} cannot be read: {error.strerror}") from None
        except orjson.JSONDecodeError as error:
            raise ValueError(f"{file} is no manifest of persisted documents: {error}") from None
        for id_, text in _documents(file, found).items():
            if texts.setdefault(id_, text) != text:
                raise ValueError(f"{file} has another document than an earlier file for {id_}")
    return Persisted(texts)


def _documents(file: Path, found: Any) -> dict[str, str]:
    if isinstance(found, dict) and found.get("format") == APOLLO:
        found = {each.get("id"): each.get("body") for each in found.get("operations", ())}
    if not isinstance(found, dict) or not all(
        isinstance(part, str) for pair in found.items() for part in pair
    ):
        raise ValueError(f"{file} is no manifest of persisted documents: no object of texts by id")
    return {id_.removeprefix("sha256:"): text for id_, text in found.items()}
