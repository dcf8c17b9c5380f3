"""One run of a compiled operation: what its function and the loads share while they answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from graphql import Executor

from db.store import Lease, Store
from resolvers.answers.recorder import Recorder
from resolvers.execution.checks import Checks
from resolvers.execution.completion import Completion
from resolvers.execution.failures import Failures
from resolvers.execution.limits import RecordCount, TimeSlice
from resolvers.readings import Bound
from resolvers.viewer import Rights


class Run:
    __slots__ = (
        "checks", "completion", "context", "failures", "introspected", "lease", "level",
        "parts", "recorder", "records", "store", "time_slice",
    )  # fmt: skip

    def __init__(self, executor: Executor[Any], recorder: Recorder | None = None) -> None:
        self.context = executor.context_value
        self.store: Store = getattr(self.context, "store", None)  # type: ignore[assignment]
        self.lease = Lease(getattr(self.store, "pool", None))
        self.recorder = recorder
        """Notes what is read, where the answer may be kept."""
        self.parts = None if recorder is None else recorder.parts
        """Parts of answers that are used and made, where they may be."""
        self.records = RecordCount()
        self.time_slice = TimeSlice()
        self.failures = Failures()
        self.checks = Checks(self.context, executor.variable_values, self.failures)
        self.completion = Completion(executor, self.failures)
        self.level: tuple[int, Any] | None = None
        """The number and the span of the level that is read, where traces are exported."""
        self.introspected: dict[int, Any] = {}
        """By the number of a field that asks for the schema, graphql-core's answer to it."""

    def schools(self) -> Mapping[int, Rights]:
        """The viewer's rights by school; read again after a mutation, which may sign in or out."""
        viewer = getattr(self.context, "viewer", None)
        return getattr(viewer, "schools", {})  # a schema of the tests may have other viewers

    def note(self, bound: Bound, school_id: int, id_: UUID) -> None:
        """Note for the audit that the field was read of the record."""
        self.context.reads.note(self.context.viewer, bound, school_id, id_)
        if self.recorder is not None and self.context.reads.found is not None:
            self.recorder.unknown = True  # each read is noted, so each is one

    def end_level(self) -> None:
        if self.level is not None:
            self.level[1].end()
            self.level = None

    async def close(self) -> None:
        """Give the connection back, and let go of the functions that hold the run: without a cycle
        of references the whole answer is freed at once, and the garbage collector finds nothing."""
        self.end_level()
        self.completion.builders, self.completion.visible = {}, {}
        self.completion.all_visible = {}
        if self.lease.connection is not None:
            await self.lease.end()
