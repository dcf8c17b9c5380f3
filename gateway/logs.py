"""Logging as text or JSON, to stderr. An unavailable database takes a few lines, not one for each
request that it fails."""

import json
import logging
from collections.abc import Mapping
from copy import copy
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Literal

from db.availability import is_unavailable, shown
from gateway.requests import request_id

Format = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
ACCESS, SECURITY = "gradebook.access", "gradebook.security"
"""Loggers that have a level of their own."""
LINES, WINDOW = 5, 30.0
"""Lines about an unavailable database that a process logs in so many seconds; one if it has been so
for longer."""


class OneLineFormatter(logging.Formatter):
    """Omits tracebacks of errors that only say that the database is unavailable, of our code and of
    libraries."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and is_unavailable(error):
            record = copy(record)  # other handlers use it too
            record.msg = f"{record.getMessage()}: the database is away: {shown(error)}"
            record.args = record.exc_info = record.exc_text = None
        return self.written(record)

    def written(self, record: logging.LogRecord) -> str:
        return super().format(record)


class TextFormatter(OneLineFormatter):
    """A line of text; the fields of an event follow its name as `name=value`."""

    def written(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in fields_of(record).items() if name != "event"}
        request = request_id()
        if fields or request:
            record = copy(record)
            if request:
                fields["request"] = request
            told = " ".join(f"{name}={_word(value)}" for name, value in fields.items())
            record.msg, record.args = f"{record.getMessage()} {told}", None
        return super().written(record)


class JSONFormatter(OneLineFormatter):
    """A JSON object in one line, with the fields of an event beside the message."""

    def written(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if request := request_id():
            line["request"] = request
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class OutageFilter(logging.Filter):
    """Lets a few lines about an unavailable database through, and tells how many were left out with
    the next line of any kind."""

    def __init__(self) -> None:
        super().__init__()
        self._since = -WINDOW
        self._passed = self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        now = monotonic()
        if now - self._since >= WINDOW:
            self._since, self._passed = now, LINES - 1 if self._left_out else 0
        elif error is not None and self._passed >= LINES and is_unavailable(error):
            self._left_out += 1
            return False
        if error is not None and is_unavailable(error):
            self._passed += 1
        if self._left_out:
            record.msg = (
                f"{record.getMessage()} ({self._left_out} lines about the database were left out)"
            )
            record.args, self._left_out = None, 0
        return True


def fields_of(record: logging.LogRecord) -> Mapping[str, Any]:
    """What an event tells besides its name."""
    return getattr(record, "fields", {})


def _word(value: object) -> str:
    """The value as one word, or in quotes with escapes."""
    text = str(value)
    return text if text and text.isprintable() and not set(text) & set(' "=') else json.dumps(text)


def set_up(format_: Format = "text", level: Level = "warning", *, access: bool = False) -> None:
    """Log to stderr. Events of security are always logged, lines of access where they are asked
    for."""
    handler = logging.StreamHandler()
    handler.setFormatter((JSONFormatter if format_ == "json" else TextFormatter)(FORMAT))
    handler.addFilter(OutageFilter())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.getLogger(SECURITY).setLevel(logging.INFO)
    logging.getLogger(ACCESS).setLevel(logging.INFO if access else logging.WARNING)


def set_up_by(settings: Any) -> None:
    """As `set_up`, by the settings."""
    set_up(settings.log_format, settings.log_level, access=settings.access_log)
