"""The compiled executor: it makes one Python function of an operation, and keeps it."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
)
from graphql.execution.collect_fields import FieldDetails

from resolvers.answers.recorder import Recorder
from resolvers.cursors import know_seal
from resolvers.execution.deciding import Deciding, deciding_of, is_for_one_account
from resolvers.execution.limits import LimitExceeded, TooManyFields
from resolvers.execution.null_propagation import NullPropagation
from resolvers.execution.plan import Field, NotCompiled, Plan
from resolvers.execution.planner import plan
from resolvers.execution.readers import dependency_of_load
from resolvers.execution.reference_executor import (
    ReferenceExecutor,
    null_conditions,
    refused,
)
from resolvers.execution.run import Run
from resolvers.execution.source import INDENT, body, function_name, source_of
from resolvers.execution.variables import Variables
from resolvers.readings import Resolved

MOST_OPERATIONS = 1_000
"""How many compiled operations are kept."""
MOST_VARIANTS = 16
"""How many functions of one operation are kept, by the variables of `@skip` and `@include`."""
MOST_LINES = 400
"""How many lines are compiled in one piece, which takes some milliseconds."""
MOST_SOURCE = 4_000_000
"""How many characters of source are kept; compiled, each takes about fifteen bytes of memory."""


SCHEMA_THREAD = ThreadPoolExecutor(1, "introspection")


Key = tuple[int, int, str | None]
"""The identities of the schema and of the document, and the operation's name."""


@dataclass(frozen=True, slots=True)
class Compiled:
    plan: Plan
    text: str
    function: Any  # of a Run and the root's record, to the data
    introspection: Sequence[Field]
    """The fields that graphql-core answers."""
    not_kept: str | None
    """Why its answers may not be kept; None if they may."""
    deciding: Deciding | None
    """What of the viewer's rights decides its answers; None if all may."""
    for_one_account: bool
    """Whether its answers are for the viewer's account alone."""


@dataclass(frozen=True, eq=False, slots=True)
class Kept:
    """One operation of a document, found by the identity of the document. `blank` is an executor
    without the values of a request, to be copied for each."""

    key: Key
    document: DocumentNode
    blank: "CompiledExecutor"
    variables: Variables
    switches: tuple[str, ...]
    """The variables that `@skip` and `@include` read."""
    compiled: dict[tuple[Any, ...], Compiled | TooManyFields | None] = field(default_factory=dict)
    coming: dict[tuple[Any, ...], "asyncio.Future[None]"] = field(default_factory=dict)
    """What is being compiled in a thread."""

    @property
    def size(self) -> int:
        """The characters of its functions' source."""
        return sum(len(one.text) for one in self.compiled.values() if isinstance(one, Compiled))


class KeptOperations:
    """The operations that were requested last, bounded by their number and their source."""

    def __init__(self) -> None:
        self.by_key: OrderedDict[Key, Kept] = OrderedDict()
        self.source = 0
        """The characters of the source of all functions that are kept."""

    def get(self, key: Key, document: DocumentNode) -> Kept | None:
        kept = self.by_key.get(key)
        if kept is None or kept.document is not document:
            return None
        self.by_key.move_to_end(key)
        return kept

    def keep(self, kept: Kept) -> None:
        self.by_key[kept.key] = kept
        while len(self.by_key) > MOST_OPERATIONS:
            self._drop_oldest()

    def keep_compiled(
        self, kept: Kept, variant: tuple[Any, ...], compiled: Compiled | TooManyFields | None
    ) -> None:
        counted = self.by_key.get(kept.key) is kept  # a subscription may outlive its place here
        before = kept.size
        if len(kept.compiled) >= MOST_VARIANTS:
            kept.compiled.clear()
        kept.compiled[variant] = compiled
        if counted:
            self.source += kept.size - before
        while self.source > MOST_SOURCE and len(self.by_key) > 1:
            self._drop_oldest()

    def forget(self, document: DocumentNode) -> None:
        """Forget the operations of a document."""
        for key in [key for key in self.by_key if key[1] == id(document)]:
            self.source -= self.by_key.pop(key).size

    def _drop_oldest(self) -> None:
        _, dropped = self.by_key.popitem(last=False)
        self.source -= dropped.size


class CompiledExecutor(ReferenceExecutor):
    """Runs a compiled function where every field has a declaration. It leaves introspection and
    other operations to graphql-core."""

    operations: ClassVar[KeptOperations] = KeptOperations()
    """Of every executor of this process, those of a class below this one included."""
    kept: Kept
    variant: tuple[Any, ...]
    """The values of the variables that `@skip` and `@include` read."""
    is_compiled: bool
    recorder: Recorder | None = None
    """Notes what is read, where the answer may be kept."""

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: Any = None,
        context_value: Any = None,
        raw_variable_values: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *arguments: Any,
        hide_suggestions: bool = False,
        **options: Any,
    ) -> "list[GraphQLError] | CompiledExecutor":
        """As in graphql-core, but what is the same for every request of a document is done once."""
        key = (id(schema), id(document), operation_name)
        kept = cls.operations.get(key, document)
        if kept is None:
            first = super().build(
                schema,
                document,
                None,
                None,
                dict(raw_variable_values or {}),
                operation_name,
                hide_suggestions=hide_suggestions,
            )
            if isinstance(first, list):
                return first
            blank = cast(CompiledExecutor, first)
            declared = Variables(blank.schema, blank.operation)
            kept = Kept(key, document, blank, declared, blank.switches())
            cls.operations.keep(kept)
        variables = kept.variables.coerced(
            raw_variable_values or {}, hide_suggestions=hide_suggestions
        )
        if isinstance(variables, list):
            return variables
        if kept.switches and (errors := null_conditions(kept.switches, variables)):
            return errors
        made = cls.__new__(cls)
        made.__dict__.update(kept.blank.__dict__)
        made.kept = kept
        made.variant = tuple([variables.coerced.get(name) for name in kept.switches])
        made.is_compiled = made.variant in kept.compiled
        made.root_value = root_value
        made.context_value = context_value
        made.variable_values = variables
        return made

    @classmethod
    def forget(cls, document: DocumentNode) -> None:
        cls.operations.forget(document)

    def execute_operation(self, serially: bool | None = None) -> Any:
        compiled = self.compiled()
        if compiled is None:
            if self.recorder is not None:
                self.recorder.unknown = True
            return self._interpreter().execute_operation(serially)
        if isinstance(compiled, TooManyFields):
            return refused(compiled)
        return self._run(compiled)

    async def _introspect(self, made: Field) -> Any:
        """graphql-core's answer to a field of the schema, made in a thread: it may take some tenths
        of a second without ever waiting."""
        root = cast(GraphQLObjectType, self.schema.query_type)
        group = {made.key: [FieldDetails(node, None) for node in made.nodes]}
        interpreter = self._interpreter()

        def answered() -> Any:
            data = interpreter.execute_fields(root, None, None, group, None)
            if interpreter.extent.exceeded is not None:
                raise interpreter.extent.exceeded
            errors = interpreter.collected_errors.errors
            return errors[0].original_error or errors[0] if errors else data[made.key]

        return await asyncio.get_running_loop().run_in_executor(SCHEMA_THREAD, answered)

    def _interpreter(self) -> ReferenceExecutor:
        return ReferenceExecutor(
            self.schema,
            self.fragment_definitions,
            self.fragments,
            self.root_value,
            self.context_value,
            self.operation,
            self.variable_values,
            self.field_resolver,
            self.type_resolver,
            self.subscribe_field_resolver,
        )

    async def _run(self, compiled: Compiled) -> ExecutionResult:
        if compiled.plan.in_context:
            await know_seal(self.context_value)
        if self.recorder is not None:
            self.recorder.unknown |= compiled.not_kept is not None
            self.recorder.deciding = compiled.deciding
            self.recorder.for_one_account = compiled.for_one_account
        run = Run(self, self.recorder)
        try:
            for each in compiled.introspection:
                run.introspected[each.number] = await self._introspect(each)
            data = await compiled.function(run, self.root_value)
            for each in compiled.introspection:
                if isinstance(cause := data[each.key], Exception):
                    run.failures.fail(each, data, cause)
        except LimitExceeded as error:
            return refused(error)
        finally:
            await run.close()
        if not run.failures.found:
            return ExecutionResult(data, None)
        propagation = NullPropagation(run.failures)
        propagated = propagation.data(compiled.plan.root, data)
        return ExecutionResult(propagated, propagation.errors or None)

    def compiled(self) -> Compiled | TooManyFields | None:
        """The operation's function; None where graphql-core has to execute the operation."""
        if self.variant not in self.kept.compiled:
            self.operations.keep_compiled(self.kept, self.variant, self._compile())
        return self.kept.compiled[self.variant]

    async def compile_aside(self, thread: ThreadPoolExecutor) -> None:
        """Compile the operation in a thread; requests that come meanwhile wait for it too."""
        if self.variant in self.kept.compiled:
            return
        coming, variant = self.kept.coming, self.variant
        if variant not in coming:
            coming[variant] = asyncio.ensure_future(self._come(thread))
        await asyncio.shield(coming[variant])

    async def _come(self, thread: ThreadPoolExecutor) -> None:
        try:
            loop = asyncio.get_running_loop()
            compiled = await loop.run_in_executor(thread, self._compile)
            self.operations.keep_compiled(self.kept, self.variant, compiled)
        finally:
            del self.kept.coming[self.variant]

    def _compile(self) -> Compiled | TooManyFields | None:
        """Compile the operation; this may be called in another thread."""
        try:
            return compile_plan(
                plan(self.schema, self.operation, self.fragments, self.variable_values)
            )
        except TooManyFields as error:
            return error.with_traceback(None)
        except (NotCompiled, GraphQLError):
            return None


def compile_plan(made: Plan) -> Compiled:
    source = source_of(made)
    text = "\n".join(source.lines) + "\n"
    names = dict(source.names)
    if len(source.lines) > MOST_LINES:
        function = in_parts(made, source.lines, names)
    else:
        exec(compile(text, f"<compiled {made.name}>", "exec"), names)  # noqa: S102, our own text and no client's
        # The function holds the names: if they held it too, it would stay until the garbage
        # collector found them.
        function = names.pop(function_name(made))
    return Compiled(
        made,
        text,
        function,
        made.introspection,
        why_not_kept(made),
        deciding_of(made),
        is_for_one_account(made),
    )


def why_not_kept(made: Plan) -> str | None:
    """None if all that answers depend on is known: what their loads read, and the viewer's rights.

    A resolver may read anything, unless it is declared as told. A cursor follows from its record,
    the list and the database's own key.
    """
    if made.operation.operation is not OperationType.QUERY:
        return "it is no query"
    for branch in made.branches:
        for _, called in branch.calls:
            reading = called.bound and called.bound.reading
            if not isinstance(reading, Resolved) or reading.told is None:
                return f"{called.parent}.{called.name} is read by a resolver of its own"
        for load in branch.loads.values():
            if dependency_of_load(load) is None:
                return f"{load.loader.name} reads what changes without a word, or the time"
    return "it asks for the schema" if made.introspection else None


def in_parts(made: Plan, lines: Sequence[str], names: Mapping[str, Any]) -> Any:
    """The same function, compiled in parts: no other thread runs while Python compiles a text. The
    local variables of the function become the names of a module that is made for each run."""
    begins = lines.index(body(made))
    parts = [
        compile("\n".join(part) + "\n", f"<compiled {made.name}>", "exec")
        for part in (
            *_parts([line[INDENT:] for line in lines[1:begins]]),
            ["async def execute(root):", "    global schools", *lines[begins:]],
        )
    ]

    async def execute(run: Run, root: Any) -> Any:
        shared = {**names, "run": run}
        try:
            for part in parts:
                exec(part, shared)  # noqa: S102
            return await shared["execute"](root)
        finally:
            shared.clear()  # they hold each other

    return execute


def _parts(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of a module in parts, each of whole statements."""
    part: list[str] = []
    for line in lines:
        if len(part) >= MOST_LINES and not line.startswith(" "):
            yield part
            part = []
        part.append(line)
    yield part
