"""Traces for OpenTelemetry: an operation, its levels, their loaders, and the statements of those.

They are exported where OpenTelemetry's own variables name an exporter, and cost nothing elsewhere.
"""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from domain.clock import now
from gateway.environment import WrongEnvironment
from gateway.requests import REQUEST

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
LACKING = (
    "{} is set, and OpenTelemetry is not installed: pip install 'gradebook-gateway[tracing]', or"
    " unset it."
)


class Tracer:
    """Makes spans with a provider of OpenTelemetry."""

    def __init__(self, provider: Any) -> None:
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._trace = trace
        self._extract = TraceContextTextMapPropagator().extract
        self._tracer = provider.get_tracer("gradebook")

    def operation(self, name: str, kind: str) -> AbstractContextManager[object]:
        """The span of an operation, below what the client's `traceparent` names."""
        given = REQUEST.get()
        parent = self._extract({"traceparent": given}) if given else None
        return self._tracer.start_as_current_span(  # type: ignore[no-any-return]
            f"{kind} {name}".rstrip(),
            context=parent,
            kind=self._trace.SpanKind.SERVER,
            attributes={"graphql.operation.name": name, "graphql.operation.type": kind},
        )

    def level(self, number: int) -> Any:
        return self._tracer.start_span(f"level {number}")

    def loader(self, name: str, level: Any) -> AbstractContextManager[object]:
        return self._tracer.start_as_current_span(  # type: ignore[no-any-return]
            name, context=self._trace.set_span_in_context(level)
        )

    def statement(self, name: str, seconds: float) -> None:
        """The span of a statement of an operation, which has just ended."""
        if not self._trace.get_current_span().is_recording():
            return
        end = int(now().timestamp() * 1e9)
        attributes = {"db.system.name": "postgresql", "db.operation.name": name}
        span = self._tracer.start_span(
            name,
            kind=self._trace.SpanKind.CLIENT,
            attributes=attributes,
            start_time=end - int(seconds * 1e9),
        )
        span.end(end)

    def close(self) -> None:
        """Export what is left."""
        self._provider.shutdown()


def configured(environment: Mapping[str, str]) -> str | None:
    """The variable that says that traces are exported."""
    if environment.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return None
    return next((name for name in ENDPOINTS if environment.get(name)), None)


def check(environment: Mapping[str, str]) -> None:
    """Raise WrongEnvironment if traces are to be exported and the packages for it are missing."""
    if (name := configured(environment)) is not None:
        try:
            import opentelemetry.exporter.otlp.proto.http
            import opentelemetry.sdk.trace  # noqa: F401
        except ImportError:
            raise WrongEnvironment(LACKING.format(name)) from None


def exporting_tracer() -> Tracer | None:
    """The tracer of this process; None where nothing is exported."""
    if configured(os.environ) is None:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME", "gradebook")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracer(provider)
