"""How one field at one place reads through a loader: the keys it looks up, and what it answers."""

from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import Any

from db.dependencies import Dependency, dependency_of
from resolvers.answers.parts import Made, PartsOfRun
from resolvers.execution.batches import Batch, Batches, GroupKey, Lookup
from resolvers.execution.plan import Field, PlannedLoad, Position
from resolvers.execution.records import Parents
from resolvers.execution.run import Run
from resolvers.execution.sharing import is_shared
from resolvers.execution.variables import NONE
from resolvers.readings import IDENTITY, NO_ARGUMENTS, Keyed, LoadArguments, Loaded


def reader_of(load: PlannedLoad, position: Position, field: Field) -> "FieldReader":
    assert field.bound is not None
    if isinstance(field.bound.reading, Loaded):
        dependency = dependency_of_load(load)
        if dependency is not None and is_shared(load, field, dependency):
            return SharedReader(load, position, field, dependency)
        return LoadedReader(load, position, field)
    return KeyedReader(load, position, field)


class FieldReader:
    def __init__(self, load: PlannedLoad, position: Position, field: Field) -> None:
        assert field.bound is not None
        self.field = field
        self.position = position
        self.bound = field.bound
        self.by = load.loader.by
        self.places = load.projection.places

    def lookups(self, run: Run, records: Parents, batches: Batches) -> list[Lookup]:
        """Add the keys of the records to the batches."""
        raise NotImplementedError

    def write(self, run: Run, lookups: list[Lookup]) -> None:
        """Write what was found into the objects of the answer."""
        raise NotImplementedError

    def columns_of_row(self, *names: str) -> Callable[[Any], tuple[Any, ...]]:
        return itemgetter(*(self.places[name] for name in names))


class LoadedReader(FieldReader):
    def __init__(self, load: PlannedLoad, position: Position, field: Field) -> None:
        super().__init__(load, position, field)
        assert isinstance(self.bound.reading, Loaded)
        self.reading = reading = self.bound.reading
        self.key_of = values_of(position, "school_id", reading.key)
        self.group_key_of = values_of(position, "school_id", reading.key, *reading.matching)
        self.given_of = None if reading.given is None else value_of(position, reading.given)
        self.columns = (self.by, *reading.matching)
        self.group_of = self.columns_of_row("school_id", *self.columns)
        self.is_plain = reading.then is None and reading.arguments is None
        # An object that appears twice in the answer may be shared; one that has fields to load
        # is made anew each time, so that each of them counts.
        self.grows = any(below.pending for below in field.below.values())
        self.noted = None
        if self.bound.sensitive is not None:
            self.noted = values_of(position, *IDENTITY)

    def _arguments_of(self, run: Run) -> Callable[..., LoadArguments] | None:
        return self.reading.arguments and self.reading.arguments_in(run.context)

    def lookups(self, run: Run, records: Parents, batches: Batches) -> list[Lookup]:
        found: list[Lookup] = []
        field, key_of, given_of = self.field, self.key_of, self.given_of
        arguments_of, checks = self._arguments_of(run), run.checks
        last: Any = None
        batch: Batch | None = None
        arguments = NO_ARGUMENTS
        checked = field.guarded or field.has_arguments
        sent = NONE
        for record, target in records:
            if checked:
                begun = checks.begin(field, self.position, record, target)
                if begun is None:
                    continue
                sent = begun
            key = key_of(record)
            if key[1] is None:
                run.completion.visible_value(field, None, target)
                continue
            if arguments_of is not None:
                try:
                    arguments = arguments_of(record, **sent)
                    batch = batches.of(arguments.parameters)
                except Exception as error:
                    run.failures.fail(field, target, error)
                    continue
            elif given_of is not None:
                given = given_of(record)
                if given is not last or batch is None:
                    last, batch = given, batches.of(given)
            elif batch is None:
                batch = batches.of(arguments.parameters)
            batch.keys[key] = None
            found.append((record, target, batch, arguments))
        self._note(run, found)
        return found

    def _note(self, run: Run, lookups: list[Lookup]) -> None:
        """Note for the audit of whom the field is read."""
        if self.noted is None:
            return
        for record, *_ in lookups:
            run.note(self.bound, *self.noted(record))

    def write(self, run: Run, lookups: list[Lookup]) -> None:
        field, key_of, many = self.field, self.group_key_of, self.reading.loader.many
        completion = run.completion
        build_list = None
        if self.is_plain:
            build_list = completion.list_builder(field)
        last: Batch | None = None
        groups: dict[GroupKey, list[Any]] = {}
        built: dict[int, Any] = {}
        for record, target, batch, arguments in lookups:
            if batch.failed is not None:
                run.failures.fail(field, target, batch.failed)
                continue
            if batch is not last:
                last, groups = batch, batch.grouped(self.columns, self.group_of)
            rows = groups.get(key_of(record))
            if rows and (many or self.grows):
                run.records.add(len(rows))
            if build_list is not None and many:
                target[field.key] = build_list(rows) if rows else []
                continue
            found: Any = (rows or []) if many else (rows[-1] if rows else None)
            if not self.is_plain:
                self._write_derived(run, record, target, arguments, found)
            elif found is not None and id(found) in built:
                target[field.key] = built[id(found)]
            else:
                value = completion.visible_value(field, found, target)
                if value is not None and not self.grows:
                    built[id(found)] = value

    def _write_derived(
        self, run: Run, record: Any, target: dict[str, Any], arguments: LoadArguments, found: Any
    ) -> None:
        """Write what the reading's and the arguments' own steps make of what was found."""
        then = self.reading.then
        try:
            found = found if then is None else then(record, found)
            found = found if arguments.then is None else arguments.then(found)
        except Exception as error:
            run.failures.fail(self.field, target, error)
        else:
            run.completion.visible_value(self.field, found, target)


class SharedReader(LoadedReader):
    """Of a field whose answers are the same for many, and may be spliced in."""

    def __init__(
        self, load: PlannedLoad, position: Position, field: Field, dependency: Dependency
    ) -> None:
        super().__init__(load, position, field)
        self.dependency = dependency

    def lookups(self, run: Run, records: Parents, batches: Batches) -> list[Lookup]:
        if run.parts is not None:
            records = self._spliced(run, run.parts, records)
        return super().lookups(run, records, batches)

    def write(self, run: Run, lookups: list[Lookup]) -> None:
        super().write(run, lookups)
        if run.parts is not None:
            self._note_parts(run, run.parts, lookups)

    def _spliced(self, run: Run, parts: PartsOfRun, records: Parents) -> Parents:
        """Splice kept parts in; returns the records for which there is none."""
        found = parts.of(self.field)
        if not found:
            return records
        name, visible = self.field.key, run.completion.visible.get(self.field.number)
        last, holds = None, False
        left, spliced = [], []
        for record, target in records:
            key = self.key_of(record)
            bundle = found.get(key)
            if bundle is not last and bundle is not None:
                last, holds = bundle, parts.holds(bundle)
            if bundle is None or not holds or not (part := bundle.parts[key]).is_for(visible):
                left.append((record, target))
            else:
                target[name] = part.rendered(parts.figures)
                spliced.append(key)
        if spliced and run.recorder is not None:
            run.recorder.add(self.dependency, spliced)
            parts.figures.spliced += len(spliced)
        return left

    def _note_parts(self, run: Run, parts: PartsOfRun, lookups: list[Lookup]) -> None:
        """Note the lists that were made, to be kept as parts."""
        name, visible = self.field.key, run.completion.visible.get(self.field.number)
        if not lookups or (batch := lookups[0][2]).failed is not None:
            return
        groups, key_of = batch.grouped(self.columns, self.group_of), self.key_of
        lists: list[Made] = []
        for record, target, _, _ in lookups:  # all of one batch, as there are no arguments
            key = key_of(record)
            lists.append((key, target[name], groups.get(key, ())))
        parts.made(self.field, self.dependency, visible, lists)


class KeyedReader(FieldReader):
    def __init__(self, load: PlannedLoad, position: Position, field: Field) -> None:
        super().__init__(load, position, field)
        assert isinstance(self.bound.reading, Keyed)
        self.reading = self.bound.reading
        self.key_of_row = self.columns_of_row("school_id", self.by)

    def lookups(self, run: Run, records: Parents, batches: Batches) -> list[Lookup]:
        found: list[Lookup] = []
        for record, target in records:
            sent = run.checks.begin(self.field, self.position, record, target)
            if sent is None:
                continue
            try:
                keys = self.reading.keys(record, **sent)
            except Exception as error:
                run.failures.fail(self.field, target, error)
                continue
            if keys is None:
                run.completion.visible_value(self.field, None, target)
                continue
            batch = batches.of({})
            batch.keys.update(dict.fromkeys([keys] if isinstance(keys, tuple) else keys))
            found.append((record, target, batch, keys))
        return found

    def write(self, run: Run, lookups: list[Lookup]) -> None:
        groups = lookups[0][2].grouped((self.by,), self.key_of_row) if lookups else {}
        then = self.reading.then
        for _, target, batch, keys in lookups:
            if batch.failed is not None:
                run.failures.fail(self.field, target, batch.failed)
                continue
            found: Any
            if isinstance(keys, tuple):
                found = groups[keys][-1] if keys in groups else None
            else:
                found = [groups[key][-1] for key in keys if key in groups]
            try:
                found = found if then is None or found is None else then(found)
            except Exception as error:
                run.failures.fail(self.field, target, error)
            else:
                run.completion.visible_value(self.field, found, target)


def value_of(position: Position, name: str) -> Callable[[Any], Any]:
    """A function that reads a column of the position's records."""
    if position.projection is None:
        return attrgetter(name)
    return itemgetter(position.projection.places[name])


def values_of(position: Position, *names: str) -> Callable[[Any], tuple[Any, ...]]:
    """As `value_of`, for several columns."""
    if position.projection is None:
        return attrgetter(*names)
    return itemgetter(*(position.projection.places[name] for name in names))


def dependency_of_load(planned: PlannedLoad) -> Dependency | None:
    """What the load's rows depend on, if changes of it are told."""
    statement = planned.projection.narrowed_statement()
    return dependency_of(statement, of_courses=planned.loader.of_courses)
