"""One loader at one level, run for all the fields that read through it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from db.statement import Statement
from resolvers.execution.plan import Field, Position, Step, is_everyones
from resolvers.loaders import Arguments, Key
from resolvers.readings import NOTHING_ASKED, Asked, Keyed, Loaded
from resolvers.relations import RELATIONS

if TYPE_CHECKING:
    from resolvers.execution.run import Run

Waiting = list[tuple[Any, dict[str, Any]]]
"""Records with the objects of the answer that were made of them."""
AT_ONCE = 200
"""For how many records a field is answered before others get their turn on the event loop."""
GroupKey = tuple[Any, ...]
"""A school, an id in it, and what else a row shares with its parent."""


@dataclass(slots=True)
class Batch:
    """What is asked of the statement with the same parameters."""

    parameters: dict[str, object]
    keys: dict[Key, None] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    failed: Exception | None = None
    groups: dict[tuple[str, ...], dict[GroupKey, list[Any]]] = field(default_factory=dict)


class Load:
    """Compiled from a plan's step, and run with the records that wait for it."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.statement: Statement[Any] = step.wanted.reading()
        self.readers = [_reader(step, *consumer) for consumer in step.consumers]
        self.asks_for_day = "day" in self.statement.parameters

    async def run(self, run: "Run", waiting: tuple[Waiting, ...]) -> None:
        batches: dict[Arguments, Batch] = {}
        asked = [
            reader.ask(run, records, batches)
            for reader, records in zip(self.readers, waiting, strict=True)
        ]
        await together([self._fetch(run, batch) for batch in batches.values()])
        for reader, asking in zip(self.readers, asked, strict=True):
            reader.answer(run, asking[:AT_ONCE], batches)
            for start in range(AT_ONCE, len(asking), AT_ONCE):
                await asyncio.sleep(0)
                reader.answer(run, asking[start : start + AT_ONCE], batches)

    async def _fetch(self, run: "Run", batch: Batch) -> None:
        by_school: dict[int, list[Any]] = {}
        for school, id_ in batch.keys:
            by_school.setdefault(school, []).append(id_)
        try:
            for school, ids in by_school.items():
                parameters = batch.parameters
                if self.asks_for_day and "day" not in parameters:
                    rights = run.schools().get(school)
                    if rights is None:
                        continue
                    parameters = {**parameters, "day": rights.today}
                rows = await run.store.fetch(self.statement, school=school, ids=ids, **parameters)
                run.count(len(rows))
                batch.rows += rows
        except Exception as error:
            batch.failed = error


Asking = tuple[Any, dict[str, Any], Any, Arguments, Asked]
"""A record, its object, its key or keys, the parameters, and what else was asked."""


async def together(coming: list[Coroutine[Any, Any, None]]) -> None:
    """Run them at the same time; none of them raises."""
    if len(coming) == 1:
        await coming[0]
    elif coming:
        await asyncio.gather(*coming)


class Reader:
    """One field at one place, as it reads through a loader."""

    def __init__(self, step: Step, position: Position, made: Field) -> None:
        assert made.bound is not None
        self.made = made
        self.position = position
        self.bound = made.bound
        places = step.wanted.places
        self.by = step.loader.by
        self.school_of_row = itemgetter(places["school_id"])
        self.places = places

    def ask(self, run: "Run", records: Waiting, batches: dict[Arguments, Batch]) -> list[Asking]:
        """Add what the records need to the batches."""
        raise NotImplementedError

    def answer(self, run: "Run", asking: list[Asking], batches: dict[Arguments, Batch]) -> None:
        """Write what was found into the objects."""
        raise NotImplementedError


class LoadedReader(Reader):
    def __init__(self, step: Step, position: Position, made: Field) -> None:
        super().__init__(step, position, made)
        assert isinstance(self.bound.reading, Loaded)
        self.reading = reading = self.bound.reading
        own = ("school_id", reading.key, *reading.matching)
        self.key_of = values_of(position, own)
        self.given_of = None if reading.given is None else value_of(position, reading.given)
        columns = (self.by, *reading.matching)
        self.columns = columns
        self.group_of = itemgetter(*(self.places[name] for name in ("school_id", *columns)))
        self.known_by_group = _known_by_group(step, made, set(columns))
        # What stands twice is written twice: an object that may grow is made anew each time, so
        # that it is counted each time.
        self.grows = any(below.pending for below in made.below.values())

    def ask(self, run: "Run", records: Waiting, batches: dict[Arguments, Batch]) -> list[Asking]:
        asking: list[Asking] = []
        made, reading = self.made, self.reading
        last: Any = None
        asked: Asked = NOTHING_ASKED
        parameters: Arguments = ()
        for record, target in records:
            if made.guarded and not run.may_read(made, self.position, record):
                run.deny(made, target)
                continue
            key = self.key_of(record)
            if key[1] is None:
                run.complete_known(made, None, target)
                continue
            if reading.ask is not None:
                try:
                    asked = reading.ask(record, **run.arguments(made))
                    parameters = asked.arguments
                except Exception as error:
                    run.fail(made, target, error)
                    continue
            elif self.given_of is not None:
                given = self.given_of(record)
                if given is not last:
                    last = given
                    parameters = tuple(sorted(given.items()))
            batch = batches.get(parameters)
            if batch is None:
                batch = batches[parameters] = Batch(dict(parameters))
            batch.keys[key[:2]] = None
            asking.append((record, target, key, parameters, asked))
        return asking

    def answer(self, run: "Run", asking: list[Asking], batches: dict[Arguments, Batch]) -> None:
        reading, made = self.reading, self.made
        many, then = reading.loader.many, reading.then
        built: dict[int, Any] = {}
        for record, target, key, parameters, asked in asking:
            batch = batches[parameters]
            if batch.failed is not None:
                run.fail(made, target, batch.failed)
                continue
            groups = batch.groups.get(self.columns)
            if groups is None:
                groups = batch.groups[self.columns] = grouped(batch.rows, self.group_of)
            rows = groups.get(key)
            if many:
                found: Any = rows or []
                run.count(len(found))
            else:
                found = rows[-1] if rows else None
            if then is not None or asked.then is not None:
                try:
                    found = found if then is None else then(record, found)
                    found = found if asked.then is None else asked.then(found)
                except Exception as error:
                    run.fail(made, target, error)
                    continue
                run.answer_one(made, found, target)
            elif many:
                run.answer_many(made, found, target, self.known_by_group)
            elif found is None:
                run.complete_known(made, None, target)
            else:
                self._answer_single(run, found, target, built)

    def _answer_single(
        self, run: "Run", found: Any, target: dict[str, Any], built: dict[int, Any]
    ) -> None:
        """One record, whose object is made once for all who have it unless it may yet grow."""
        made = self.made
        value = built if self.grows else built.get(id(found), built)
        if value is not built:
            target[made.key] = value
            return
        if self.grows:
            run.count(1)
        run.answer_one(made, found, target)
        built[id(found)] = target[made.key]


class KeyedReader(Reader):
    def __init__(self, step: Step, position: Position, made: Field) -> None:
        super().__init__(step, position, made)
        assert isinstance(self.bound.reading, Keyed)
        self.reading = self.bound.reading
        self.group_of = itemgetter(self.places["school_id"], self.places[self.by])

    def ask(self, run: "Run", records: Waiting, batches: dict[Arguments, Batch]) -> list[Asking]:
        asking: list[Asking] = []
        for record, target in records:
            if self.made.guarded and not run.may_read(self.made, self.position, record):
                run.deny(self.made, target)
                continue
            try:
                keys = self.reading.keys(record, **run.arguments(self.made))
            except Exception as error:
                run.fail(self.made, target, error)
                continue
            if keys is None:
                run.complete_known(self.made, None, target)
                continue
            batch = batches.setdefault((), Batch({}))
            batch.keys.update(dict.fromkeys([keys] if isinstance(keys, tuple) else keys))
            asking.append((record, target, keys, (), NOTHING_ASKED))
        return asking

    def answer(self, run: "Run", asking: list[Asking], batches: dict[Arguments, Batch]) -> None:
        batch = batches.get(())
        if batch is None:
            return
        rows = {self.group_of(row): row for row in batch.rows}
        for _, target, keys, _, _ in asking:
            if batch.failed is not None:
                run.fail(self.made, target, batch.failed)
                continue
            found: Any
            if isinstance(keys, tuple):
                found = rows.get(keys)
            else:
                found = [rows[key] for key in keys if key in rows]
            if self.reading.then is not None and found is not None:
                try:
                    found = self.reading.then(found)
                except Exception as error:
                    run.fail(self.made, target, error)
                    continue
            run.answer_one(self.made, found, target)


def _reader(step: Step, position: Position, made: Field) -> LoadedReader | KeyedReader:
    assert made.bound is not None
    if isinstance(made.bound.reading, Loaded):
        return LoadedReader(step, position, made)
    return KeyedReader(step, position, made)


def grouped(rows: Iterable[Any], group_of: Callable[[Any], GroupKey]) -> dict[GroupKey, list[Any]]:
    found: dict[GroupKey, list[Any]] = {}
    for row in rows:
        key = group_of(row)
        there = found.get(key)
        if there is None:
            found[key] = [row]
        else:
            there.append(row)
    return found


def _known_by_group(step: Step, made: Field, columns: set[str]) -> bool:
    """Whether all rows that share these columns are alike to the viewer."""
    noun = made.filtered
    if noun is None or noun != step.loader.noun:
        return False
    relation = RELATIONS[noun]
    ties = relation.leading_to(relation.known_to)
    return is_everyones(noun) or {tie.column for tie in ties} <= columns


def value_of(position: Position, name: str) -> Callable[[Any], Any]:
    if position.wanted is None:
        return attrgetter(name)
    return itemgetter(position.wanted.places[name])


def values_of(position: Position, names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if position.wanted is None:
        return attrgetter(*names)
    return itemgetter(*(position.wanted.places[name] for name in names))
