"""The process that draws: jobs come in on its standard input, and drawings go out.

A job is JSON: `draw` names what is drawn (`chart`, `report`), `format` how, and the rest is what
the function of that name takes. The process ends with its input, and so with the gateway's.
"""

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import orjson

from gateway.drawing.drawer import HEADER, LENGTH

MOST_BYTES = 2 << 30
"""Of memory for data; what a chart or a long document needs is a tenth of that."""
NICENESS = 5


def draw_chart(job: Mapping[str, Any]) -> bytes:
    from gateway.drawing.charts import picture

    return picture(job["spec"], job["format"], job["title"], job["description"], job["language"])


def draw_report(job: Mapping[str, Any]) -> bytes:
    from gateway.drawing.layout import report_of
    from gateway.drawing.writers import WRITERS

    return WRITERS[job["format"]](report_of(job["report"]))


DRAWN: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = {
    "chart": draw_chart,
    "report": draw_report,
}


def main() -> None:
    _bound()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    jobs = sys.stdin.buffer
    while (job := _next(jobs)) is not None:
        try:
            content, drawn = DRAWN[job["draw"]](job), True
        except Exception as error:
            traceback.print_exc()
            content, drawn = repr(error).encode(), False
        answers.write(HEADER.pack(drawn, len(content)) + content)
        answers.flush()


def _next(jobs: BinaryIO) -> Any:
    header = jobs.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    return orjson.loads(jobs.read(LENGTH.unpack(header)[0]))


def _bound() -> None:
    """Answering comes before drawing; and memory is bounded, where the system can do that."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))


if __name__ == "__main__":
    main()
