"""`make fuzz`: as many cases as one wants, on all cores, from seeds that are told."""

import argparse
import asyncio
import logging
import os
import secrets
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from db.embedded import running
from tests.conftest import Server
from tests.executors import EXECUTORS
from tests.store.differential.comparing import (
    Comparison,
    comparing,
    drop_databases,
    make_databases,
)
from tests.store.differential.statistics import Watched, every_field, shown

CHUNK = 250
"""Cases of one seed."""
MOST_FAILURES = 10
worker: dict[str, Any] = {}


def begin(url: str) -> None:
    """What each process does first; its databases are those of all."""
    logging.getLogger("gradebook").disabled = True
    worker["stack"] = stack = ExitStack()
    worker["comparison"] = stack.enter_context(comparing(Server(url)))


def compare(seed: int, examples: int) -> tuple[Counter[str], set[str], str]:
    """The shares and the fields reached, and what was answered differently, if anything was."""
    comparison: Comparison = worker["comparison"]
    comparison.shares.clear()
    failure = ""
    try:
        comparison.compare(examples, seed)
    except AssertionError as error:
        failure = str(error)
    except Exception as error:  # of one that did not come again, too, all is told
        failure = "".join(traceback.format_exception(error))
    return Counter(comparison.shares), set(Watched.fields), failure


@contextmanager
def a_server() -> Iterator[Server]:
    if given := os.environ.get("GRADEBOOK_TEST_DATABASE_URL"):
        yield Server(given)
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "data", durable=False) as url,
    ):
        yield Server(url)


def fuzz(server: Server, cases: int, seed: int, jobs: int) -> int:
    """How many seeds found a difference."""
    shares: Counter[str] = Counter()
    fields: set[str] = set()
    failed, began = 0, time.monotonic()
    with ProcessPoolExecutor(jobs, get_context("spawn"), begin, (server.url,)) as processes:
        chunks = {
            processes.submit(compare, seed + n, min(CHUNK, cases - n * CHUNK)): seed + n
            for n in range(-(-cases // CHUNK))
        }
        for chunk in as_completed(chunks):
            more, reached, failure = chunk.result()
            shares += more
            fields |= reached
            if failure:
                failed += 1
                print(f"\nSeed {chunks[chunk]}: {failure}\n", flush=True)
                if failed == MOST_FAILURES:
                    print(f"{failed} seeds have failed; that is enough.")
                    processes.shutdown(cancel_futures=True)
                    break
            pace = shares["drawn"] / (time.monotonic() - began)
            told = f"seed {chunks[chunk]}: {shares['drawn']:,} of {cases:,} cases, {pace:.0f}/s"
            print(f"{told}, {failed} differences", flush=True)
    print(shown(shares))
    print("Never reached:", ", ".join(sorted(every_field() - fields)) or "nothing")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000_000))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    print(f"The reference against {EXECUTORS[-1].__name__}, from seed {given.seed}", flush=True)
    with a_server() as server:
        asyncio.run(make_databases(server))
        try:
            return 1 if fuzz(server, given.cases, given.seed, given.jobs) else 0
        finally:
            asyncio.run(drop_databases(server))
