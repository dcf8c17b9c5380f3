"""Which of our files one `giveGrade` enters, and how often it moves from one to another.

`python -m tests.bench.entered` gives a grade several times, so that everything is compiled and
cached, and then traces one more. A call from one of our files into another is a move; resuming a
coroutine or a generator is none. A function that a library calls counts as called by our file that
called the library.
"""

import asyncio
import sys
from collections import Counter
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from pathlib import Path
from tempfile import mkdtemp
from types import CodeType, FrameType
from typing import Any

import typer

from db.embedded import running
from db.migrations import migrate
from gateway.documents import Documents
from gateway.execution import Engine
from gateway.operations import Operation
from resolvers.context import Context
from schema.build import schema
from tests.store.staff_room import StaffRoom, opened

HOUSE = Path(__file__).parents[2]
GIVE = """
  mutation ($input: GiveGradeInput!) { giveGrade(input: $input) {
    grade { id value number weight } errors { code message path } } }
"""
WARM_UP = 5
RESUMED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


class Trace:
    """Calls between our files, by caller and callee."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.moves: Counter[tuple[str, str]] = Counter()
        self._begun: dict[int, FrameType] = {}
        self._names: dict[CodeType, str | None] = {}

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event != "call" or (here := self._file(frame.f_code)) is None:
            return
        if frame.f_code.co_flags & RESUMED:
            if id(frame) in self._begun:
                return
            self._begun[id(frame)] = frame  # kept, so that its id stays its own
        self.files[here] += 1
        caller = self._caller(frame)
        if caller is not None and caller != here:
            self.moves[caller, here] += 1

    def _caller(self, frame: FrameType) -> str | None:
        above = frame.f_back
        while above is not None:
            if (name := self._file(above.f_code)) is not None:
                return name
            above = above.f_back
        return None

    def _file(self, code: CodeType) -> str | None:
        if code not in self._names:
            self._names[code] = _ours(code.co_filename)
        return self._names[code]


def _ours(file: str) -> str | None:
    if file.startswith("<compiled"):
        return "<compiled>"
    if not file.startswith(f"{HOUSE}/") or "/.venv/" in file or file == __file__:
        return None
    return file.removeprefix(f"{HOUSE}/")


async def traced(room: StaffRoom) -> Trace:
    viewer = await room.viewer()
    engine = Engine(schema._schema, Documents(schema._schema))

    given = {"student": "Student", "lesson": "Lesson", "workType": "WorkType"}
    variables = {name: room.id(noun) for name, noun in given.items()} | {"value": "5-"}

    async def give() -> Any:
        prepared = engine.prepare(Operation(GIVE, {"input": variables}))
        return await engine.run(prepared, Context(room.store, viewer))

    for _ in range(WARM_UP):
        answer = await give()
        assert answer["data"]["giveGrade"]["errors"] == [], answer
    trace = Trace()
    sys.setprofile(trace)
    try:
        await give()
    finally:
        sys.setprofile(None)
    return trace


async def measured(url: str) -> Trace:
    await migrate(url)
    async with opened(url) as room:
        return await traced(room)


def main(*, every: bool = typer.Option(False, help="Show each file and each move.")) -> None:
    with running(Path(mkdtemp()) / "data", durable=False) as url:
        trace = asyncio.run(measured(url))
    if every:
        for file, calls in trace.files.most_common():
            typer.echo(f"{calls:5} {file}")
        for (caller, callee), calls in trace.moves.most_common():
            typer.echo(f"{calls:5} {caller} -> {callee}")
    typer.echo(f"{len(trace.files)} files entered, {trace.moves.total()} moves")


if __name__ == "__main__":
    typer.run(main)
