"""The compiled executor: an operation becomes one Python function, made once and kept."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    Node,
    VariableNode,
)

from domain.errors import Code
from resolvers.execution.plan import NotCompiled, Plan, TooManyFields
from resolvers.execution.planner import plan
from resolvers.execution.run import Run, TooLarge, Unusual
from resolvers.execution.settled import Nulls, ReferenceExecutor
from resolvers.execution.settling import Settling
from resolvers.execution.source import function_name, source_of
from resolvers.execution.variables import Variables

MOST_OPERATIONS = 1_000
"""How many compiled operations are kept."""
MOST_VARIANTS = 16
"""How many of one operation, by what its directives skip and include."""
MOST_SOURCE = 4_000_000
"""How many characters their functions may have in all; each costs some fifteen bytes of memory."""


@dataclass(frozen=True, slots=True)
class Compiled:
    plan: Plan
    text: str
    function: Any  # of a Run and the root's record, to the data


@dataclass(frozen=True, eq=False, slots=True)
class Kept:
    """One operation of a document, by whose identity it is found; `blank` is an executor of it
    that no request has filled in yet."""

    key: tuple[int, int, str | None]
    document: DocumentNode
    blank: "CompiledExecutor"
    variables: Variables
    switches: tuple[str, ...]
    """The variables by which its directives skip and include."""
    compiled: dict[tuple[Any, ...], Compiled | TooManyFields | None] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The characters of its functions."""
        return sum(len(one.text) for one in self.compiled.values() if isinstance(one, Compiled))


class CompiledExecutor(ReferenceExecutor):
    """Executes what declarations describe as a compiled function, and leaves the rest, such as
    introspection, to graphql-core."""

    cache: ClassVar[OrderedDict[tuple[int, int, str | None], Kept]] = OrderedDict()
    source: ClassVar[int] = 0
    """The characters of all functions that are kept."""
    kept: Kept

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
        **options: Any,
    ) -> "list[GraphQLError] | CompiledExecutor":
        """As graphql-core's, but for what is the same for every request of a document."""
        key = (id(schema), id(document), operation_name)
        kept = cls.cache.get(key)
        if kept is None or kept.document is not document:
            first = super().build(
                schema, document, None, None, dict(raw_variable_values or {}), operation_name
            )
            if isinstance(first, list):
                return first
            kept = cls._keep(key, document, cast(CompiledExecutor, first))
        else:
            cls.cache.move_to_end(key)
        variables = kept.variables.coerced(raw_variable_values or {})
        if isinstance(variables, list):
            return variables
        made = cls.__new__(cls)
        made.__dict__.update(kept.blank.__dict__)
        made.kept = kept
        made.root_value = root_value
        made.context_value = context_value
        made.variable_values = variables
        made.collected_errors = Nulls()
        return made

    @classmethod
    def _keep(
        cls, key: tuple[int, int, str | None], document: DocumentNode, blank: "CompiledExecutor"
    ) -> Kept:
        variables = Variables(blank.schema, blank.operation)
        kept = cls.cache[key] = Kept(key, document, blank, variables, tuple(blank._switches()))
        while len(cls.cache) > MOST_OPERATIONS:
            cls._drop()
        return kept

    @classmethod
    def _drop(cls) -> None:
        """Forget the operation that has not been asked for longest."""
        _, dropped = cls.cache.popitem(last=False)
        cls.source -= dropped.size

    def execute_operation(self, serially: bool | None = None) -> Any:
        compiled = self.compiled()
        if compiled is None:
            return self._interpreter().execute_operation(serially)
        if isinstance(compiled, TooManyFields):
            return ExecutionResult(None, [_limit_exceeded(compiled)])
        return self._run(compiled)

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
        run = Run(self)
        try:
            data = await compiled.function(run, self.root_value)
        except TooLarge as error:
            return ExecutionResult(None, [_limit_exceeded(error)])
        finally:
            await run.close()
        if not run.failures:
            return ExecutionResult(data, None)
        settling = Settling(run.failures)
        settled = settling.data(compiled.plan.root, data)
        return ExecutionResult(settled, settling.errors or None)

    def compiled(self) -> Compiled | TooManyFields | None:
        """The operation's function; None where graphql-core is to execute it."""
        kept = self.kept
        coerced = self.variable_values.coerced
        variant = tuple(coerced.get(name) for name in kept.switches)
        if variant not in kept.compiled:
            self._keep_compiled(kept, variant)
        return kept.compiled[variant]

    def _keep_compiled(self, kept: Kept, variant: tuple[Any, ...]) -> None:
        cls = type(self)
        counted = cls.cache.get(kept.key) is kept  # a subscription may outlive its place here
        before = kept.size
        if len(kept.compiled) >= MOST_VARIANTS:
            kept.compiled.clear()
        kept.compiled[variant] = self._compile()
        if counted:
            cls.source += kept.size - before
        while cls.source > MOST_SOURCE and len(cls.cache) > 1:
            cls._drop()

    def _compile(self) -> Compiled | TooManyFields | None:
        try:
            return compile_plan(
                plan(self.schema, self.operation, self.fragments, self.variable_values)
            )
        except TooManyFields as error:
            return error
        except (NotCompiled, GraphQLError):
            return None

    def _switches(self) -> Iterator[str]:
        """The variables that the directives of the operation and its fragments read."""
        waiting: list[Node] = [self.operation]
        waiting += [details.definition for details in self.fragments.values()]
        seen: dict[str, None] = {}
        while waiting:
            node = waiting.pop()
            for directive in getattr(node, "directives", None) or ():
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        seen[argument.value.name.value] = None
            selections = getattr(node, "selection_set", None)
            if selections is not None:
                waiting.extend(selections.selections)
        return iter(seen)


def _limit_exceeded(error: BaseException) -> GraphQLError:
    return GraphQLError(str(error), extensions={"code": Code.LIMIT_EXCEEDED})


def compile_plan(made: Plan) -> Compiled:
    source = source_of(made)
    text = "\n".join(source.lines) + "\n"
    names = {**source.names, "Unusual": Unusual}
    exec(compile(text, f"<compiled {made.name}>", "exec"), names)  # noqa: S102, our own text and no client's
    return Compiled(made, text, names[function_name(made)])
