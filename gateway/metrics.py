"""What a process counts of its work, and how all processes of a port tell it to Prometheus.

Counting is a few additions a request. Each process writes what it has counted into a file;
whichever is asked reads all of them, also those of processes that have ended, so that nothing
counts back.
"""

import asyncio
import json
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the latency's buckets, in seconds."""
MOST_NAMES = 500
"""Clients choose the names of operations; further ones are counted as OTHER."""
OTHER = "(other)"
WRITTEN_EVERY = 5.0
Labels = tuple[str, str, str]
"""An operation's name, its kind, and OK or the code of its first error."""
Snapshot = dict[str, Any]


@dataclass(slots=True)
class Latency:
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class Metrics:
    """The counts of this process. `gauges` are asked when somebody asks for the metrics."""

    def __init__(self) -> None:
        self.operations: dict[Labels, Latency] = {}
        self.statements: dict[str, list[float]] = {}
        """The number and the seconds of each statement."""
        self.counters: dict[str, Callable[[], Mapping[str, float]]] = {}
        """What others count, by the metric's name: by the value of its label `kind`."""
        self.gauges: dict[str, Callable[[], float]] = {}
        self._names: set[str] = set()

    def operation(self, name: str, kind: str, code: str, seconds: float) -> None:
        if name not in self._names:
            if len(self._names) >= MOST_NAMES:
                name = OTHER
            self._names.add(name)
        key = name, kind, code
        found = self.operations.get(key)
        if found is None:
            found = self.operations[key] = Latency()
        found.add(seconds)

    def statement(self, name: str, seconds: float) -> None:
        found = self.statements.get(name)
        if found is None:
            found = self.statements[name] = [0, 0.0]
        found[0] += 1
        found[1] += seconds

    def snapshot(self) -> Snapshot:
        return {
            "operations": [
                [*labels, each.buckets, each.seconds] for labels, each in self.operations.items()
            ],
            "statements": [[name, *each] for name, each in self.statements.items()],
            "counters": [
                [name, kind, value]
                for name, count in self.counters.items()
                for kind, value in count().items()
            ],
            "gauges": {name: read() for name, read in self.gauges.items()},
        }


class SharedMetrics:
    """The metrics of all processes of a port, in a folder that their parent made; of this one alone
    without a folder."""

    def __init__(self, metrics: Metrics, folder: Path | None = None) -> None:
        self.metrics = metrics
        self.folder = folder

    async def run(self) -> None:
        """Write what was counted, until cancelled."""
        while self.folder is not None:
            self._write(self.folder)
            await asyncio.sleep(WRITTEN_EVERY)

    def text(self, more: Mapping[str, float]) -> bytes:
        """The metrics in Prometheus's format, with gauges that concern all processes."""
        registry = CollectorRegistry()
        registry.register(_Collected(list(self._snapshots()), more))
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        return generate_latest(registry)

    def _snapshots(self) -> Iterator[Snapshot]:
        yield self.metrics.snapshot()
        if self.folder is None:
            return
        self._write(self.folder)
        for file in self.folder.glob("*.json"):
            if file.stem == str(os.getpid()):
                continue
            with suppress(OSError, json.JSONDecodeError):
                other: Snapshot = json.loads(file.read_text())
                if not psutil.pid_exists(int(file.stem)):
                    other["gauges"] = {}
                yield other

    def _write(self, folder: Path) -> None:
        with suppress(OSError):  # the folder goes with the parent
            (writing := folder / f"{os.getpid()}.part").write_text(
                json.dumps(self.metrics.snapshot())
            )
            writing.rename(folder / f"{os.getpid()}.json")


class _Collected(Collector):
    def __init__(self, snapshots: list[Snapshot], more: Mapping[str, float]) -> None:
        self._snapshots = snapshots
        self._more = more

    def collect(self) -> Iterable[Metric]:
        yield self._operations()
        yield from self._statements()
        yield from self._counters()
        gauges: dict[str, float] = {}
        for snapshot in self._snapshots:
            for name, value in snapshot["gauges"].items():
                highest = name.endswith("_seconds")  # of a delay; everything else is a number
                so_far = gauges.get(name, 0.0)
                gauges[name] = max(so_far, value) if highest else so_far + value
        for name, value in (gauges | dict(self._more)).items():
            yield GaugeMetricFamily(name, HELP.get(name, name), value)

    def _operations(self) -> Metric:
        found: dict[Labels, Latency] = {}
        for snapshot in self._snapshots:
            for name, kind, code, buckets, seconds in snapshot["operations"]:
                each = found.setdefault((name, kind, code), Latency())
                each.buckets = [a + b for a, b in zip(each.buckets, buckets, strict=True)]
                each.seconds += seconds
        family = HistogramMetricFamily(
            "gradebook_operation_seconds",
            "Operations by name, kind, and OK or the code of their first error.",
            labels=("operation", "kind", "code"),
        )
        for labels, each in sorted(found.items()):
            so_far, cumulative = 0, []
            for bound, count in zip((*BOUNDS, "+Inf"), each.buckets, strict=True):
                so_far += count
                cumulative.append((str(bound), so_far))
            family.add_metric(labels, cumulative, each.seconds)
        return family

    def _statements(self) -> Iterator[Metric]:
        found: dict[str, list[float]] = {}
        for snapshot in self._snapshots:
            for name, count, seconds in snapshot["statements"]:
                each = found.setdefault(name, [0.0, 0.0])
                each[0] += count
                each[1] += seconds
        for place, (name, about) in enumerate(
            (
                ("gradebook_statements", "Statements that PostgreSQL has run, by name."),
                ("gradebook_statement_seconds", "Seconds that they have taken, by name."),
            )
        ):
            family = CounterMetricFamily(name, about, labels=("statement",))
            for statement, each in sorted(found.items()):
                family.add_metric((statement,), each[place])
            yield family

    def _counters(self) -> Iterator[Metric]:
        families: dict[str, dict[str, float]] = {}
        for snapshot in self._snapshots:
            for name, kind, value in snapshot["counters"]:
                kinds = families.setdefault(name, {})
                kinds[kind] = kinds.get(kind, 0.0) + value
        for name, kinds in families.items():
            family = CounterMetricFamily(name, HELP.get(name, name), labels=("kind",))
            for kind, value in kinds.items():
                family.add_metric((kind,), value)
            yield family


HELP = {
    "gradebook_pool_connections": "Connections to PostgreSQL.",
    "gradebook_pool_idle": "Of them, those that nothing uses.",
    "gradebook_feed_lag_seconds": "Seconds since the live feed was last read to its end.",
    "gradebook_feed_followers": "Subscriptions that follow the feed.",
    "gradebook_sockets": "WebSockets of accounts.",
    "gradebook_kept_answers": "What became of queries whose answer could be kept.",
    "gradebook_kept_answers_now": "Answers that are kept.",
    "gradebook_kept_answer_bytes": "Their bytes.",
    "gradebook_mail_waiting": "Mail that waits to be sent, in the database.",
    "gradebook_mail_oldest_seconds": "Seconds since the oldest of it was written.",
    "gradebook_webhook_deliveries_waiting": "Deliveries to webhooks that are tried again.",
}
