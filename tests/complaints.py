"""What a command says on stderr besides which database it works on."""

from typing import Protocol


class Done(Protocol):
    @property
    def stderr(self) -> str: ...


def complaints(done: Done) -> str:
    lines = done.stderr.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("Database: "))
