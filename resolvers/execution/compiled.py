"""The compiled executor: an operation becomes one Python function, made once and kept."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from graphql import (
    ExecutionResult,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    VariableNode,
)

from domain.errors import Code
from resolvers.execution.plan import NotCompiled, Plan, plan
from resolvers.execution.run import Run, TooLarge, Unusual
from resolvers.execution.settled import ReferenceExecutor
from resolvers.execution.settling import Settling
from resolvers.execution.source import function_name, source_of

MOST_OPERATIONS = 1_000
"""How many compiled operations are kept."""


@dataclass(frozen=True, slots=True)
class Compiled:
    plan: Plan
    text: str
    function: Any  # of a Run and the root's record, to the data


@dataclass(frozen=True, slots=True)
class Kept:
    """One operation; it holds on to the document, whose identity it is found by."""

    operation: OperationDefinitionNode
    switches: tuple[str, ...]
    """The variables by which its directives skip and include."""
    compiled: dict[tuple[Any, ...], Compiled | None]


class CompiledExecutor(ReferenceExecutor):
    """Executes what declarations describe as a compiled function, and leaves the rest, such as
    introspection, to graphql-core."""

    kept: ClassVar[OrderedDict[int, Kept]] = OrderedDict()

    def execute_operation(self, serially: bool | None = None) -> Any:
        compiled = self.compiled()
        if compiled is None:
            return super().execute_operation(serially)
        return self._run(compiled)

    async def _run(self, compiled: Compiled) -> ExecutionResult:
        run = Run(self)
        try:
            data = await compiled.function(run, self.root_value)
        except TooLarge as error:
            problem = GraphQLError(str(error), extensions={"code": Code.LIMIT_EXCEEDED})
            return ExecutionResult(None, [problem])
        if not run.failures:
            return ExecutionResult(data, None)
        settling = Settling(run.failures)
        settled = settling.data(compiled.plan.root, data)
        return ExecutionResult(settled, settling.errors or None)

    def compiled(self) -> Compiled | None:
        """The operation's function; None where it can't be compiled."""
        kept = self.kept.get(id(self.operation))
        if kept is None or kept.operation is not self.operation:
            kept = Kept(self.operation, tuple(self._switches()), {})
            self.kept[id(self.operation)] = kept
            if len(self.kept) > MOST_OPERATIONS:
                self.kept.popitem(last=False)
        values = self.variable_values.coerced
        variant = tuple(values.get(name) for name in kept.switches)
        if variant not in kept.compiled:
            kept.compiled[variant] = self._compile()
        return kept.compiled[variant]

    def _compile(self) -> Compiled | None:
        try:
            return compile_plan(
                plan(self.schema, self.operation, self.fragments, self.variable_values)
            )
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


def compile_plan(made: Plan) -> Compiled:
    source = source_of(made)
    text = "\n".join(source.lines) + "\n"
    names = {**source.names, "Unusual": Unusual}
    exec(compile(text, f"<{made.name}>", "exec"), names)  # noqa: S102, our own text and no client's
    return Compiled(made, text, names[function_name(made)])
