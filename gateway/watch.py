"""Watches operations: counts them, logs them, traces them, and explains those that were slow."""

import logging
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from time import monotonic
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode

from db.store import Meter
from domain.origin import ORIGIN
from gateway.logs import ACCESS
from gateway.metrics import Metrics
from gateway.tracing import Tracer
from resolvers.execution.explain import levels

access = logging.getLogger(ACCESS)
slow = logging.getLogger("gradebook.slow")
OK, REFUSED = "OK", "refused"
EXPLAINED_EVERY = 60.0
"""Seconds before an operation's plan is logged again."""
MOST_EXPLAINED = 200
STATEMENTS: ContextVar[list[tuple[str, float]] | None] = ContextVar("statements", default=None)
"""The statements of the operation that runs."""
UNTRACED = nullcontext()


class Watch:
    """`slow_seconds` is what an operation may take before it is logged with its plan; 0 logs
    none."""

    def __init__(
        self, metrics: Metrics | None = None, tracer: Tracer | None = None, slow_seconds: float = 0
    ) -> None:
        self.metrics = metrics or Metrics()
        self.tracer = tracer
        self.slow_seconds = slow_seconds
        self._explained: dict[str, float] = {}

    @property
    def meter(self) -> Meter:
        """To be told of each statement."""
        return self._statement if self.tracer is not None or self.slow_seconds else self._counted

    def begin(self, name: str, kind: str) -> AbstractContextManager[object]:
        """Around an operation."""
        if self.slow_seconds:
            STATEMENTS.set([])
        return UNTRACED if self.tracer is None else self.tracer.operation(name, kind)

    def ended(
        self,
        name: str,
        kind: str,
        answer: dict[str, Any],
        seconds: float,
        address: str | None = None,
    ) -> bool:
        """Count and log an operation; returns whether it was slow."""
        code = OK if "errors" not in answer else code_of(answer)
        self.metrics.operation(name, kind, code, seconds)
        if access.isEnabledFor(logging.INFO):
            fields: dict[str, object] = {"operation": name, "kind": kind, "code": code}
            fields |= {"ms": round(seconds * 1e3, 1), "address": address or ORIGIN.get() or ""}
            access.info("operation", extra={"fields": fields})
        return 0 < self.slow_seconds <= seconds

    def refused(self, answer: dict[str, Any], address: str | None = None) -> None:
        """Count and log a request that was no operation that may run."""
        self.ended("", REFUSED, answer, 0.0, address)

    def explain(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        name: str | None,
        variables: dict[str, Any],
        seconds: float,
    ) -> None:
        """Log a slow operation with its statements and, now and then, its plan. No values of the
        client's are in it."""
        title = name_in(document, name)
        ran = STATEMENTS.get() or []
        spent = sum(took for _, took in ran)
        slow.warning(
            "Slow: %s took %.2f s, %d statements %.2f s of them: %s",
            title, seconds, len(ran), spent, _longest(ran),
        )  # fmt: skip
        if monotonic() < self._explained.get(title, 0.0):
            return
        if len(self._explained) >= MOST_EXPLAINED:
            self._explained.clear()
        self._explained[title] = monotonic() + EXPLAINED_EVERY
        try:
            slow.warning("%s", levels(schema, document, name, variables))
        except GraphQLError:
            return  # graphql-core executes it

    def _counted(self, name: str, seconds: float) -> None:
        self.metrics.statement(name, seconds)

    def _statement(self, name: str, seconds: float) -> None:
        self.metrics.statement(name, seconds)
        if (ran := STATEMENTS.get()) is not None:
            ran.append((name, seconds))
        if self.tracer is not None:
            self.tracer.statement(name, seconds)


def name_in(document: DocumentNode, name: str | None) -> str:
    """The name of the operation, which a request may leave out where there is one."""
    names = [each.name.value for each in document.definitions
             if isinstance(each, OperationDefinitionNode) and each.name is not None]  # fmt: skip
    return name or next(iter(names), "an operation without a name")


def code_of(answer: dict[str, Any]) -> str:
    """The code of the first error."""
    return str(answer["errors"][0]["extensions"]["code"])


def _longest(ran: list[tuple[str, float]]) -> str:
    """The statements that took longest, with their number."""
    by_name: dict[str, list[float]] = {}
    for name, took in ran:
        by_name.setdefault(name, []).append(took)
    longest = sorted(by_name.items(), key=lambda each: -sum(each[1]))[:5]
    return ", ".join(f"{name} {len(took)}× {sum(took):.3f} s" for name, took in longest) or "none"
