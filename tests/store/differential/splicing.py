"""The compiled executor, whose answers are made of parts of an answer to the same question, and
which tells for whom an answer may be kept."""

from datetime import datetime
from typing import Any, ClassVar

from graphql import ExecutionResult, OperationType

from domain import clock
from resolvers.answers.changes import Changes
from resolvers.answers.figures import Figures
from resolvers.answers.keeping import decided_by, values_of
from resolvers.answers.parts import KeptParts, PartsOfRun
from resolvers.answers.recorder import Recorder
from resolvers.execution.compiled_executor import Compiled, CompiledExecutor
from resolvers.execution.readers import SharedReader, reader_of
from resolvers.viewers import Viewers


class Splicing(CompiledExecutor):
    """Answers a query with shared parts twice, the second time with the parts of the first."""

    figures: ClassVar[Figures] = Figures()
    whose: ClassVar[object] = None
    """What decided the answer that was made last: whoever has the same is given it, where it is
    kept. None where it is not kept."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        Splicing.whose, compiled = None, self.compiled()
        if self.operation.operation is OperationType.QUERY and isinstance(compiled, Compiled):
            return self._recorded(compiled)
        return super().execute_operation(serially)

    async def _recorded(self, compiled: Compiled) -> ExecutionResult:
        asked: list[datetime | None] = []
        token = clock.ASKED.set(asked)
        try:
            result = await (self._twice() if _shares(compiled) else self._once())
        finally:
            clock.ASKED.reset(token)
        if not result.errors and None not in asked:
            Splicing.whose = self._decided()
        return result

    def _decided(self) -> object:
        recorder, viewer = self.recorder, self.context_value.viewer
        basis = None if recorder is None else recorder.basis(0)
        if recorder is None or basis is None or viewer is None:
            return None
        own, rights = recorder.for_one_account, viewer.schools.get(basis.school)
        if rights is None or (own and len(viewer.schools) > 1):
            return None
        decided = decided_by(rights, recorder.deciding)
        return basis.school, decided, values_of(viewer.account) if own else None

    async def _once(self) -> ExecutionResult:
        self.recorder = Recorder()
        result: ExecutionResult = await super().execute_operation()
        return result

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


def _shares(compiled: Compiled) -> bool:
    loads = (load for each in compiled.plan.branches for load in each.loads.values())
    return any(
        isinstance(reader_of(load, *consumer), SharedReader)
        for load in loads
        for consumer in load.consumers
    )
