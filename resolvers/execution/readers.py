"""One field at one place, as it reads through a loader: what it asks for, and what it answers."""

from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from resolvers.execution.loading import Asking, Batch, Batches, GroupKey, Load, Waiting
from resolvers.execution.plan import Field, Position, Step, is_everyones
from resolvers.readings import NOTHING_ASKED, Keyed, Loaded
from resolvers.relations import RELATIONS

if TYPE_CHECKING:
    from resolvers.execution.run import Run


def load_of(step: Step) -> Load:
    readers = [_reader(step, *consumer) for consumer in step.consumers]
    loader, places = step.loader, step.wanted.places
    return Load(step.wanted.reading(), readers, None if loader.many else places[loader.by])


def _reader(step: Step, position: Position, made: Field) -> "Reader":
    assert made.bound is not None
    if isinstance(made.bound.reading, Loaded):
        return LoadedReader(step, position, made)
    return KeyedReader(step, position, made)


class Reader:
    def __init__(self, step: Step, position: Position, made: Field) -> None:
        assert made.bound is not None
        self.made = made
        self.position = position
        self.bound = made.bound
        self.by = step.loader.by
        self.places = step.wanted.places

    def ask(self, run: "Run", records: Waiting, batches: Batches) -> Asking:
        """Add what the records need to the batches."""
        raise NotImplementedError

    def answer(self, run: "Run", asking: Asking) -> None:
        """Write what was found into the objects."""
        raise NotImplementedError

    def columns_of_row(self, *names: str) -> Callable[[Any], tuple[Any, ...]]:
        return itemgetter(*(self.places[name] for name in names))


class LoadedReader(Reader):
    def __init__(self, step: Step, position: Position, made: Field) -> None:
        super().__init__(step, position, made)
        assert isinstance(self.bound.reading, Loaded)
        self.reading = reading = self.bound.reading
        self.key_of = values_of(position, "school_id", reading.key)
        self.group_key_of = values_of(position, "school_id", reading.key, *reading.matching)
        self.given_of = None if reading.given is None else value_of(position, reading.given)
        self.columns = (self.by, *reading.matching)
        self.group_of = self.columns_of_row("school_id", *self.columns)
        self.is_plain = reading.then is None and reading.ask is None
        self.known_by_group = _known_by_group(step, made, set(self.columns))
        # What stands twice is written twice: an object that may grow is made anew each time, so
        # that it is counted each time.
        self.grows = any(below.pending for below in made.below.values())

    def ask(self, run: "Run", records: Waiting, batches: Batches) -> Asking:
        asking: Asking = []
        made, key_of, given_of, ask = self.made, self.key_of, self.given_of, self.reading.ask
        last: Any = None
        batch: Batch | None = None
        asked = NOTHING_ASKED
        checked = made.guarded or made.has_arguments
        for record, target in records:
            if checked and not run.may_begin(made, self.position, record, target):
                continue
            key = key_of(record)
            if key[1] is None:
                run.complete_known(made, None, target)
                continue
            if ask is not None:
                try:
                    asked = ask(record, **run.arguments(made))
                    batch = batches.of(asked.parameters)
                except Exception as error:
                    run.fail(made, target, error)
                    continue
            elif given_of is not None:
                given = given_of(record)
                if given is not last or batch is None:
                    last, batch = given, batches.of(given)
            elif batch is None:
                batch = batches.of(asked.parameters)
            batch.keys[key] = None
            asking.append((record, target, batch, asked))
        return asking

    def answer(self, run: "Run", asking: Asking) -> None:
        made, key_of, many = self.made, self.group_key_of, self.reading.loader.many
        objects_of = run.objects_of(made, alike=self.known_by_group) if self.is_plain else None
        last: Batch | None = None
        groups: dict[GroupKey, list[Any]] = {}
        built: dict[int, Any] = {}
        for record, target, batch, asked in asking:
            if batch.failed is not None:
                run.fail(made, target, batch.failed)
                continue
            if batch is not last:
                last, groups = batch, batch.grouped(self.columns, self.group_of)
            rows = groups.get(key_of(record))
            if rows and (many or self.grows):
                run.count(len(rows))
            if objects_of is not None and many:
                target[made.key] = objects_of(rows) if rows else []
                continue
            found: Any = (rows or []) if many else (rows[-1] if rows else None)
            if not self.is_plain:
                self._then(run, record, target, asked, found)
            elif found is not None and id(found) in built:
                target[made.key] = built[id(found)]
            else:
                value = run.complete_known(made, found, target)
                if value is not None and not self.grows:
                    built[id(found)] = value

    def _then(
        self, run: "Run", record: Any, target: dict[str, Any], asked: Any, found: Any
    ) -> None:
        then = self.reading.then
        try:
            found = found if then is None else then(record, found)
            found = found if asked.then is None else asked.then(found)
        except Exception as error:
            run.fail(self.made, target, error)
        else:
            run.complete_known(self.made, found, target)


class KeyedReader(Reader):
    def __init__(self, step: Step, position: Position, made: Field) -> None:
        super().__init__(step, position, made)
        assert isinstance(self.bound.reading, Keyed)
        self.reading = self.bound.reading
        self.key_of_row = self.columns_of_row("school_id", self.by)

    def ask(self, run: "Run", records: Waiting, batches: Batches) -> Asking:
        asking: Asking = []
        for record, target in records:
            if not run.may_begin(self.made, self.position, record, target):
                continue
            try:
                keys = self.reading.keys(record, **run.arguments(self.made))
            except Exception as error:
                run.fail(self.made, target, error)
                continue
            if keys is None:
                run.complete_known(self.made, None, target)
                continue
            batch = batches.of({})
            batch.keys.update(dict.fromkeys([keys] if isinstance(keys, tuple) else keys))
            asking.append((record, target, batch, keys))
        return asking

    def answer(self, run: "Run", asking: Asking) -> None:
        groups = asking[0][2].grouped((self.by,), self.key_of_row) if asking else {}
        then = self.reading.then
        for _, target, batch, keys in asking:
            if batch.failed is not None:
                run.fail(self.made, target, batch.failed)
                continue
            found: Any
            if isinstance(keys, tuple):
                found = groups[keys][-1] if keys in groups else None
            else:
                found = [groups[key][-1] for key in keys if key in groups]
            try:
                found = found if then is None or found is None else then(found)
            except Exception as error:
                run.fail(self.made, target, error)
            else:
                run.complete_known(self.made, found, target)


def _known_by_group(step: Step, made: Field, columns: set[str]) -> bool:
    """Whether all rows that share these columns are alike to the viewer."""
    noun = made.filtered
    if noun is None or noun != step.loader.noun:
        return False
    relation = RELATIONS[noun]
    ties = relation.leading_to(relation.visible_to)
    return is_everyones(noun) or {tie.column for tie in ties} <= columns


def value_of(position: Position, name: str) -> Callable[[Any], Any]:
    if position.wanted is None:
        return attrgetter(name)
    return itemgetter(position.wanted.places[name])


def values_of(position: Position, *names: str) -> Callable[[Any], tuple[Any, ...]]:
    if position.wanted is None:
        return attrgetter(*names)
    return itemgetter(*(position.wanted.places[name] for name in names))
