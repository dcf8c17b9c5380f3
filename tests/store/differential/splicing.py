"""The compiled executor, whose answers are made of parts of an answer to the same question."""

from typing import Any, ClassVar

from graphql import ExecutionResult, OperationType

from resolvers.answers.changes import Changes
from resolvers.answers.figures import Figures
from resolvers.answers.parts import KeptParts, PartsOfRun
from resolvers.answers.recorder import Recorder
from resolvers.execution.compiled_executor import Compiled, CompiledExecutor
from resolvers.execution.readers import SharedReader, reader_of
from resolvers.viewers import Viewers


class Splicing(CompiledExecutor):
    """Answers a query with shared parts twice, the second time with the parts of the first."""

    figures: ClassVar[Figures] = Figures()

    def execute_operation(self, serially: bool | None = None) -> Any:
        if self.operation.operation is OperationType.QUERY and _shares(self.compiled()):
            return self._twice()
        return super().execute_operation(serially)

    async def _twice(self) -> ExecutionResult:
        parts = KeptParts(Changes(Viewers()), self.figures, 1 << 30)
        for looked in (False, True):
            self.recorder = Recorder()
            self.recorder.parts = PartsOfRun(parts, "", looked=looked)
            self.context_value.previews = 0  # each is a request of its own
            result: ExecutionResult = await super().execute_operation()
            if result.errors:
                break
            self.recorder.keep_parts(0)
        return result


def _shares(compiled: object) -> bool:
    if not isinstance(compiled, Compiled):
        return False
    loads = (load for each in compiled.plan.branches for load in each.loads.values())
    return any(
        isinstance(reader_of(load, *consumer), SharedReader)
        for load in loads
        for consumer in load.consumers
    )
