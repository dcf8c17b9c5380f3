"""What an operator sees of a gateway: its log, its metrics and its traces."""

import json
import logging
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from gateway.app import create_app
from gateway.logs import JSONFormatter, TextFormatter
from gateway.metrics import MOST_NAMES, OTHER, Metrics, SharedMetrics
from gateway.settings import Settings
from resolvers import security
from tests.gateway import toy
from tests.gateway.processes import Gateway, serving

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GIVEN = f"00-{TRACE}-00f067aa0ba902b7-01"
FILTER = Path(__file__).parents[2] / "docker" / "fail2ban" / "gradebook.conf"
SIGN_IN = """mutation SignIn($login: String!, $password: String!) {
  signIn(input: {login: $login, password: $password}) { token errors { code } } }"""
WHO = """query Who { viewer { account { login } memberships { school {
  classGroups { edges { node { name courses { id } } } } } } } }"""


@pytest.mark.parametrize("given", [GIVEN, GIVEN.replace("00-4", "ff-4"), "no trace", None])
async def test_each_answer_has_the_id_of_its_request(given: str | None) -> None:
    app = create_app(Settings(), toy.schema(), toy.world.context)
    headers = {} if given is None else {"traceparent": given}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        for answer in (
            await client.post("/graphql", json={"query": "{ viewer }"}, headers=headers),
            await client.get("/healthz", headers=headers),
        ):
            told = answer.headers["traceparent"]
            assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", told)
            assert (told == given) == (given == GIVEN)


def test_clients_cannot_fill_the_memory_with_names_of_operations() -> None:
    metrics = Metrics()
    for number in range(MOST_NAMES + 100):
        metrics.operation(f"Q{number}", "query", "OK", 0.001)
    names = [name for name, _, _ in metrics.operations]
    assert (len(names), names[-1]) == (MOST_NAMES + 1, OTHER)


def test_processes_of_a_port_tell_what_all_of_them_have_counted(tmp_path: Path) -> None:
    one, other = Metrics(), Metrics()
    for metrics in (one, other):
        metrics.operation("Who", "query", "OK", 0.004)
        metrics.statement("schools_by_id", 0.5)
        metrics.counters["gradebook_cache"] = lambda: {"hit": 3.0}
        metrics.gauges["gradebook_sockets"] = lambda: 7.0
    SharedMetrics(other, tmp_path)._write(tmp_path)
    ended = tmp_path / "4194399.json"  # a process that has ended: no pid is as high
    (tmp_path / f"{os.getpid()}.json").rename(ended)
    text = SharedMetrics(one, tmp_path).text({"gradebook_mail_waiting": 2.0}).decode()
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    labels = 'code="OK",kind="query",operation="Who"'
    assert float(found[f"gradebook_operation_seconds_count{{{labels}}}"]) == 2
    buckets = {name: each for name, each in found.items() if 'le="0.005"' in name}
    assert list(map(float, buckets.values())) == [2]
    assert float(found['gradebook_statement_seconds_total{statement="schools_by_id"}']) == 1
    assert float(found['gradebook_cache_total{kind="hit"}']) == 6
    assert float(found["gradebook_sockets"]) == 7, "of those that live"
    assert float(found["gradebook_mail_waiting"]) == 2


class Collector(BaseHTTPRequestHandler):
    """Takes spans as OpenTelemetry's collector does."""

    spans: list[Any]

    def do_POST(self) -> None:
        asked = ExportTraceServiceRequest.FromString(
            self.rfile.read(int(self.headers["Content-Length"]))
        )
        for resource in asked.resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def collected() -> Iterator[tuple[str, list[Any]]]:
    spans: list[Any] = []
    server = HTTPServer(("127.0.0.1", 0), type("Of", (Collector,), {"spans": spans}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def work(gateway: Gateway) -> str:
    """A wrong sign-in, a right one and queries over several connections; returns the metrics."""
    async with httpx.AsyncClient(base_url=f"http://{gateway.host}", timeout=60) as client:

        async def ask(query: str, **variables: str) -> Any:
            asked = {"query": query, "variables": variables}
            answer = await client.post("/graphql", json=asked, headers={"traceparent": GIVEN})
            assert answer.headers["traceparent"] == GIVEN
            return answer.json()

        wrong = await ask(SIGN_IN, login="my-secret-password", password="my secret password")
        assert wrong["data"]["signIn"]["errors"] == [{"code": "UNAUTHENTICATED"}]
        right = await ask(SIGN_IN, login="head", password="demo")
        assert right["data"]["signIn"]["errors"] == []
        assert (await ask("{ nothing }"))["errors"]
        token = {"Authorization": "Bearer let-me-see"}
        assert (await client.get("/metrics")).status_code == 401
    for _ in range(3):
        async with httpx.AsyncClient(base_url=f"http://{gateway.host}", timeout=60) as other:
            answer = await other.post(
                "/graphql",
                json={"query": WHO},
                headers={"Authorization": f"Bearer {right['data']['signIn']['token']}"},
            )
            assert "errors" not in answer.json()
            page = await other.get("/metrics", headers=token)
            assert page.status_code == 200
    return page.text


async def test_a_gateway_is_watched_by_its_log_its_metrics_and_its_traces(
    school_url: str, tmp_path: Path
) -> None:
    with (
        collected() as (endpoint, spans),
        (tmp_path / "log").open("w+") as log,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        told: dict[str, Any] = {
            "LOG_FORMAT": "json", "ACCESS_LOG": "true", "METRICS_TOKEN": "let-me-see",
            "SLOW_SECONDS": "0.000001", "DATABASE_URL": school_url,
        }  # fmt: skip
        with serving("--demo", log=log, **told) as gateway:
            metrics = await work(gateway)
            assert gateway.stop() == 0
        log.seek(0)
        lines = [json.loads(line) for line in log]
    said = json.dumps(lines) + metrics + " ".join(str(span) for span in spans)
    assert "secret" not in said
    _check_log(lines)
    _check_metrics(metrics)
    _check_spans(spans)


def _check_log(lines: list[dict[str, Any]]) -> None:
    access = [line for line in lines if line["logger"] == "gradebook.access"]
    assert [(line["operation"], line["kind"], line["code"]) for line in access[:3]] == [
        ("SignIn", "mutation", "OK"), ("SignIn", "mutation", "OK"), ("", "refused", "BAD_INPUT"),
    ]  # fmt: skip
    assert len([line for line in access if line["operation"] == "Who"]) == 3
    assert {line["request"] for line in access[:3]} == {TRACE}
    assert {line["address"] for line in access} == {"127.0.0.1"}
    events = [line for line in lines if line["logger"] == "gradebook.security"]
    assert [(line["event"], line["by"]) for line in events[:2]] == [
        ("sign_in_failed", "sign_in"), ("signed_in", "sign_in"),
    ]  # fmt: skip
    assert "metrics_refused" in {line["event"] for line in events}
    assert {line["address"] for line in events} == {"127.0.0.1"}
    slow = [line["message"] for line in lines if line["logger"] == "gradebook.slow"]
    assert any(re.match(r"Slow: Who took .* statements .*: .+ 1× ", line) for line in slow), slow
    [plan] = {line for line in slow if line.startswith("# query Who")}
    assert "# Level 1\n" in plan
    assert "SELECT " in plan


def _check_metrics(metrics: str) -> None:
    found = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if line[0] != "#")
    who = 'gradebook_operation_seconds_count{code="OK",kind="query",operation="Who"}'
    assert float(found[who]) == 3
    refused = 'gradebook_operation_seconds_count{code="BAD_INPUT",kind="refused",operation=""}'
    assert float(found[refused]) == 1
    assert float(found['gradebook_statements_total{statement="account_by_login"}']) == 2
    for name in (
        "gradebook_pool_connections", "gradebook_pool_idle", "gradebook_feed_lag_seconds",
        "gradebook_feed_followers", "gradebook_sockets", "gradebook_mail_waiting",
        "gradebook_webhook_deliveries_waiting", "process_resident_memory_bytes",
    ):  # fmt: skip
        assert float(found[name]) >= 0
    assert float(found["gradebook_feed_lag_seconds"]) < 30
    assert float(found['gradebook_kept_answers_total{kind="misses"}']) >= 0


def _check_spans(spans: list[Any]) -> None:
    by_id = {span.span_id: span for span in spans}
    sign_in = next(span for span in spans if span.name == "mutation SignIn")
    assert sign_in.trace_id.hex() == TRACE
    assert sign_in.parent_span_id.hex() == GIVEN.split("-")[2]
    chains = []
    for span in spans:
        names = [span.name]
        while span.parent_span_id in by_id:
            span = by_id[span.parent_span_id]
            names.append(span.name)
        chains.append(names)
    of_who = [chain for chain in chains if chain[-1] == "query Who"]
    assert any(len(each) == 4 and each[2].startswith("level ") for each in of_who), of_who
    assert {each[-1] for each in chains} == {"query Who", "mutation SignIn"}


def record(event: str, address: str) -> logging.LogRecord:
    made = logging.LogRecord("gradebook.security", 30, __file__, 1, event, None, None)
    made.fields = {"event": event, "address": address, "by": "sign_in"}
    return made


LINES = [
    formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s").format(made)
    for formatter in (TextFormatter, JSONFormatter)
    for made in (record("sign_in_failed", "203.0.113.7"), record("throttled", "2001:db8::7"))
]
HARMLESS = [
    TextFormatter("%(name)s: %(message)s").format(record("signed_in", "203.0.113.9")),
    JSONFormatter().format(record("signed_in", "203.0.113.9")),
    TextFormatter("%(name)s: %(message)s").format(
        logging.LogRecord("gradebook", 30, "", 1, "Said sign_in_failed address=1.2.3.4", (), None)
    ),
]


def test_fail2ban_finds_who_guesses_and_nobody_else(tmp_path: Path) -> None:
    lines = FILTER.read_text().split("failregex = ")[1].split("ignoreregex")[0].splitlines()
    patterns = [re.compile(each.strip().replace("<HOST>", r"(?P<host>[\w.:]+)")) for each in lines]
    found = [match["host"] for line in LINES for each in patterns if (match := each.match(line))]
    assert found == ["203.0.113.7", "2001:db8::7"] * 2
    assert [line for line in HARMLESS for each in patterns if each.match(line)] == []
    if (fail2ban := shutil.which("fail2ban-regex")) is not None:  # the real one
        (log := tmp_path / "log").write_text("\n".join([*LINES, *HARMLESS]) + "\n")
        done = subprocess.run(
            [fail2ban, log, FILTER], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        assert "Lines: 7 lines, 0 ignored, 4 matched, 3 missed" in done.stdout, done.stdout


def test_no_event_breaks_its_line() -> None:
    made = record('a"\nfaked address=1.2.3.4', "203.0.113.7")
    made.fields = {"event": "x", "by": 'a"\nfaked address=1.2.3.4'}
    made.msg = "x"
    assert TextFormatter("%(message)s").format(made) == 'x by="a\\"\\nfaked address=1.2.3.4"'
    assert security.log.name == "gradebook.security"
